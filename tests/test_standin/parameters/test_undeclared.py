"""sp_describe_undeclared_parameters: what NULLs and arrays of parameters are sent as."""

from __future__ import annotations

import pytest

from tests.standin.engine import NOT_SUPPORTED
from tests.test_standin.execution.client import Client

TABLE = (
    "CREATE TABLE t (id int IDENTITY PRIMARY KEY, small smallint, flag bit, price decimal(10, 3),"
    " name nvarchar(30), code char(5), note nvarchar(max), raw varbinary(20), blob varbinary(max),"
    " at datetime2(3), day date, unique_id uniqueidentifier, ratio float)"
)


@pytest.fixture(autouse=True)
def table(client: Client) -> None:
    client.run(TABLE)


def types(client: Client, text: str, declared: str = "") -> list[object]:
    """The suggested types, in the order of the parameters."""
    quoted = text.replace("'", "''")
    rows = client.rows(f"EXEC sp_describe_undeclared_parameters N'{quoted}', N'{declared}'")
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    return [row[3] for row in rows]


def refused_with(client: Client, text: str) -> list[int]:
    return client.numbers(f"EXEC sp_describe_undeclared_parameters N'{text}'")


def test_the_columns_of_an_insert_give_the_types(client: Client) -> None:
    columns = "flag, price, name, code, note, raw, blob, at, day, unique_id, ratio"
    names = ", ".join(f"@P{number}" for number in range(1, 12))
    assert types(client, f"INSERT INTO t ({columns}) VALUES ({names})") == [
        "bit",
        "decimal(10,3)",
        "nvarchar(30)",
        "char(5)",
        "nvarchar(max)",
        "varbinary(20)",
        "varbinary(max)",
        "datetime2(3)",
        "date",
        "uniqueidentifier",
        "float",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "UPDATE t SET raw = @P1, price = @P2 WHERE id = @P3",
            ["varbinary(20)", "decimal(10,3)", "int"],
        ),
        ("UPDATE t SET price = price + @P1 WHERE @P2 <> id", ["numeric(38,19)", "int"]),
        ("DELETE FROM t WHERE id IN (@P1, @P2)", ["int", "int"]),
        (
            "INSERT INTO t (raw, name) VALUES (@P1, N'a'), (@P2, N'b')",
            ["varbinary(20)", "varbinary(20)"],
        ),
        ("SET NOCOUNT ON; INSERT INTO t (raw) VALUES (@P1)", ["varbinary(20)"]),
    ],
)
def test_modifications(client: Client, text: str, expected: list[str]) -> None:
    assert types(client, text) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("code = @p", "char(5)"),
        ("code > @p", "varchar(8000)"),
        ("name >= @p", "nvarchar(4000)"),
        ("name LIKE @p", "nvarchar(4000)"),
        ("small = @p", "smallint"),
        ("price < @p", "numeric(38,19)"),
        ("at BETWEEN @p AND '2020-01-01'", "datetime2(7)"),
        ("id = id + @p", "int"),
        ("id = CAST(@p AS decimal(5, 2))", "decimal(5,2)"),
        ("id IN (SELECT id FROM t WHERE unique_id = @p)", "uniqueidentifier"),
    ],
)
def test_conditions(client: Client, condition: str, expected: str) -> None:
    assert types(client, f"SELECT id FROM t WHERE {condition}") == [expected]


def test_a_declared_parameter_is_left_out(client: Client) -> None:
    text = "SELECT id FROM t WHERE id = @id OR name = @name"
    assert types(client, text, "@id int") == ["nvarchar(30)"]
    assert types(client, "SELECT 1") == []


def test_a_row_says_what_sys_types_says(client: Client) -> None:
    (row,) = client.rows(
        "EXEC sp_describe_undeclared_parameters N'SELECT id FROM t WHERE price = @p'"
    )
    assert row[:7] == (1, "@p", 106, "decimal(10,3)", 9, 10, 3)
    assert row[16:] == (False, False, False, True, False, None, 106, 9)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT @p", 11502),
        ("SELECT id FROM t WHERE @a = @b", 11502),
        ("SELECT id FROM t WHERE id = @p OR small = @p", 11508),
        ("INSERT INTO #t (id) VALUES (@p)", 11526),
        ("SELECT id FROM nowhere WHERE id = @p", 208),
        ("SELECT id FROM t WHERE nothing = @p", 207),
        ("IF @p = 1 SELECT 1", NOT_SUPPORTED),
    ],
)
def test_what_cannot_be_deduced(client: Client, text: str, number: int) -> None:
    assert refused_with(client, text) == [number]


def test_describing_changes_nothing(client: Client) -> None:
    types(client, "INSERT INTO t (name) VALUES (@p)")
    assert client.value("SELECT COUNT(*) FROM t") == 0
