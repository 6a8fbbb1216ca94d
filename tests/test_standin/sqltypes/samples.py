"""Types and values for the tests of this directory."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from tests.standin.engine import NOT_SUPPORTED, StatementFailed
from tests.standin.sqltypes import SqlType, from_declaration
from tests.standin.sqltypes.exact_numbers import EXACT

#: Characters that SQLite can hold.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


def typed(text: str) -> SqlType:
    """``typed("decimal(10,2)")``."""
    name, _, rest = text.partition("(")
    return from_declaration(name, rest.rstrip(")").split(",") if rest else ())


def failure_of(call: Callable[[], object]) -> tuple[int, str]:
    """Number and text of the error that the call raises."""
    with pytest.raises(StatementFailed) as caught:
        call()
    return caught.value.failure.number, caught.value.failure.message


def refused(call: Callable[[], object]) -> bool:
    """Whether the call ends in "not supported by the stand-in"."""
    return failure_of(call)[0] == NOT_SUPPORTED


def _decimals(precision: int, scale: int) -> st.SearchStrategy[object]:
    most = 10**precision - 1
    return st.integers(-most, most).map(lambda n: Decimal(n).scaleb(-scale, EXACT))


def _offsets() -> st.SearchStrategy[object]:
    zones = st.integers(-840, 840).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
    return st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9999, 12, 30), timezones=zones)


#: A type with values that it holds exactly.
VALUES: dict[str, st.SearchStrategy[object]] = {
    "bit": st.booleans(),
    "tinyint": st.integers(0, 255),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "real": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "decimal(10,2)": _decimals(10, 2),
    "numeric(38,0)": _decimals(38, 0),
    "decimal(38,38)": _decimals(38, 38),
    "money": _decimals(18, 4),
    "nvarchar(max)": st.text(CHARACTERS),
    "nvarchar(20)": st.text(CHARACTERS, max_size=10),
    "varchar(10)": st.text("abc ä€", max_size=10),
    "date": st.dates(),
    "time(6)": st.times(),
    "datetime2(6)": st.datetimes(),
    "datetime2(0)": st.datetimes().map(lambda value: value.replace(microsecond=0)),
    "datetimeoffset(6)": _offsets(),
    "smalldatetime": st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2079, 6, 6)).map(
        lambda value: value.replace(second=0, microsecond=0)
    ),
    "uniqueidentifier": st.uuids().map(lambda value: uuid.UUID(str(value))),
    "varbinary(max)": st.binary(),
}
