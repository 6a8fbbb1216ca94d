"""Types as T-SQL declares them, to SqlType and back.

Sources: Microsoft Learn, "Data types", "Data type synonyms" and the page of each type.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.sqltypes import families
from tests.standin.sqltypes.sql_type import MAX, SqlType

_SYNONYMS: Final = {
    "integer": "int",
    "dec": "decimal",
    "double precision": "float",
    "character": "char",
    "char varying": "varchar",
    "character varying": "varchar",
    "national character": "nchar",
    "national char": "nchar",
    "national character varying": "nvarchar",
    "national char varying": "nvarchar",
    "national text": "ntext",
    "binary varying": "varbinary",
    "timestamp": "rowversion",
}
#: Types with a length, and the longest they may declare.
_LIMITS: Final = {
    "char": 8000,
    "varchar": 8000,
    "nchar": 4000,
    "nvarchar": 4000,
    "binary": 8000,
    "varbinary": 8000,
}
_WITH_MAX: Final = frozenset({"varchar", "nvarchar", "varbinary"})
_SCALED_TIMES: Final = frozenset({"time", "datetime2", "datetimeoffset"})
_DECIMALS: Final = frozenset({"decimal", "numeric"})
_MAX_PRECISION: Final = 38
_DEFAULT_PRECISION: Final = 18
_MAX_TIME_SCALE: Final = 7
_MAX_MANTISSA: Final = 53
_SINGLE_MANTISSA: Final = 24
_ROWVERSION_BYTES: Final = 8
_SYSNAME_LENGTH: Final = 128
#: The length that CAST and CONVERT take for a type without one.
CAST_LENGTH: Final = 30


@lru_cache(maxsize=1024)
def _declared(name: str, arguments: tuple[str, ...], default_length: int) -> SqlType:
    lowered = name.lower()
    canonical = _SYNONYMS.get(lowered, lowered)
    if canonical == "sysname":
        _refuse_arguments(name, arguments)
        return SqlType("nvarchar", _SYSNAME_LENGTH)
    if not families.known(canonical):
        raise errors.unknown_type(name)
    if families.is_opaque(canonical) or (canonical == "xml" and arguments):
        raise StatementFailed(not_supported(f"the type {name}{_written(arguments)}"))
    if canonical in _LIMITS:
        return SqlType(canonical, _length(canonical, arguments, default_length))
    if canonical in _DECIMALS:
        return _decimal(canonical, arguments)
    if canonical in _SCALED_TIMES:
        return SqlType(canonical, scale=_time_scale(canonical, arguments))
    if canonical == "float" and lowered == "float":
        return SqlType("real" if _mantissa(arguments) <= _SINGLE_MANTISSA else "float")
    _refuse_arguments(name, arguments)
    return SqlType(canonical, _ROWVERSION_BYTES if canonical == "rowversion" else 0)


def from_declaration(
    name: str, arguments: Sequence[str] = (), *, default_length: int = 1
) -> SqlType:
    """The type of a declaration such as ``("decimal", ("10", "2"))``.

    ``default_length`` is what char, varchar and binary types get without a length: 1, but
    ``CAST_LENGTH`` in CAST and CONVERT. Raises StatementFailed with 2715, 2716, 1001, 131 …
    """
    return _declared(name, tuple(arguments), default_length)


def _written(arguments: tuple[str, ...]) -> str:
    return f"({', '.join(arguments)})" if arguments else ""


def _refuse_arguments(name: str, arguments: tuple[str, ...]) -> None:
    if arguments:
        raise errors.no_arguments_allowed(name.lower())


def _numbers(name: str, arguments: tuple[str, ...], most: int) -> list[int]:
    if len(arguments) > most:
        raise errors.no_arguments_allowed(name)
    try:
        return [int(argument) for argument in arguments]
    except ValueError:
        raise StatementFailed(not_supported(f"{name}{_written(arguments)}")) from None


def _length(name: str, arguments: tuple[str, ...], default: int) -> int:
    if name in _WITH_MAX and [a.lower() for a in arguments] == ["max"]:
        return MAX
    (length,) = _numbers(name, arguments, 1) or [default]
    if length < 1:
        raise errors.invalid_length(length)
    if length > _LIMITS[name]:
        raise errors.too_long(length, name, _LIMITS[name])
    return length


def _decimal(name: str, arguments: tuple[str, ...]) -> SqlType:
    precision, scale = [*_numbers(name, arguments, 2), *(_DEFAULT_PRECISION, 0)[len(arguments) :]]
    if precision > _MAX_PRECISION:
        raise errors.too_precise(precision)
    if precision < 1:
        raise errors.invalid_length(precision)
    if not 0 <= scale <= precision:
        raise errors.scale_above_precision()
    return SqlType(name, precision=precision, scale=scale)


def _time_scale(name: str, arguments: tuple[str, ...]) -> int:
    (scale,) = _numbers(name, arguments, 1) or [_MAX_TIME_SCALE]
    if not 0 <= scale <= _MAX_TIME_SCALE:
        raise errors.invalid_scale(scale)
    return scale


def _mantissa(arguments: tuple[str, ...]) -> int:
    (bits,) = _numbers("float", arguments, 1) or [_MAX_MANTISSA]
    if not 1 <= bits <= _MAX_MANTISSA:
        raise errors.invalid_length(bits)
    return bits


@lru_cache(maxsize=1024)
def declaration(sql_type: SqlType) -> str:
    """The type as T-SQL writes it: ``nvarchar(max)``, ``decimal(10,2)``, ``timestamp``."""
    name = errors.type_label(sql_type)
    if name in _LIMITS:
        return f"{name}({'max' if sql_type.length == MAX else sql_type.length})"
    if name in _DECIMALS:
        return f"{name}({sql_type.precision},{sql_type.scale})"
    if name in _SCALED_TIMES:
        return f"{name}({sql_type.scale})"
    return name
