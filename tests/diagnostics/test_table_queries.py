"""Names of tables on their way into a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics import table_queries
from tests.diagnostics.probes.in_process import InProcess
from tests.standin.tsql.names import quote

Query = Callable[[Iterable[str]], str]
QUERIES: tuple[Query, ...] = (
    table_queries.table_permissions,
    table_queries.date_times,
    table_queries.constraints,
    table_queries.insert_triggers,
)

of_tables = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.__name__)


@of_tables
def test_the_columns_are_those_its_docstring_names(query: Query, connection: InProcess) -> None:
    connection.execute(query(["[shop_order]"]))
    assert query.__doc__ is not None
    named = re.findall(
        r"\b(?:may|is|table|object|column|type|constraint|trigger)_\w+", query.__doc__
    )
    assert [column[0] for column in connection.description] == named


@of_tables
def test_a_thousand_tables_are_one_statement(query: Query, connection: InProcess) -> None:
    names = [f"[shop_table_{number}]" for number in range(1_001)]
    connection.execute(query(names))
    expected = len(names) if query is table_queries.table_permissions else 0
    assert len(connection.fetchall()) == expected


@of_tables
def test_it_is_one_question_and_writes_nothing(query: Query) -> None:
    sql = query(["[shop_order]"])
    assert sql.startswith("SELECT ")
    assert ";" not in sql


def test_a_trigger_is_asked_for_by_the_action_it_fires_for() -> None:
    sql = table_queries.insert_triggers(["[t]"])
    assert "e.type = 1" in sql
    assert "is_disabled = 0" in sql


def test_constraints_for_replication_are_left_out() -> None:
    assert table_queries.constraints(["[t]"]).count("is_not_for_replication = 0") == 2


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
def test_no_name_ends_its_literal(name: str) -> None:
    sql = table_queries.object_id(quote(name))
    (literal,) = re.findall(r"N'((?:[^']|'')*)'", sql)
    assert literal.replace("''", "'") == quote(name)
    assert sql == f"SELECT OBJECT_ID(N'{literal}') AS object_id"


@pytest.mark.parametrize("name", ["it's", "a]b", "a.b", "[x", "100%", "?", "--", "ä", "x;y"])
def test_an_odd_name_is_found_by_the_server(name: str, connection: InProcess) -> None:
    connection.define(f"CREATE TABLE {quote(name)} (at datetime2)")
    connection.execute(table_queries.date_times([quote(name)]))
    assert connection.fetchall() == [(quote(name), "at", "datetime2")]
