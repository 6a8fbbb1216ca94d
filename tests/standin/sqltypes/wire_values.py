"""Values as the codec has them, to storage form and back.

What a parameter brings is taken as it is (the wire gave it its bounds), only brought into the one
storage form of its type. sql_variant keeps whole numbers, floats, nvarchar and varbinary, in
SQLite's own types; other base types are refused.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Final

from django_mssql_ops import tds
from django_mssql_ops.tds import Variant
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes import exact_numbers, moments, texts
from tests.standin.sqltypes.families import Family, digits_of, family
from tests.standin.sqltypes.sql_type import SqlType

Decoder = Callable[[object], object]
Encoder = Callable[[object, SqlType], object]
_INT_BITS: Final = 31
_SHORT_NVARCHAR: Final = 4000
_SHORT_BINARY: Final = 8000


def to_storage(value: object, sql_type: SqlType) -> object:
    """The storage form of a Python value. TypeError when the codec has another for the type."""
    if value is None:
        return None
    return _ENCODERS[family(sql_type)](value, sql_type)


def from_storage(stored: object, sql_type: SqlType) -> object:
    """The Python value that the codec wants for the type."""
    return None if stored is None else storage_decoder(sql_type)(stored)


def _expected(kind: str, value: object) -> TypeError:
    return TypeError(f"{type(value).__name__} where {kind} is expected")


def _integer_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, int):
        raise _expected("int", value)
    return int(value)


def _float_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _expected("a finite float", value)
    return float(value) + 0.0


def _number_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, (int, Decimal)):
        raise _expected("Decimal", value)
    _, scale = digits_of(sql_type)
    return exact_numbers.stored_number(exact_numbers.rounded(Decimal(value), scale))


def _text_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, str):
        raise _expected("str", value)
    return texts.padded(texts.storable(value), sql_type)


def _date_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, dt.date):
        raise _expected("date", value)
    return moments.stored_date(value.toordinal())


def _ticks(value: dt.time | dt.datetime) -> int:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return seconds * moments.TICKS_PER_SECOND + value.microsecond * 10


def _time_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, dt.time):
        raise _expected("time", value)
    return moments.fitted_time(_ticks(value), sql_type.scale)


def _datetime_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, dt.datetime):
        raise _expected("datetime", value)
    return moments.fitted(value.toordinal(), _ticks(value), sql_type.name, sql_type.scale)


def _offset_in(value: object, sql_type: SqlType) -> object:
    offset = value.utcoffset() if isinstance(value, dt.datetime) else None
    if not isinstance(value, dt.datetime) or offset is None:
        raise _expected("an aware datetime", value)
    minutes = offset // dt.timedelta(minutes=1)
    utc_ticks = _ticks(value) - minutes * 60 * moments.TICKS_PER_SECOND
    return moments.fitted_offset(value.toordinal(), utc_ticks, minutes, sql_type.scale)


def _guid_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, uuid.UUID):
        raise _expected("UUID", value)
    return str(value).upper()


def _binary_in(value: object, sql_type: SqlType) -> object:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _expected("bytes", value)
    raw = bytes(value)
    return raw.ljust(sql_type.length, b"\0") if sql_type.name == "binary" else raw


def _markup_in(value: object, sql_type: SqlType) -> object:
    raise StatementFailed(not_supported(f"values of {sql_type.name}"))


def _variant_in(value: object, sql_type: SqlType) -> object:
    value = value.value if isinstance(value, Variant) else value
    if isinstance(value, (int, float, str, bytes)):
        return int(value) if isinstance(value, bool) else value
    raise StatementFailed(not_supported(f"a {type(value).__name__} in a sql_variant"))


_ENCODERS: Final[dict[Family, Encoder]] = {
    Family.INTEGER: _integer_in,
    Family.FLOAT: _float_in,
    Family.DECIMAL: _number_in,
    Family.MONEY: _number_in,
    Family.TEXT: _text_in,
    Family.DATE: _date_in,
    Family.TIME: _time_in,
    Family.DATETIME: _datetime_in,
    Family.OFFSET: _offset_in,
    Family.GUID: _guid_in,
    Family.BINARY: _binary_in,
    Family.MARKUP: _markup_in,
    Family.VARIANT: _variant_in,
    Family.OPAQUE: _markup_in,
}


def _python_digits(stored: str) -> str:
    """Without the seventh digit of a second, which Python's times cannot hold."""
    if stored[-1] != "0":
        raise StatementFailed(not_supported("a time with 100 nanoseconds in a result"))
    return stored[:-1]


def _number_out(stored: object) -> object:
    return exact_numbers.parsed(str(stored))


def _time_out(stored: object) -> object:
    return dt.time.fromisoformat(_python_digits(str(stored)))


def _datetime_out(stored: object) -> object:
    return dt.datetime.fromisoformat(_python_digits(str(stored)))


def _offset_out(stored: object) -> object:
    text = str(stored)
    utc = dt.datetime.fromisoformat(_python_digits(text[: moments.DATETIME_WIDTH]))
    zone = dt.timezone(dt.timedelta(minutes=moments.offset_of(text)))
    return utc.replace(tzinfo=dt.UTC).astimezone(zone)


def _variant_out(stored: object) -> object:
    if isinstance(stored, int):
        size = 4 if stored.bit_length() <= _INT_BITS else 8
        return Variant(tds.int_type(size), stored)
    if isinstance(stored, float):
        return Variant(tds.float_type(8), stored)
    if isinstance(stored, str):
        return Variant(tds.nvarchar(_SHORT_NVARCHAR), stored)
    return Variant(tds.varbinary(_SHORT_BINARY), stored)


def _same(stored: object) -> object:
    return stored


_DECODERS: Final[dict[Family, Decoder]] = {
    Family.DECIMAL: _number_out,
    Family.MONEY: _number_out,
    Family.DATE: lambda stored: dt.date.fromisoformat(str(stored)),
    Family.TIME: _time_out,
    Family.DATETIME: _datetime_out,
    Family.OFFSET: _offset_out,
    Family.GUID: lambda stored: uuid.UUID(str(stored)),
    Family.VARIANT: _variant_out,
}


@lru_cache(maxsize=1024)
def storage_decoder(sql_type: SqlType) -> Decoder:
    """What turns the stored values of a column into Python's; NULL is not its concern."""
    return bool if sql_type.name == "bit" else _DECODERS.get(family(sql_type), _same)
