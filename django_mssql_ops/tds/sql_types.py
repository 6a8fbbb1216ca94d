"""Types as T-SQL declares them: ``nvarchar(50)``, ``decimal(18, 4)``, ``varbinary(None)`` for max.

Facts: lengths and precisions are SQL Server's own bounds (Microsoft, "Data types"). Every type here
is the nullable family a server uses in result sets; lengths of nchar and nvarchar are given in
UTF-16 code units and become bytes. A bound outside its range is a LocalProtocolError.
"""

from __future__ import annotations

from django_mssql_ops.exceptions import LocalProtocolError
from django_mssql_ops.tds.collation import DEFAULT_COLLATION, Collation
from django_mssql_ops.tds.types import (
    MAX_LENGTH,
    NULLABLE_SIZES,
    DataType,
    TypeInfo,
    decimal_size,
)


def int_type(size: int = 4) -> TypeInfo:
    """Nullable tinyint, smallint, int or bigint by its size in bytes."""
    return _sized(DataType.INTN, size)


def bit_type() -> TypeInfo:
    return TypeInfo(DataType.BITN, 1)


def float_type(size: int = 8) -> TypeInfo:
    """real (4) or float (8)."""
    return _sized(DataType.FLTN, size)


def money_type(size: int = 8) -> TypeInfo:
    """smallmoney (4) or money (8)."""
    return _sized(DataType.MONEYN, size)


def datetime_type(size: int = 8) -> TypeInfo:
    """smalldatetime (4) or datetime (8)."""
    return _sized(DataType.DATETIMN, size)


def guid_type() -> TypeInfo:
    return TypeInfo(DataType.GUID, 16)


def date_type() -> TypeInfo:
    return TypeInfo(DataType.DATEN)


def time_type(scale: int = 7) -> TypeInfo:
    return TypeInfo(DataType.TIMEN, scale=_time_scale(scale))


def datetime2(scale: int = 7) -> TypeInfo:
    return TypeInfo(DataType.DATETIME2N, scale=_time_scale(scale))


def datetimeoffset(scale: int = 7) -> TypeInfo:
    return TypeInfo(DataType.DATETIMEOFFSETN, scale=_time_scale(scale))


def decimal(precision: int = 18, scale: int = 0) -> TypeInfo:
    """decimal(p, s): 1 to 38 digits, of which ``scale`` follow the point."""
    if not (1 <= precision <= 38 and 0 <= scale <= precision):
        raise LocalProtocolError(f"decimal({precision!r}, {scale!r}); expected 0 <= s <= p <= 38")
    return TypeInfo(DataType.DECIMALN, decimal_size(precision), precision, scale)


def nvarchar(length: int | None = 4000, collation: Collation = DEFAULT_COLLATION) -> TypeInfo:
    """nvarchar of ``length`` UTF-16 code units; None for max."""
    return TypeInfo(DataType.NVARCHAR, _length(length, 4000, 2), collation=collation)


def nchar(length: int, collation: Collation = DEFAULT_COLLATION) -> TypeInfo:
    return TypeInfo(DataType.NCHAR, _length(length, 4000, 2), collation=collation)


def varchar(length: int | None = 8000, collation: Collation = DEFAULT_COLLATION) -> TypeInfo:
    """varchar of ``length`` bytes; None for max."""
    return TypeInfo(DataType.BIGVARCHAR, _length(length, 8000), collation=collation)


def char(length: int, collation: Collation = DEFAULT_COLLATION) -> TypeInfo:
    return TypeInfo(DataType.BIGCHAR, _length(length, 8000), collation=collation)


def varbinary(length: int | None = 8000) -> TypeInfo:
    """varbinary of ``length`` bytes; None for max."""
    return TypeInfo(DataType.BIGVARBINARY, _length(length, 8000))


def binary(length: int) -> TypeInfo:
    return TypeInfo(DataType.BIGBINARY, _length(length, 8000))


def xml_type() -> TypeInfo:
    return TypeInfo(DataType.XML)


def variant_type() -> TypeInfo:
    return TypeInfo(DataType.SSVARIANT, 8009)


def _sized(data_type: DataType, size: int) -> TypeInfo:
    if size not in NULLABLE_SIZES[data_type]:
        raise LocalProtocolError(f"{data_type.name} of {size!r} bytes does not exist")
    return TypeInfo(data_type, size)


def _time_scale(scale: int) -> int:
    if not 0 <= scale <= 7:
        raise LocalProtocolError(f"a scale of {scale!r} for a time; expected 0 to 7")
    return scale


def _length(length: int | None, limit: int, unit: int = 1) -> int:
    if length is None:
        return MAX_LENGTH
    if not 1 <= length <= limit:
        raise LocalProtocolError(f"a length of {length!r}; expected 1 to {limit} or None for max")
    return length * unit
