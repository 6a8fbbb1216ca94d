"""INSERT … EXEC: rows of a procedure or a text into a table."""

from __future__ import annotations

import pytest

from tests.standin.engine import NOT_SUPPORTED
from tests.test_standin.execution.client import Client


@pytest.fixture(autouse=True)
def table(client: Client) -> None:
    client.run("CREATE TABLE t (id int IDENTITY PRIMARY KEY, n int CHECK (n < 9), s nvarchar(5))")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT t EXEC ('SELECT 1, N''a'' UNION ALL SELECT NULL, N''b''')",
        "INSERT t (n, s) EXEC sp_executesql N'SELECT @n, N''a''; SELECT NULL, ''b''', N'@n int', 1",
        "INSERT INTO t (s, n) EXEC ('SELECT ''a'', ''1''; SELECT ''b'', NULL')",
    ],
)
def test_every_row_goes_in(client: Client, statement: str) -> None:
    assert client.value(f"{statement}; SELECT @@ROWCOUNT") == 2
    assert client.rows("SELECT * FROM t ORDER BY id") == [(1, 1, "a"), (2, None, "b")]
    assert client.value("SELECT SCOPE_IDENTITY()") == 2


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("INSERT t (n) EXEC ('SELECT 1; SELECT 9')", 547),
        ("INSERT t (n) EXEC ('SELECT 1; SELECT 1/0')", 8134),
        ("INSERT t (s) EXEC ('SELECT ''a''; SELECT ''abcdef''')", 2628),
        ("INSERT t EXEC ('SELECT 1')", 213),
        ("INSERT t (n) OUTPUT inserted.id EXEC ('SELECT 1')", NOT_SUPPORTED),
    ],
)
def test_an_error_leaves_no_row(client: Client, statement: str, number: int) -> None:
    assert client.numbers(statement) == [number]
    assert client.value("SELECT COUNT(*) FROM t") == 0
