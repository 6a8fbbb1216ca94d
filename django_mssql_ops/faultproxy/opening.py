"""The opening of one connection as the driver goes through it: PRELOGIN, TLS and the login."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.acting import Stage
from django_mssql_ops.faultproxy.driver_side import DriverSide
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.logging_in import (
    LoggingIn,
    for_driver,
    leads_past,
    packet_size,
    refusals,
)
from django_mssql_ops.faultproxy.messages import tokens_in
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.tds import (
    Encryption,
    Login7,
    Message,
    MessageReader,
    PacketType,
    Prelogin,
    SessionEncryption,
    negotiate,
    packetize,
)
from django_mssql_ops.tds.limits import MAX_LOGIN_SIZE, MAX_PRELOGIN_SIZE

#: Seconds a driver may take for its next step before it is logged in.
DRIVER_SECONDS: Final = 60.0
_TLS_HANDSHAKE: Final = 0x16


class Opening:
    """Opens one connection on a stage, with ``server`` for the other side of it."""

    def __init__(self, stage: Stage, number: int, server: LoggingIn, side: DriverSide) -> None:
        self._stage = stage
        self._number = number
        self._server = server
        self._side = side
        self._login = Login7()

    def run(self) -> End:
        """The server's end, logged in or refused; the driver has its answer. Raises Ended."""
        self._reach(Point.ACCEPT)
        drivers = self._read_prelogin()
        self._reach(Point.PRELOGIN)
        encryption = self._answer_prelogin(drivers, self._server.greet(drivers))
        self._login = self._read_login(encryption)
        self._reach(Point.LOGIN)
        self._pass_answer(self.log_in())
        return self._server.end

    def log_in(self) -> bytes:
        """Log in at the server; the answer, which is noted and not passed."""
        answer = self._server.log_in(self._login, self._round)
        self._stage.board.events.note("login", self._number, errors=refusals(tokens_in(answer)))
        return answer

    def _pass_answer(self, answer: bytes) -> None:
        tokens = tokens_in(answer)
        if self._server.is_strict or any(map(leads_past, tokens)):
            self._stage.say(for_driver(tokens, self._login))
        else:
            self._stage.to_driver(answer)
        self._stage.packet_size = packet_size(tokens, self._stage.packet_size)

    def _reach(self, point: Point) -> None:
        struck = self._stage.board.strike(point, self._number)
        if struck is None:
            return
        fault, moment = struck
        held = _HeldOpening(self, is_login=point is Point.LOGIN)
        self._stage.perform(fault.inject(moment), held)
        if not held.goes_on:
            # Nothing more will be said; the driver finds out by itself.
            while True:
                self._stage.driver.receive(DRIVER_SECONDS)

    def _read_prelogin(self) -> Prelogin:
        driver = self._stage.driver
        first = driver.receive(DRIVER_SECONDS)
        driver.give_back(first)
        if first[0] == _TLS_HANDSHAKE:
            raise Ended("the driver speaks TDS 8 (Encrypt=strict), which the proxy does not")
        message = self._read(MAX_PRELOGIN_SIZE, PacketType.PRELOGIN)
        try:
            prelogin = Prelogin.decode(message.payload)
        except ProtocolError as error:
            raise Ended("the driver's PRELOGIN makes no sense") from error
        if prelogin.mars:
            raise Ended("the driver asks for MARS, which the proxy does not speak")
        return prelogin

    def _answer_prelogin(self, drivers: Prelogin, servers: Prelogin) -> SessionEncryption:
        """Answer as the server did, but for encryption; does the handshake that follows."""
        wanted = Encryption.NOT_SUP if drivers.encryption is None else drivers.encryption
        offered = self._side.answer(wanted)
        answer = self._side.prelogin(servers, offered)
        self._stage.to_driver(packetize(PacketType.TABULAR_RESULT, answer.encode()))
        encryption = negotiate(wanted, offered)
        if encryption is SessionEncryption.REFUSED:
            raise Ended("the driver wants encryption, and the proxy was started without")
        if encryption is not SessionEncryption.NONE and self._side.context is not None:
            driver = self._stage.driver
            driver.give_back(driver.receive(DRIVER_SECONDS))
            self._reach(Point.TLS)
            driver.start_tls(self._side.context, DRIVER_SECONDS, server_side=True)
        return encryption

    def _read_login(self, encryption: SessionEncryption) -> Login7:
        message = self._read(MAX_LOGIN_SIZE, PacketType.LOGIN7)
        if encryption is SessionEncryption.LOGIN_ONLY:
            self._stage.driver.wire.end_tls()
        try:
            return Login7.decode(message.payload)
        except ProtocolError as error:
            raise Ended("the driver's LOGIN7 makes no sense") from error

    def _round(self, challenge: bytes) -> Message:
        self._stage.to_driver(challenge)
        return self._read(MAX_LOGIN_SIZE, PacketType.SSPI, PacketType.FEDAUTH_TOKEN)

    def _read(self, limit: int, *expected: PacketType) -> Message:
        driver = self._stage.driver
        reader = MessageReader(limit)
        message = driver.read_message(reader, DRIVER_SECONDS)
        driver.give_back(reader.take_trailing())
        if message.type not in expected:
            raise Ended(f"the driver sent {message.type.name} where {expected[0].name} comes")
        return message


class _HeldOpening:
    """What waits at a point of the opening."""

    def __init__(self, opening: Opening, *, is_login: bool) -> None:
        self.goes_on = False
        self._opening = opening
        self._is_login = is_login

    def forward(self) -> None:
        self.goes_on = True

    def execute(self) -> None:
        if self._is_login:
            self._opening.log_in()

    def part(self, rows: int, *, inside_token: bool) -> None:
        self.execute()

    def roll_back(self) -> None:
        """There is no transaction before the login."""

    def drop(self) -> None:
        """It was read, and nobody is told."""

    def lost(self) -> None:
        """Nothing is noted of it."""
