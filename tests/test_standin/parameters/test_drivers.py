"""Parameters through the drivers: NULL of every type, arrays, output values, ODBC's {call}."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from django_mssql_ops.odbc import BUNDLED_DRIVER_NAME
from tests.standin import StandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER
from tests.standin.process import ServerProcess
from tests.test_standin.clients import (
    LOGIN_TIMEOUT,
    connect_mssql_python,
    connect_pyodbc,
    connect_pytds,
)

pytestmark = pytest.mark.socket

COLUMNS = {
    "raw": "varbinary(20)",
    "blob": "varbinary(max)",
    "price": "decimal(10, 3)",
    "at": "datetime2(7)",
    "old": "datetime",
    "flag": "bit",
    "unique_id": "uniqueidentifier",
    "ratio": "float",
    "name": "nvarchar(20)",
    "day": "date",
    "hour": "time(3)",
    "moment": "datetimeoffset",
    "big": "bigint",
}
TABLE = ", ".join(f"{name} {kind} NULL" for name, kind in COLUMNS.items())
MARKS = ", ".join("?" * len(COLUMNS))
SETTINGS = ", ".join(f"{name} = ?" for name in COLUMNS)


@pytest.fixture(
    params=[
        pytest.param(connect_pyodbc, id="pyodbc"),
        pytest.param(connect_mssql_python, id="mssql-python", marks=pytest.mark.mssql_python),
    ]
)
def cursor(request: pytest.FixtureRequest, standin: StandIn) -> Iterator[Any]:
    connection = request.param(standin)
    yield connection.cursor()
    connection.close()


def test_null_goes_into_a_column_of_every_type(cursor: Any) -> None:
    cursor.execute(f"CREATE TABLE t (id int IDENTITY PRIMARY KEY, {TABLE})")
    nulls = (None,) * len(COLUMNS)
    for name in COLUMNS:
        cursor.execute(f"INSERT INTO t ({name}) VALUES (?)", (None,))
    cursor.execute(f"INSERT INTO t ({', '.join(COLUMNS)}) VALUES ({MARKS})", nulls)
    cursor.execute(f"UPDATE t SET {SETTINGS} WHERE id = ?", (*nulls, 1))
    all_null = " AND ".join(f"{name} IS NULL" for name in COLUMNS)
    cursor.execute(f"SELECT COUNT(*) FROM t WHERE {all_null}")
    assert cursor.fetchone()[0] == len(COLUMNS) + 1


def test_executemany_mixes_values_and_nulls(cursor: Any) -> None:
    cursor.execute("CREATE TABLE t (id int, raw varbinary(20), price decimal(10, 3), day date)")
    rows = [
        (1, b"\x00\x01", Decimal("1.500"), dt.date(2024, 2, 29)),
        (2, None, None, None),
        (3, b"", Decimal("-2.125"), dt.date(1, 1, 1)),
    ]
    cursor.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    cursor.execute("SELECT * FROM t ORDER BY id")
    assert [tuple(row) for row in cursor.fetchall()] == rows


def test_a_procedure_called_in_odbcs_way(cursor: Any) -> None:
    for number in (5, 6):
        arguments = ("SELECT @n AS n", "@n int", number)
        cursor.execute("{call sp_executesql(?, ?, ?)}", arguments)
        assert [tuple(row) for row in cursor.fetchall()] == [(number,)]
    cursor.execute("CREATE TABLE t (id int)")
    cursor.execute("{call sp_tables(?)}", ("t",))
    assert [row[2] for row in cursor.fetchall()] == ["t"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("databases")) as server:
        yield server


class TestFastExecutemany:
    """pyodbc keeps Python's lock while it describes parameters: the server is a process here."""

    @pytest.fixture
    def cursor(self, server: ServerProcess) -> Iterator[Any]:
        import pyodbc

        connection = pyodbc.connect(
            f"DRIVER={{{BUNDLED_DRIVER_NAME}}};SERVER={server.host},{server.port};"
            f"UID={DEFAULT_USER};PWD={DEFAULT_PASSWORD};DATABASE={DEFAULT_DATABASE};Encrypt=no",
            timeout=LOGIN_TIMEOUT,
        )
        cursor = connection.cursor()
        cursor.fast_executemany = True
        yield cursor
        connection.rollback()
        connection.close()

    def test_arrays_of_every_type(self, cursor: Any) -> None:
        columns = {name: kind for name, kind in COLUMNS.items() if name != "moment"}
        table = ", ".join(f"{name} {kind} NULL" for name, kind in columns.items())
        cursor.execute(f"CREATE TABLE t (id int IDENTITY PRIMARY KEY, {table})")
        values = (
            b"x",
            b"y" * 9_000,
            Decimal("1.200"),
            dt.datetime(2024, 1, 2, 3, 4, 5, 678901),
            dt.datetime(2024, 1, 2, 3, 4, 5),
            True,
            uuid.uuid4(),
            1.5,
            "hé",
            dt.date(2024, 1, 2),
            dt.time(1, 2, 3),
            2**40,
        )
        rows = [values, (None,) * len(columns)] * 2
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO t ({', '.join(columns)}) VALUES ({marks})", rows)
        found = cursor.execute("SELECT * FROM t ORDER BY id").fetchall()
        unique_id = str(values[6]).upper()
        assert [(*row[1:7], row[7] and str(row[7]).upper(), *row[8:]) for row in found] == [
            (*row[:6], row[6] and unique_id, *row[7:]) for row in rows
        ]

    def test_thousands_of_rows_are_one_message(self, cursor: Any) -> None:
        cursor.execute("CREATE TABLE t (id int PRIMARY KEY, name nvarchar(20))")
        rows = [(number, f"n{number}") for number in range(5_000)]
        cursor.executemany("INSERT INTO t VALUES (?, ?)", rows)
        cursor.executemany("UPDATE t SET name = ?, id = id + ? WHERE id = ?", [("last", 1, 4_999)])
        count, last = cursor.execute("SELECT COUNT(*), MAX(id) FROM t").fetchone()
        assert (count, last) == (5_000, 5_000)

    def test_a_row_that_fails_is_an_error(self, cursor: Any) -> None:
        import pyodbc

        cursor.execute("CREATE TABLE t (id int PRIMARY KEY)")
        with pytest.raises(pyodbc.IntegrityError, match="2627"):
            cursor.executemany("INSERT INTO t VALUES (?)", [(1,), (2,), (1,)])


class TestOutput:
    @pytest.fixture
    def cursor(self, standin: StandIn) -> Iterator[Any]:
        connection = connect_pytds(standin)
        yield connection.cursor()
        connection.close()

    def test_output_parameters_come_back_with_the_return_status(self, cursor: Any) -> None:
        import pytds

        text = "SET @n = @n + 1; SET @s = N'h' + @s; SET @d = NULL"
        declared = "@n int OUTPUT, @s nvarchar(9) OUTPUT, @d date OUT"
        number = pytds.output(value=4, param_type="int")
        words = pytds.output(value="é", param_type="nvarchar(9)")
        day = pytds.output(value=None, param_type="date")
        returned = cursor.callproc("sp_executesql", (text, declared, number, words, day))
        assert returned[2:] == [5, "hé", None]
        assert cursor.get_proc_return_status() == 0

    def test_a_value_becomes_the_declared_type(self, cursor: Any) -> None:
        declared = "@n decimal(5, 2), @s nvarchar(2)"
        cursor.callproc("sp_executesql", ("SELECT @n, @s", declared, "4.567", "abc"))
        assert cursor.fetchall() == [(Decimal("4.57"), "ab")]

    @pytest.mark.parametrize(
        ("declared", "message"),
        [
            ("@n int", 'The formal parameter "@n" was not declared as an OUTPUT parameter'),
            ("@n int OUTPUT, @m int", "expects the parameter '@m', which was not supplied"),
            ("", "too many arguments"),
        ],
    )
    def test_what_does_not_fit_the_declarations(
        self, cursor: Any, declared: str, message: str
    ) -> None:
        import pytds

        number = pytds.output(value=4, param_type="int")
        with pytest.raises(pytds.Error, match=message):
            cursor.callproc("sp_executesql", ("SELECT 1", declared, number))

    def test_bulk_copy_is_refused(self, cursor: Any) -> None:
        import pytds

        cursor.execute("CREATE TABLE t (a int)")
        with pytest.raises(pytds.Error, match="not supported by the stand-in: INSERT BULK"):
            cursor.copy_to(io.StringIO("1\n"), "t", columns=("a",))
        cursor.execute("SELECT COUNT(*) FROM t")
        assert cursor.fetchall() == [(0,)]


class TestCatalogueFunctions:
    @pytest.fixture
    def cursor(self, standin: StandIn) -> Iterator[Any]:
        connection = connect_pyodbc(standin)
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE parent (id int PRIMARY KEY)")
        cursor.execute("CREATE TABLE child (id int PRIMARY KEY, up int REFERENCES parent (id))")
        yield cursor
        connection.close()

    def test_tables_columns_and_keys(self, cursor: Any) -> None:
        assert [row[2] for row in cursor.tables(tableType="TABLE")] == ["child", "parent"]
        assert [row[3] for row in cursor.columns(table="child")] == ["id", "up"]
        assert [row[3] for row in cursor.primaryKeys("child")] == ["id"]
        assert [(row[2], row[7]) for row in cursor.foreignKeys(table="parent")] == [
            ("parent", "up")
        ]
        assert [row[8] for row in cursor.statistics("child") if row[8]] == ["id"]

    def test_lists_of_databases_owners_and_kinds_of_tables(self, cursor: Any) -> None:
        databases = cursor.tables(catalog="%", schema="", table="").fetchall()
        assert {"app", "master"} <= {row[0] for row in databases}
        owners = cursor.tables(catalog="", schema="%", table="").fetchall()
        assert {"dbo", "sys"} <= {row[1] for row in owners}
        kinds = cursor.tables(catalog="", schema="", table="", tableType="%").fetchall()
        assert [row[3] for row in kinds] == ["SYSTEM TABLE", "TABLE", "VIEW"]

    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("getTypeInfo", ()),
            ("rowIdColumns", ("child",)),
            ("rowVerColumns", ("child",)),
            ("procedures", ()),
            ("procedureColumns", ()),
        ],
    )
    def test_what_the_stand_in_does_not_know_is_refused(
        self, cursor: Any, function: str, arguments: tuple[str, ...]
    ) -> None:
        import pyodbc

        with pytest.raises(pyodbc.Error, match="not supported by the stand-in"):
            getattr(cursor, function)(*arguments)
