"""The small parts every MS-TDS stream is made of: integers and counted strings.

Facts (MS-TDS 2.2.5.1 and 2.2.5.2):

- Integers are little-endian, except in the packet header, in PRELOGIN's option table and in
  LOGINACK's TDSVersion.
- ``B_VARCHAR`` is a BYTE count of characters and UTF-16LE text; ``US_VARCHAR`` has a USHORT
  count. ``B_VARBYTE``, ``US_VARBYTE`` and ``L_VARBYTE`` count bytes.
- A character is a UTF-16 code unit, so text outside the basic plane counts double.

Text on the wire may hold lone surrogates (SQL Server's nvarchar was UCS-2). Values keep them
(``surrogatepass``), so that what came can be sent on exactly; names and messages, which end up
on terminals, get U+FFFD instead (``replace``).
"""

from __future__ import annotations

import codecs
import struct
from typing import Final, NoReturn

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError

U16: Final = struct.Struct("<H")
U32: Final = struct.Struct("<I")
U64: Final = struct.Struct("<Q")
I16: Final = struct.Struct("<h")
I32: Final = struct.Struct("<i")
I64: Final = struct.Struct("<q")
U16_BE: Final = struct.Struct(">H")
U32_BE: Final = struct.Struct(">I")


class Truncated(RemoteProtocolError):
    """The bytes end before what they announce.

    ``needed`` is how many bytes, counted from where the reading began, must be there before it
    is worth trying again; a reader of a stream waits for them, any other lets this escape.
    """

    def __init__(self, needed: int, have: int) -> None:
        super().__init__(f"needed at least {needed} bytes but only {have} came")
        self.needed = needed


def remote_text(raw: bytes, what: str = "text") -> str:
    """Names and messages: UTF-16LE, with U+FFFD for what is not Unicode."""
    if len(raw) % 2:
        raise RemoteProtocolError(f"{what} of {len(raw)} bytes is not UTF-16: odd length")
    return codecs.utf_16_le_decode(raw, "replace", True)[0]


def utf16(text: str) -> bytes:
    """UTF-16LE, lone surrogates kept."""
    return codecs.utf_16_le_encode(text, "surrogatepass")[0]


def _counted(raw: bytes, count: int, limit: int, counter: bytes, text: str) -> bytes:
    if count > limit:
        raise LocalProtocolError(
            f"{text[:40]!r}… has {count} UTF-16 code units; the field holds at most {limit}"
        )
    return counter + raw


def b_varchar(text: str) -> bytes:
    raw = utf16(text)
    count = len(raw) // 2
    return _counted(raw, count, 0xFF, bytes((count & 0xFF,)), text)


def us_varchar(text: str) -> bytes:
    raw = utf16(text)
    count = len(raw) // 2
    return _counted(raw, count, 0xFFFF, U16.pack(count & 0xFFFF), text)


def b_varbyte(raw: bytes) -> bytes:
    if len(raw) > 0xFF:
        raise LocalProtocolError(f"{len(raw)} bytes do not fit a B_VARBYTE, which holds 255")
    return bytes((len(raw),)) + raw


def us_varbyte(raw: bytes) -> bytes:
    if len(raw) > 0xFFFF:
        raise LocalProtocolError(f"{len(raw)} bytes do not fit a US_VARBYTE, which holds 65535")
    return U16.pack(len(raw)) + raw


def unsigned(value: int, bits: int, what: str) -> int:
    """``value`` itself, or LocalProtocolError when the field cannot hold it."""
    if not 0 <= value < 1 << bits:
        raise LocalProtocolError(f"{what} is {value!r}; expected 0 to {(1 << bits) - 1}")
    return value


class Cursor:
    """Reads one stream of bytes from front to back; raises `Truncated` at its end."""

    __slots__ = ("data", "pos", "start")

    def __init__(self, data: bytes, pos: int = 0) -> None:
        self.data = data
        self.pos = pos
        self.start = pos

    @property
    def remaining(self) -> int:
        return len(self.data) - self.pos

    def _cut(self, count: int) -> NoReturn:
        raise Truncated(self.pos - self.start + count, len(self.data) - self.start)

    def take(self, count: int) -> bytes:
        end = self.pos + count
        if end > len(self.data):
            self._cut(count)
        raw = self.data[self.pos : end]
        self.pos = end
        return raw

    def rest(self) -> bytes:
        raw = self.data[self.pos :]
        self.pos = len(self.data)
        return raw

    def peek(self) -> int:
        """The next byte, left where it is."""
        if self.pos >= len(self.data):
            self._cut(1)
        return self.data[self.pos]

    def u8(self) -> int:
        if self.pos >= len(self.data):
            self._cut(1)
        value = self.data[self.pos]
        self.pos += 1
        return value

    def u16(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def u64(self) -> int:
        return int.from_bytes(self.take(8), "little")

    def i32(self) -> int:
        return int.from_bytes(self.take(4), "little", signed=True)

    def u16_be(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def u32_be(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def b_varchar(self, what: str = "B_VARCHAR") -> str:
        return remote_text(self.take(self.u8() * 2), what)

    def us_varchar(self, what: str = "US_VARCHAR", limit: int = 0xFFFF) -> str:
        count = self.u16()
        if count > limit:
            raise RemoteProtocolError(f"{what} of {count} characters; expected at most {limit}")
        return remote_text(self.take(count * 2), what)

    def b_varbyte(self) -> bytes:
        return self.take(self.u8())

    def us_varbyte(self) -> bytes:
        return self.take(self.u16())

    def finish(self, what: str) -> None:
        """Raise RemoteProtocolError when bytes are left that nothing announced."""
        if self.remaining:
            raise RemoteProtocolError(f"{what}: {self.remaining} bytes follow its end")
