"""The server's side of an opening: where the login goes, and what comes back.

Facts:

- After PRELOGIN the two sides of the proxy have nothing to do with each other but the LOGIN7, whose
  ServerName has to be the real server's (MS-TDS 2.2.6.4).
- A server that answers a login with ENVCHANGE 20 or 21 wants the client elsewhere (2.2.7.9): the
  proxy goes there itself, because a driver would go past it.
- Its failover partner (ENVCHANGE 13) would lead a driver past it as well, and stays unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.messages import raw_message, tokens_in
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.faultproxy.upstream_side import Greeting, connect
from django_mssql_ops.tds import (
    TDS_8_0,
    EnvChange,
    EnvChangeType,
    FedAuthInfo,
    Login7,
    LoginAck,
    Message,
    PacketType,
    Prelogin,
    Routing,
    ServerError,
    SessionEncryption,
    SspiMessage,
    Token,
    packetize,
)
from django_mssql_ops.tds.limits import MAX_PACKET_SIZE, MIN_PACKET_SIZE

#: How often a server may send the login elsewhere; Azure does it once.
MAX_HOPS: Final = 3
#: Rounds of SSPI or federated authentication; two are usual.
MAX_ROUNDS: Final = 10

#: Gives a challenge of the server to the driver, and what the driver says to that.
Round = Callable[[bytes], Message]


class LoggingIn:
    """Says to the server what the driver said; ``stops`` tells that the proxy ends."""

    def __init__(self, upstream: Upstream, stops: Callable[[], bool]) -> None:
        self._upstream = upstream
        self._stops = stops
        self._end: End | None = None
        self._prelogin = Prelogin()
        self._encryption = SessionEncryption.FULL

    @property
    def end(self) -> End:
        """The server's end. Raises Ended where there is none."""
        if self._end is None:
            raise Ended("there is no connection to the server")
        return self._end

    def close(self) -> None:
        """End the connection to the server, if there is one."""
        if self._end is not None:
            self._end.end()

    def abort(self) -> None:
        """Wake whoever waits for the server; called from another thread."""
        if self._end is not None:
            self._end.abort()

    def greet(self, drivers: Prelogin) -> Prelogin:
        """Connect and exchange PRELOGIN; the server's answer. Raises Ended."""
        self._prelogin = drivers
        return self._greet(self._upstream.host, self._upstream.port)

    def _greet(self, host: str, port: int) -> Prelogin:
        self.close()
        self._end = connect(host, port, self._upstream.seconds, self._stops)
        names = tuple(dict.fromkeys((host, self._upstream.host)))
        greeting = Greeting(self._end, self._upstream, names)
        answer = greeting.exchange(self._prelogin)
        self._encryption = greeting.encryption
        return answer

    def log_in(self, login: Login7, ask: Round) -> bytes:
        """Log in, wherever the server wants it; the answer as it came. Raises Ended."""
        self._say(login, self._upstream.host)
        for _ in range(MAX_HOPS):
            answer = self._answer(ask)
            elsewhere = _routing(tokens_in(answer))
            if elsewhere is None:
                return answer
            self._greet(elsewhere.server, elsewhere.port)
            self._say(login, elsewhere.server)
        answer = self._answer(ask)
        if _routing(tokens_in(answer)) is None:
            return answer
        raise Ended(f"the server sent the login elsewhere more than {MAX_HOPS} times")

    def _say(self, login: Login7, host: str) -> None:
        login = replace(login, server_name=host)
        if self.is_strict:
            login = replace(login, tds_version=TDS_8_0)
        try:
            payload = login.encode()
        except ProtocolError as error:
            raise Ended("the login cannot be passed on: the server's name is too long") from error
        self.end.send(packetize(PacketType.LOGIN7, payload))
        if self._encryption is SessionEncryption.LOGIN_ONLY:
            self.end.wire.end_tls()

    def _answer(self, ask: Round) -> bytes:
        """The answer to a login, after the rounds that come before it."""
        for _ in range(MAX_ROUNDS):
            raw = raw_message(self.end, self._upstream.seconds)
            if not _goes_on(tokens_in(raw)):
                return raw
            said = ask(raw)
            self.end.send(packetize(said.type, said.payload))
        raise Ended(f"a login of more than {MAX_ROUNDS} rounds")

    @property
    def is_strict(self) -> bool:
        """The server is spoken to in TDS 8."""
        return self._upstream.encrypt == "strict"


def for_driver(tokens: Sequence[Token], login: Login7) -> list[Token]:
    """The answer to a login without what would lead a driver past the proxy.

    The driver asked for a version of TDS 7 and gets it, whatever is spoken upstream.
    """
    return [
        replace(token, tds_version=login.tds_version) if isinstance(token, LoginAck) else token
        for token in tokens
        if not leads_past(token)
    ]


def leads_past(token: Token) -> bool:
    """Whether it tells the driver of another server."""
    return isinstance(token, EnvChange) and token.type == EnvChangeType.MIRRORING_PARTNER


def refusals(tokens: Sequence[Token]) -> tuple[int, ...]:
    """The numbers a login was refused with, (0,) where no reason was given; () when it was not."""
    if any(isinstance(token, LoginAck) for token in tokens):
        return ()
    return tuple(token.number for token in tokens if isinstance(token, ServerError)) or (0,)


def packet_size(tokens: Sequence[Token], otherwise: int) -> int:
    """The packet size that the answer to a login agrees on, in bytes."""
    for token in tokens:
        if isinstance(token, EnvChange) and token.type == EnvChangeType.PACKET_SIZE:
            new = token.new
            if isinstance(new, str) and new.isdecimal() and len(new) < 6:
                return min(max(int(new), MIN_PACKET_SIZE), MAX_PACKET_SIZE)
    return otherwise


def _routing(tokens: Sequence[Token]) -> Routing | None:
    for token in tokens:
        if isinstance(token, EnvChange) and isinstance(token.new, Routing):
            return token.new
    return None


def _goes_on(tokens: Sequence[Token]) -> bool:
    return any(isinstance(token, SspiMessage | FedAuthInfo) for token in tokens) and not any(
        isinstance(token, LoginAck | ServerError) for token in tokens
    )
