"""Constants and their types: Microsoft Learn, "Constants (Transact-SQL)"."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.sqltypes.sql_type import (
    INT,
    MAX,
    SqlType,
    numeric,
    nvarchar,
    varbinary,
    varchar,
)
from tests.test_standin.translation.shop import Shop, refused, types


@pytest.mark.parametrize(
    ("text", "sql_type"),
    [
        ("1", INT),
        ("2147483647", INT),
        ("2147483648", numeric(10, 0)),
        ("3000000000", numeric(10, 0)),
        ("007", INT),
        ("1.50", numeric(3, 2)),
        ("0.5", numeric(1, 1)),
        (".05", numeric(2, 2)),
        ("1.", numeric(1, 0)),
        ("1e0", SqlType("float")),
        ("1.5E-3", SqlType("float")),
        ("'abc'", varchar(3)),
        ("''", varchar(1)),
        ("'é'", varchar(1)),
        ("N'abc'", nvarchar(3)),
        ("N'😀'", nvarchar(2)),
        ("N''", nvarchar(1)),
        ("0x12", varbinary(1)),
        ("0x123", varbinary(2)),
        ("NULL", INT),
    ],
)
def test_type(text: str, sql_type: SqlType) -> None:
    assert types(f"SELECT {text}") == [sql_type]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1.50", "1.50"),
        (".5", "0.5"),
        ("3000000000", "3000000000"),
        ("1e3", 1000.0),
        ("0x0A", b"\x0a"),
        ("0xABC", b"\x0a\xbc"),
        ("0x", b""),
        ("'it''s'", "it's"),
        ("'a\\b'", "a\\b"),
        ("'[x] -- no comment'", "[x] -- no comment"),
        ("NULL", None),
    ],
)
def test_value(shop: Shop, text: str, stored: object) -> None:
    assert shop.value(text) == stored


def test_long_constants_have_the_max_types() -> None:
    assert types(f"SELECT '{'a' * 8000}', '{'a' * 8001}'") == [varchar(8000), varchar(MAX)]
    assert types(f"SELECT N'{'a' * 4000}', N'{'a' * 4001}'") == [nvarchar(4000), nvarchar(MAX)]


def test_what_the_code_page_lacks_needs_an_n() -> None:
    assert "without N" in refused("SELECT '日本'")


def test_39_digits_are_refused() -> None:
    assert "38 digits" in refused("SELECT " + "9" * 39)


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back(shop: Shop, text: str) -> None:
    assert shop.value("N'" + text.replace("'", "''") + "'") == text


@given(
    number=st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=0, max_value=10**9
    )
)
def test_every_number_comes_back(shop: Shop, number: Decimal) -> None:
    text = f"{number:f}"
    (sql_type,) = types(f"SELECT {text}")
    assert sql_type.scale == 3
    assert shop.value(text) == text
    assert sql_type.precision == max(3, len(text.replace(".", "").lstrip("0")))


def test_double_quotes_are_names(shop: Shop) -> None:
    assert shop.error('SELECT "abc"') == (207, "Invalid column name 'abc'.")
