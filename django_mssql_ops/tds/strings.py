"""Contents of character, binary, xml, json, guid and vector values.

Facts (MS-TDS 2.2.5.5.1, 2.2.5.5.3):

- nchar, nvarchar, ntext and xml are UTF-16LE; xml may begin with a byte order mark.
- char, varchar and text are in the code page of their collation; json is UTF-8.
- uniqueidentifier is a GUID with its first three fields little-endian.
- vector: 8 bytes of header (0xA9, version 1, dimensions USHORT, base type, 3 reserved), then the
  numbers; TYPE_INFO is a USHORT length and the base type. (As Microsoft.Data.SqlClient reads it;
  a server sends it only to who asked for VECTORSUPPORT. Not measured.)

Nothing a column may hold is lost: a UTF-16 code unit that is no character, or a byte its code
page does not define, becomes a lone surrogate and is written back as it came. (The code pages of
China, Japan and Korea have characters with two codes; such a one is written back as the first.)
"""

from __future__ import annotations

import codecs
import struct
import uuid
from collections.abc import Callable, Sequence
from typing import Final

from django_mssql_ops.exceptions import RemoteProtocolError
from django_mssql_ops.tds.collation import DEFAULT_COLLATION
from django_mssql_ops.tds.grammar import U16, utf16
from django_mssql_ops.tds.numerics import unfit
from django_mssql_ops.tds.types import UNICODE, DataType, TypeInfo

_BOM: Final = "\ufeff"
_BINARY_XML: Final = b"\xdf\xff"
_VECTOR_MAGIC: Final = b"\xa9\x01"
_VECTOR_HEADER_SIZE: Final = 8
#: struct codes of a vector's base types.
_VECTOR_CODES: Final = {0: "f", 1: "e"}


def decode_unicode(raw: bytes) -> str:
    """UTF-16LE of a column; lone surrogates stay. RemoteProtocolError for an odd length."""
    if len(raw) % 2:
        raise RemoteProtocolError(f"a Unicode value of {len(raw)} bytes: odd length")
    return codecs.utf_16_le_decode(raw, "surrogatepass", True)[0]


def text_decoder(info: TypeInfo) -> Callable[[bytes], str]:
    """The decoder of a character type, by its collation."""
    if info.type in UNICODE:
        return decode_unicode
    encoding = encoding_of(info)

    def decode(raw: bytes) -> str:
        return raw.decode(encoding, "surrogateescape")

    return decode


def encoding_of(info: TypeInfo) -> str:
    return (info.collation or DEFAULT_COLLATION).encoding


def decode_xml(raw: bytes) -> str:
    if raw.startswith(_BINARY_XML):
        raise RemoteProtocolError("not supported by this codec: binary xml")
    return decode_unicode(raw).removeprefix(_BOM)


def decode_json(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def decode_guid(raw: bytes) -> uuid.UUID:
    return uuid.UUID(bytes_le=raw)


def vector_decoder(info: TypeInfo) -> Callable[[bytes], tuple[float, ...]]:
    code = _VECTOR_CODES[info.scale or 0]

    def decode(raw: bytes) -> tuple[float, ...]:
        count = int.from_bytes(raw[2:4], "little")
        body = raw[_VECTOR_HEADER_SIZE:]
        expected = struct.calcsize(f"<{count}{code}")
        if raw[:2] != _VECTOR_MAGIC or raw[4:5] != bytes((info.scale or 0,)):
            raise RemoteProtocolError(f"not supported by this codec: vector header {raw[:8].hex()}")
        if len(body) != expected:
            raise RemoteProtocolError(f"a vector of {count} numbers in {len(body)} bytes")
        return struct.unpack(f"<{count}{code}", body)

    return decode


def encode_text(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, str):
        raise unfit(info, value, "str")
    if info.type in UNICODE or info.type is DataType.XML:
        return utf16(value)
    encoding = "utf-8" if info.type is DataType.JSON else encoding_of(info)
    try:
        return value.encode(encoding, "surrogateescape")
    except UnicodeEncodeError as error:
        bad = value[error.start : error.start + 1]
        raise unfit(info, value, f"text without {bad!r}, which {encoding} lacks") from None


def encode_bytes(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise unfit(info, value, "bytes")
    return bytes(value)


def encode_guid(info: TypeInfo, value: object) -> bytes:
    if not isinstance(value, uuid.UUID):
        raise unfit(info, value, "uuid.UUID")
    return value.bytes_le


def encode_vector(info: TypeInfo, value: object) -> bytes:
    base = info.scale or 0
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise unfit(info, value, "a sequence of numbers")
    header = _VECTOR_MAGIC + U16.pack(len(value) & 0xFFFF) + bytes((base, 0, 0, 0))
    try:
        return header + struct.pack(f"<{len(value)}{_VECTOR_CODES[base]}", *value)
    except (struct.error, OverflowError):
        raise unfit(info, value, "a sequence of numbers") from None
