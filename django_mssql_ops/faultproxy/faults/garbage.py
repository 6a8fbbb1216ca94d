from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.faultproxy.actions import Action, RawBytes
from django_mssql_ops.faultproxy.endings import ended, ending
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import whole_number, word
from django_mssql_ops.faultproxy.registry import fault

#: What a web server says: the wrong port, or a proxy that wants to be asked first.
_HTTP: Final = (
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 12\r\n\r\nBad Request\n"
)
#: No packet type of MS-TDS (2.2.3.1.1) and no TLS record starts with it.
_NO_PACKET_TYPE: Final = b"\xff"


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage(Fault):
    """Bytes that are not MS-TDS, as of another service on the port. What the driver sent is not
    executed. The ODBC driver calls it a protocol error in the TDS stream (measured)."""

    name = "garbage"
    summary = "bytes come that are not MS-TDS"
    points = (Point.REQUEST, Point.PRELOGIN, Point.LOGIN, Point.BEGIN, Point.COMMIT, Point.REPLY)

    content: str = word(
        "random bytes, or what a web server says", ("random", "http"), default="random"
    )
    size: int = whole_number("how many random bytes", default=64, minimum=8, maximum=65_536)
    how: str = ending(default="close")

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (RawBytes(self._bytes(moment)), ended(self.how))

    def _bytes(self, moment: Moment) -> bytes:
        if self.content == "http":
            return _HTTP
        return _NO_PACKET_TYPE + moment.random.randbytes(self.size - len(_NO_PACKET_TYPE))
