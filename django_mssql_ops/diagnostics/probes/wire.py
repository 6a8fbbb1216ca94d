"""A TDS connection for probes: a socket, a deadline and the sans-I/O codec.

It logs nobody in: the furthest a probe goes is PRELOGIN and the TLS handshake, for which a server
asks no credentials.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

from django_mssql_ops import tds
from django_mssql_ops.diagnostics.deadline import Deadline
from django_mssql_ops.diagnostics.facts import Outcome
from django_mssql_ops.exceptions import ProtocolError

_RECEIVE_SIZE = 16_384
#: No PRELOGIN answer is larger: 9 options of at most 36 bytes; the rest is room for what is new.
_MAX_ANSWER = 8_192
_SHOWN_BYTES = 24


class WireFailure(Exception):
    """The peer did not do what a SQL Server does here; ``outcome`` names how."""

    def __init__(self, outcome: Outcome, text: str) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.text = text


class Wire:
    """Bytes to and from one address until ``deadline``; raises WireFailure, never OSError."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._socket = connection
        self._deadline = deadline

    def send(self, payload: bytes) -> None:
        with self._translated():
            self._socket.sendall(payload)

    def receive(self) -> bytes:
        """At least one byte."""
        with self._translated():
            received = self._socket.recv(_RECEIVE_SIZE)
        if not received:
            raise WireFailure(Outcome.CLOSED, "the server closed the connection without an answer")
        return received

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        remaining = self._deadline.remaining()
        if remaining <= 0:
            # A peer that keeps sending a little must not keep the probe for ever.
            text = f"the server did not finish its answer within {self._deadline.seconds:g} s"
            raise WireFailure(Outcome.SILENT, text)
        self._socket.settimeout(remaining)
        try:
            yield
        except TimeoutError:
            text = f"the server stayed silent for {self._deadline.seconds:g} s"
            raise WireFailure(Outcome.SILENT, text) from None
        except (ConnectionResetError, BrokenPipeError, ConnectionAbortedError) as error:
            raise WireFailure(
                Outcome.RESET, f"the server reset the connection ({error.strerror})"
            ) from None
        except OSError as error:
            raise WireFailure(Outcome.FAILED, error.strerror or str(error)) from None


@contextlib.contextmanager
def open_wire(address: str, port: int, limit: float) -> Iterator[Wire]:
    """Connect within ``limit`` seconds, which also bound everything done on the connection."""
    deadline = Deadline(limit)
    try:
        connection = socket.create_connection((address, port), timeout=limit)
    except TimeoutError:
        raise WireFailure(Outcome.TIMED_OUT, f"no connection within {limit:g} s") from None
    except ConnectionRefusedError:
        raise WireFailure(Outcome.REFUSED, "the connection was refused") from None
    except OSError as error:
        raise WireFailure(Outcome.FAILED, error.strerror or str(error)) from None
    with connection:
        yield Wire(connection, deadline)


def exchange_prelogin(
    wire: Wire, question: tds.Prelogin, tunnel: tds.TlsTunnel | None = None
) -> tds.Prelogin:
    """Send ``question`` and decode the answer, inside ``tunnel`` when TLS came first."""
    packet = tds.packetize(tds.PacketType.PRELOGIN, question.encode())
    if tunnel is None:
        wire.send(packet)
    else:
        tunnel.send(packet)
        wire.send(tunnel.bytes_to_send())
    message = _receive_message(wire, tunnel)
    try:
        return tds.Prelogin.decode(message.payload)
    except ProtocolError as error:
        raise WireFailure(Outcome.NOT_TDS, f"its PRELOGIN answer makes no sense: {error}") from None


def _receive_message(wire: Wire, tunnel: tds.TlsTunnel | None) -> tds.Message:
    reader = tds.MessageReader(max_size=_MAX_ANSWER)
    first = b""
    while True:
        received = _opened(wire.receive(), tunnel)
        first = (first + received)[:_SHOWN_BYTES]
        if first and first[0] != tds.PacketType.TABULAR_RESULT:
            raise WireFailure(Outcome.NOT_TDS, f"it answered {_shown(first)}, which is not TDS")
        try:
            reader.receive(received)
            message = reader.next_message()
        except ProtocolError as error:
            raise WireFailure(Outcome.NOT_TDS, f"its answer is not TDS: {error}") from None
        if message is not None:
            return message


def _opened(received: bytes, tunnel: tds.TlsTunnel | None) -> bytes:
    """What ``received`` holds in plain text, perhaps nothing yet."""
    if tunnel is None:
        return received
    try:
        tunnel.receive(received)
    except ProtocolError as error:
        raise WireFailure(Outcome.NOT_TDS, f"its answer is not TDS: {error}") from None
    return tunnel.read()


def _shown(first: bytes) -> str:
    """The first bytes as text when they are text (an HTTP server's), else in hexadecimal."""
    line = first.split(b"\r")[0]
    if line and line.isascii() and line.decode("ascii").isprintable():
        return repr(line.decode("ascii"))
    return f"0x{first[:8].hex()}"


def shake_hands(
    wire: Wire, context: ssl.SSLContext, *, server_name: str, wrapped: bool
) -> tds.TlsTunnel:
    """One TLS handshake, inside PRELOGIN packets when ``wrapped``.

    Raises ssl.SSLError untouched: why a handshake failed is a fact for the caller to keep.
    """
    try:
        tunnel = tds.TlsTunnel(
            context, server_side=False, server_hostname=server_name, wrapped=wrapped
        )
    except (TypeError, ValueError) as error:
        # HostnameInCertificate may hold anything; the ssl module refuses what is no host name.
        text = f"{server_name!r} cannot be a server's name: {error}"
        raise WireFailure(Outcome.FAILED, text) from None
    try:
        _shake(wire, tunnel)
    except ProtocolError as error:
        raise WireFailure(Outcome.NOT_TDS, f"the handshake is not TDS: {error}") from None
    return tunnel


def _shake(wire: Wire, tunnel: tds.TlsTunnel) -> None:
    while True:
        outgoing = tunnel.bytes_to_send()
        if outgoing:
            wire.send(outgoing)
        if tunnel.handshake_done:
            return
        try:
            tunnel.receive(wire.receive())
        except ssl.SSLError:
            # The alert tells the server why; whether it still listens changes nothing here.
            with contextlib.suppress(WireFailure):
                wire.send(tunnel.bytes_to_send())
            raise
