from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.faultproxy.actions import Action, Cut, CutDriver, RawBytes
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import word
from django_mssql_ops.faultproxy.registry import fault
from django_mssql_ops.tds import Packet, PacketStatus, PacketType

#: RFC 5246 7.2: the alerts a server ends a handshake with.
_ALERTS: Final = {
    "handshake-failure": 40,
    "certificate-unknown": 46,
    "protocol-version": 70,
    "insufficient-security": 71,
    "internal-error": 80,
}
_FATAL: Final = 2
#: RFC 5246 6.2.1: content type 21 is alert, version 3.3 is TLS 1.2.
_ALERT_RECORD: Final = bytes([21, 3, 3, 0, 2])
_NO_RECORD: Final = b"not a TLS record"


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFailure(Fault):
    """The TLS handshake fails: the server sends a fatal alert, or bytes that are no TLS record.
    It takes a driver that encrypts. A certificate that is wrong is not among these: the proxy shows
    its own."""

    name = "tls-failure"
    summary = "the TLS handshake fails"
    points = (Point.TLS,)

    alert: str = word(
        "the alert, or none for bytes that are no TLS record",
        (*_ALERTS, "none"),
        default="handshake-failure",
    )

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (RawBytes(_in_packet(self._record())), CutDriver(Cut.CLOSE))

    def _record(self) -> bytes:
        if self.alert == "none":
            return _NO_RECORD
        return _ALERT_RECORD + bytes([_FATAL, _ALERTS[self.alert]])


def _in_packet(record: bytes) -> bytes:
    """Records of the handshake travel in PRELOGIN packets (MS-TDS 2.2.6.5)."""
    return Packet(PacketType.PRELOGIN, PacketStatus.END_OF_MESSAGE, record).encode()
