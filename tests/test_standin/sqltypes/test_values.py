"""Python values and their storage forms."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import tds
from django_mssql_ops.tds import Variant
from tests.standin.sqltypes import column_sql, from_storage, to_storage
from tests.test_standin.sqltypes.samples import VALUES, refused, typed


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[str, Any]:
    written = draw(st.sampled_from(sorted(VALUES)))
    return written, draw(VALUES[written])


@given(typed_values())
def test_a_value_survives_its_storage(typed_value: tuple[str, Any]) -> None:
    written, value = typed_value
    sql_type = typed(written)
    stored = to_storage(value, sql_type)
    assert from_storage(stored, sql_type) == value
    assert to_storage(from_storage(stored, sql_type), sql_type) == stored


@pytest.mark.parametrize("written", VALUES)
def test_null_is_null(written: str) -> None:
    assert to_storage(None, typed(written)) is None
    assert from_storage(None, typed(written)) is None


@pytest.mark.parametrize(
    ("value", "written", "stored"),
    [
        (True, "bit", 1),
        (Decimal("-0.001"), "decimal(5,2)", "0.00"),
        (Decimal("1E+2"), "decimal(5,0)", "100"),
        (7, "decimal(5,2)", "7.00"),
        (-0.0, "float", 0.0),
        ("ab", "nchar(4)", "ab  "),
        (b"\x01", "binary(3)", b"\x01\x00\x00"),
        (dt.datetime(2024, 1, 2, 3, 4, 5, 3000), "datetime", "2024-01-02 03:04:05.0030000"),
        (dt.datetime(2024, 1, 2, 3, 4, 5, 9999), "datetime", "2024-01-02 03:04:05.0100000"),
        (
            dt.datetime(2024, 1, 2, 1, tzinfo=dt.timezone(dt.timedelta(hours=-2, minutes=-30))),
            "datetimeoffset(7)",
            "2024-01-02 03:30:00.0000000-02:30",
        ),
    ],
)
def test_storage_forms(value: object, written: str, stored: object) -> None:
    result = to_storage(value, typed(written))
    assert result == stored
    assert str(result) == str(stored)


def test_100_nanoseconds_are_refused() -> None:
    assert refused(lambda: from_storage("12:00:00.0000001", typed("time(7)")))


def test_half_a_character_is_refused() -> None:
    assert refused(lambda: to_storage("\ud83d", typed("nvarchar(5)")))


@pytest.mark.parametrize("value", [7, 1.5, "text", b"bytes"])
def test_a_variant_keeps_its_base_type(value: object) -> None:
    variant = from_storage(to_storage(value, typed("sql_variant")), typed("sql_variant"))
    assert isinstance(variant, Variant)
    assert variant.value == value


def test_a_variant_comes_from_the_wire() -> None:
    assert to_storage(Variant(tds.int_type(), 5), typed("sql_variant")) == 5
    assert refused(lambda: to_storage(dt.date(2024, 1, 1), typed("sql_variant")))


def test_a_wrong_value_is_a_fault_of_the_stand_in() -> None:
    with pytest.raises(TypeError, match="str where int"):
        to_storage("1", typed("int"))


def test_columns_inside_sqlite() -> None:
    assert column_sql(typed("int")) == "INTEGER"
    assert column_sql(typed("nvarchar(5)")) == "TEXT COLLATE TSQL_CI_AS"
    assert column_sql(typed("money")) == "TEXT COLLATE TSQL_DECIMAL"
    assert column_sql(typed("datetime2(7)")) == "TEXT"
    assert column_sql(typed("image")) == "BLOB"
