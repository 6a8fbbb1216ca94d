"""A buffer that is read by generators: each resumes where it stopped for lack of bytes.

A reading yields how many bytes, from where the stream stands, it needs to go on, and is resumed
only when they are there. So no byte is looked at again and again, however thinly the stream is
fed, and memory follows the bytes that came, never a length that was announced.

Facts: a PLP value (MS-TDS 2.2.5.2.3) comes in chunks that may be as small as a byte and as large
as the message; it is collected also from inside a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final, TypeVar

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds.contents import decoded
from django_mssql_ops.tds.grammar import Cursor, Truncated
from django_mssql_ops.tds.row_decoders import UNREADABLE, RowDecoder
from django_mssql_ops.tds.types import Framing, TypeInfo
from django_mssql_ops.tds.values import PLP_NULL, check_plp_total, content_decoder, read_value

_T = TypeVar("_T")
#: Yields how many bytes it needs from where the stream stands; returns what it read.
Reading = Generator[int, None, _T]
NOT_READ: Final = object()


class ByteStream:
    """``data[pos:]`` is what readings work on; what came since waits until it is needed."""

    __slots__ = ("_pending", "_pending_size", "data", "max_value_size", "pos")

    def __init__(self, max_value_size: int) -> None:
        self.data = b""
        self.pos = 0
        self.max_value_size = max_value_size
        self._pending: list[bytes] = []
        self._pending_size = 0

    def receive(self, data: bytes) -> None:
        if data:
            self._pending.append(bytes(data))
            self._pending_size += len(data)

    @property
    def available(self) -> int:
        """Bytes that came and were not read."""
        return len(self.data) - self.pos + self._pending_size

    def merge(self) -> bool:
        """Put what came into ``data``; False when nothing did."""
        if not self._pending:
            return False
        self.data = self.data[self.pos :] + b"".join(self._pending)
        self.pos = 0
        self._pending.clear()
        self._pending_size = 0
        return True

    def has(self, count: int) -> bool:
        """Whether ``data`` has ``count`` unread bytes, or now has."""
        if len(self.data) - self.pos >= count:
            return True
        return self.available >= count and self.merge()

    def read(self, reader: Callable[[Cursor], _T]) -> Reading[_T]:
        """What ``reader`` makes of the bytes, once it does not run out of them."""
        while True:
            cursor = Cursor(self.data, self.pos)
            try:
                value = reader(cursor)
            except Truncated as cut:
                yield cut.needed
            else:
                self.pos = cursor.pos
                return value

    def attempt(self, decode: RowDecoder) -> object:
        """What ``decode`` makes of the bytes in ``data``, or NOT_READ and nothing has changed."""
        try:
            value, end = decode(self.data, self.pos)
        except (*UNREADABLE, RemoteProtocolError):
            return NOT_READ
        if end > len(self.data):
            return NOT_READ
        self.pos = end
        return value

    def value(self, info: TypeInfo) -> Reading[object]:
        """One value of a row or a RETURNVALUE."""
        if info.framing is Framing.PLP:
            raw = yield from self._plp()
            return None if raw is None else decoded(content_decoder(info), raw, info)
        limit = self.max_value_size
        return (yield from self.read(lambda cursor: read_value(cursor, info, max_size=limit)))

    def _plp(self) -> Reading[bytes | None]:
        total = yield from self.read(Cursor.u64)
        if total == PLP_NULL:
            return None
        content = bytearray()
        while left := (yield from self.read(Cursor.u32)):
            if len(content) + left > self.max_value_size:
                raise RemoteProtocolError(f"a value of more than {self.max_value_size} bytes")
            while left:
                piece = self.data[self.pos : self.pos + left]
                self.pos += len(piece)
                left -= len(piece)
                content += piece
                if left:
                    yield 1
        check_plp_total(total, len(content))
        return bytes(content)
