"""Which decoder and which encoder belong to the contents of each type: bytes without framing.

Facts (MS-TDS 2.2.5.5): what a value's bytes mean depends on the type and on the bounds in its
TYPE_INFO (scale, precision, collation) only; so the decoder is chosen once per column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds import numerics, strings, temporal
from django_mssql_ops.tds.limits import MAX_SHORT_VALUE_SIZE
from django_mssql_ops.tds.types import (
    DECIMALS,
    FIXED_SIZES,
    NULLABLE_SIZES,
    DataType,
    Framing,
    TypeInfo,
)

Decoder = Callable[[bytes], object]
Encoder = Callable[[TypeInfo, object], bytes]
_T = TypeVar("_T")


def _same(raw: bytes) -> bytes:
    return raw


_DECODERS: dict[DataType, Decoder] = {
    DataType.INT1: numerics.decode_integer,
    DataType.INT2: numerics.decode_integer,
    DataType.INT4: numerics.decode_integer,
    DataType.INT8: numerics.decode_integer,
    DataType.INTN: numerics.decode_integer,
    DataType.BIT: numerics.decode_bit,
    DataType.BITN: numerics.decode_bit,
    DataType.FLT4: numerics.decode_float,
    DataType.FLT8: numerics.decode_float,
    DataType.FLTN: numerics.decode_float,
    DataType.MONEY: numerics.decode_money,
    DataType.MONEY4: numerics.decode_money,
    DataType.MONEYN: numerics.decode_money,
    DataType.DATETIME: temporal.decode_datetime,
    DataType.DATETIME4: temporal.decode_datetime,
    DataType.DATETIMN: temporal.decode_datetime,
    DataType.DATEN: temporal.decode_date,
    DataType.GUID: strings.decode_guid,
    DataType.XML: strings.decode_xml,
    DataType.JSON: strings.decode_json,
}

_DECODER_MAKERS: dict[DataType, Callable[[TypeInfo], Decoder]] = {
    **dict.fromkeys(DECIMALS, numerics.decimal_decoder),
    DataType.TIMEN: temporal.time_decoder,
    DataType.DATETIME2N: temporal.datetime2_decoder,
    DataType.DATETIMEOFFSETN: temporal.datetimeoffset_decoder,
    DataType.VECTOR: strings.vector_decoder,
    **dict.fromkeys(
        (
            DataType.NVARCHAR,
            DataType.NCHAR,
            DataType.NTEXT,
            DataType.BIGVARCHAR,
            DataType.BIGCHAR,
            DataType.TEXT,
            DataType.LEGACY_CHAR,
            DataType.LEGACY_VARCHAR,
        ),
        strings.text_decoder,
    ),
}

_ENCODERS: dict[DataType, Encoder] = {
    DataType.BIT: numerics.encode_bit,
    DataType.BITN: numerics.encode_bit,
    **dict.fromkeys(DECIMALS, numerics.encode_decimal),
    DataType.DATEN: temporal.encode_date,
    DataType.TIMEN: temporal.encode_time,
    DataType.DATETIME2N: temporal.encode_datetime2,
    DataType.DATETIMEOFFSETN: temporal.encode_datetimeoffset,
    DataType.GUID: strings.encode_guid,
    DataType.VECTOR: strings.encode_vector,
    **dict.fromkeys(
        (
            DataType.BIGVARBINARY,
            DataType.BIGBINARY,
            DataType.IMAGE,
            DataType.UDT,
            DataType.LEGACY_BINARY,
            DataType.LEGACY_VARBINARY,
        ),
        strings.encode_bytes,
    ),
    **dict.fromkeys(
        (
            DataType.NVARCHAR,
            DataType.NCHAR,
            DataType.NTEXT,
            DataType.BIGVARCHAR,
            DataType.BIGCHAR,
            DataType.TEXT,
            DataType.LEGACY_CHAR,
            DataType.LEGACY_VARCHAR,
            DataType.XML,
            DataType.JSON,
        ),
        strings.encode_text,
    ),
}

_SIZED_ENCODERS: dict[DataType, Callable[[TypeInfo, object, int], bytes]] = {
    **dict.fromkeys(
        (DataType.INT1, DataType.INT2, DataType.INT4, DataType.INT8, DataType.INTN),
        numerics.encode_integer,
    ),
    **dict.fromkeys((DataType.FLT4, DataType.FLT8, DataType.FLTN), numerics.encode_float),
    **dict.fromkeys((DataType.MONEY, DataType.MONEY4, DataType.MONEYN), numerics.encode_money),
    **dict.fromkeys(
        (DataType.DATETIME, DataType.DATETIME4, DataType.DATETIMN), temporal.encode_datetime
    ),
}


def scalar_decoder(info: TypeInfo) -> Decoder:
    """Bytes of one value, not NULL, to a Python value; every type but sql_variant."""
    maker = _DECODER_MAKERS.get(info.type)
    return maker(info) if maker else _DECODERS.get(info.type, _same)


def sizes_of(info: TypeInfo) -> tuple[int, ...]:
    """The lengths a value with a BYTE length may have; empty when its decoder judges them."""
    if info.type is DataType.DATEN:
        return (3,)
    return NULLABLE_SIZES.get(info.type, ())


def decoded(decoder: Callable[[bytes], _T], raw: bytes, info: TypeInfo) -> _T:
    """``decoder(raw)``; whatever the bytes make it raise becomes RemoteProtocolError."""
    try:
        return decoder(raw)
    except RemoteProtocolError:
        raise
    except (ValueError, ArithmeticError, LookupError, TypeError) as error:
        # The exception's text may quote the value.
        raise RemoteProtocolError(
            f"{len(raw)} bytes that are no {info.type.name} value ({type(error).__name__})"
        ) from None


def encode_scalar(info: TypeInfo, value: object) -> bytes:
    """A value's bytes without framing. LocalProtocolError when the type cannot hold it."""
    kind = info.type
    sized = _SIZED_ENCODERS.get(kind)
    if sized is not None:
        return sized(info, value, FIXED_SIZES.get(kind) or info.length or 0)
    encoder = _ENCODERS.get(kind)
    if encoder is None:
        raise LocalProtocolError(f"not supported by this codec: values of {kind.name}")
    raw = encoder(info, value)
    if len(raw) > _room(info):
        raise LocalProtocolError(f"a value of {len(raw)} bytes for {kind.name}({info.length})")
    return raw


def _room(info: TypeInfo) -> int:
    if info.framing is Framing.BYTE:
        return 0xFF
    if info.framing is Framing.USHORT:
        return min(info.length or 0, MAX_SHORT_VALUE_SIZE)
    return 0x7FFFFFFF
