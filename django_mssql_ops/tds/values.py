"""Values as they stand in a row, a parameter or a returned value: framing and contents.

Facts (MS-TDS 2.2.5.2.2, 2.2.5.2.3, 2.2.5.4):

- BYTE length: 0 is NULL. USHORT length: 0xFFFF is NULL. LONG length: 0 is NULL for sql_variant,
  0xFFFFFFFF for text, ntext and image in a parameter.
- text, ntext and image in a row: a text pointer (BYTE length, 0 is NULL), 8 bytes of timestamp,
  then the LONG length.
- PLP: ULONGLONG total (0xFFFFFFFFFFFFFFFF is NULL, 0xFFFFFFFFFFFFFFFE is unknown), chunks of
  DWORD length and bytes, a chunk of length 0 ends it.
- A legacy char, varchar, binary or varbinary value of BYTE length 0 is NULL: these cannot be
  empty.
"""

from __future__ import annotations

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.contents import (
    Decoder,
    decoded,
    encode_scalar,
    scalar_decoder,
    sizes_of,
)
from django_mssql_ops.tds.grammar import U16, U32, U64, Cursor
from django_mssql_ops.tds.limits import MAX_VALUE_SIZE, MAX_VARIANT_SIZE
from django_mssql_ops.tds.types import FIXED_SIZES, LONG_STRINGS, DataType, Framing, TypeInfo
from django_mssql_ops.tds.variant import decode_variant, encode_variant

NULL_USHORT = 0xFFFF
NULL_LONG = 0xFFFFFFFF
PLP_NULL = 0xFFFFFFFFFFFFFFFF
PLP_UNKNOWN = 0xFFFFFFFFFFFFFFFE
TIMESTAMP_SIZE = 8
#: What stands for the text pointer and timestamp of a value this codec writes.
_TEXT_POINTER = b"\x10" + b"dummy textptr\x00\x00\x00" + b"dummyTS\x00"


def content_decoder(info: TypeInfo) -> Decoder:
    """Bytes of one value, without framing and not NULL, to a Python value."""
    return decode_variant if info.type is DataType.SSVARIANT else scalar_decoder(info)


def framing_of(info: TypeInfo, *, in_rpc: bool = False) -> Framing:
    """text, ntext and image have no text pointer in a parameter."""
    if in_rpc and info.type in LONG_STRINGS:
        return Framing.LONG
    return info.framing


def read_value(
    cursor: Cursor, info: TypeInfo, *, in_rpc: bool = False, max_size: int = MAX_VALUE_SIZE
) -> object:
    """One value; NULL is None. Raises RemoteProtocolError, `Truncated` when bytes are missing."""
    framing = framing_of(info, in_rpc=in_rpc)
    raw = _RAW[framing](cursor, info, max_size)
    if raw is None:
        return None
    return decoded(content_decoder(info), raw, info)


def _raw_fixed(cursor: Cursor, info: TypeInfo, max_size: int) -> bytes | None:
    return cursor.take(FIXED_SIZES[info.type])


def _raw_byte(cursor: Cursor, info: TypeInfo, max_size: int) -> bytes | None:
    size = cursor.u8()
    if not size:
        return None
    sizes = sizes_of(info)
    if sizes and size not in sizes:
        raise RemoteProtocolError(f"a {info.type.name} value of {size} bytes; expected {sizes}")
    return cursor.take(size)


def _raw_ushort(cursor: Cursor, info: TypeInfo, max_size: int) -> bytes | None:
    size = cursor.u16()
    return None if size == NULL_USHORT else cursor.take(size)


def _raw_long(cursor: Cursor, info: TypeInfo, max_size: int) -> bytes | None:
    size = cursor.u32()
    if info.type is DataType.SSVARIANT:
        if not size:
            return None
        max_size = min(max_size, MAX_VARIANT_SIZE)
    elif size == NULL_LONG:
        return None
    return cursor.take(bounded(size, max_size, info))


def _raw_pointer(cursor: Cursor, info: TypeInfo, max_size: int) -> bytes | None:
    pointer = cursor.u8()
    if not pointer:
        return None
    cursor.take(pointer + TIMESTAMP_SIZE)
    return cursor.take(bounded(cursor.u32(), max_size, info))


def _raw_plp(cursor: Cursor, info: TypeInfo, max_size: int) -> bytes | None:
    return read_plp(cursor, max_size)


_RAW = {
    Framing.FIXED: _raw_fixed,
    Framing.BYTE: _raw_byte,
    Framing.USHORT: _raw_ushort,
    Framing.LONG: _raw_long,
    Framing.POINTER: _raw_pointer,
    Framing.PLP: _raw_plp,
}


def bounded(size: int, max_size: int, info: TypeInfo) -> int:
    """``size``, or RemoteProtocolError when it is above what this side accepts."""
    if size > max_size:
        raise RemoteProtocolError(
            f"a {info.type.name} value of {size} bytes; this side accepts {max_size}"
        )
    return size


def read_plp(cursor: Cursor, max_size: int = MAX_VALUE_SIZE) -> bytes | None:
    """A whole PLP value from bytes that are all there; None is NULL."""
    total = cursor.u64()
    if total == PLP_NULL:
        return None
    content = bytearray()
    while size := cursor.u32():
        if len(content) + size > max_size:
            raise RemoteProtocolError(f"a value of more than {max_size} bytes")
        content += cursor.take(size)
    check_plp_total(total, len(content))
    return bytes(content)


def check_plp_total(total: int, size: int) -> None:
    """RemoteProtocolError when a PLP value is not as long as it announced."""
    if total not in (PLP_UNKNOWN, size):
        raise RemoteProtocolError(f"a PLP value announced {total} bytes and has {size}")


def encode_value(info: TypeInfo, value: object, *, in_rpc: bool = False) -> bytes:
    """Framing and contents. LocalProtocolError when the type cannot hold the value."""
    framing = framing_of(info, in_rpc=in_rpc)
    if value is None:
        return _encode_null(info, framing)
    raw = encode_variant(value) if info.type is DataType.SSVARIANT else encode_scalar(info, value)
    if framing is Framing.FIXED:
        return raw
    if framing is Framing.BYTE:
        if not raw:
            raise LocalProtocolError(f"{info.type.name} cannot hold an empty value")
        return bytes((len(raw),)) + raw
    if framing is Framing.USHORT:
        return U16.pack(len(raw)) + raw
    if framing is Framing.LONG:
        return U32.pack(len(raw)) + raw
    if framing is Framing.POINTER:
        return _TEXT_POINTER + U32.pack(len(raw)) + raw
    return encode_plp(raw)


def encode_plp(raw: bytes) -> bytes:
    """A PLP value in one chunk."""
    chunk = U32.pack(len(raw)) + raw if raw else b""
    return U64.pack(len(raw)) + chunk + b"\x00\x00\x00\x00"


def _encode_null(info: TypeInfo, framing: Framing) -> bytes:
    if framing is Framing.FIXED:
        raise LocalProtocolError(f"{info.type.name} cannot hold NULL; use its nullable family")
    if framing is Framing.PLP:
        return U64.pack(PLP_NULL)
    if framing is Framing.USHORT:
        return U16.pack(NULL_USHORT)
    if framing is Framing.LONG:
        return U32.pack(0 if info.type is DataType.SSVARIANT else NULL_LONG)
    return b"\x00"


def decode_value(info: TypeInfo, data: bytes, *, in_rpc: bool = False) -> object:
    """The value in exactly these bytes, framing included. RemoteProtocolError."""
    cursor = Cursor(data)
    value = read_value(cursor, info, in_rpc=in_rpc)
    cursor.finish(f"{info.type.name} value")
    return value
