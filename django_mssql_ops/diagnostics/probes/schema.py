"""The installed models' tables as they are in the database. At most five round trips."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics import table_queries
from django_mssql_ops.diagnostics.facts import ColumnType, Fact, SchemaFacts, Unreadable
from django_mssql_ops.diagnostics.probes.asking import Questions, Row
from django_mssql_ops.diagnostics.probes.installed_tables import (
    InstalledTable,
    installed_tables,
    names_of,
)
from django_mssql_ops.diagnostics.probes.migrations import probe_history

_Tables = tuple[InstalledTable, ...] | Unreadable
_Rows = tuple[Row, ...] | Unreadable


def probe_schema(wrapper: BaseDatabaseWrapper, *, limit: float) -> SchemaFacts:
    """Columns, constraints and triggers, one round trip each, then the migrations in two."""
    questions = Questions(wrapper, limit)
    tables = installed_tables(wrapper)
    columns = _ask(questions, tables, table_queries.date_times)
    constraints = _ask(questions, tables, table_queries.constraints)
    triggers = _ask(questions, tables, table_queries.insert_triggers)
    history_exists, pending = probe_history(questions)
    return SchemaFacts(
        use_tz=bool(settings.USE_TZ),
        date_times=_date_times(tables, columns),
        untrusted=_labels(constraints, "constraint_name", _is_untrusted),
        disabled=_labels(constraints, "constraint_name", _is_disabled),
        triggers=_labels(triggers, "trigger_name"),
        history_exists=history_exists,
        pending=pending,
    )


def _ask(questions: Questions, tables: _Tables, query: Callable[[Iterable[str]], str]) -> _Rows:
    if isinstance(tables, Unreadable):
        return tables
    return questions.rows(query(names_of(tables))) if tables else ()


def _date_times(tables: _Tables, rows: _Rows) -> Fact[tuple[ColumnType, ...]]:
    """The columns of DateTimeField among ``rows``."""
    if isinstance(tables, Unreadable):
        return tables
    if isinstance(rows, Unreadable):
        return rows
    # As most collations compare identifiers: a column of another case is the field's own.
    wanted = {(table.name, column.lower()) for table in tables for column in table.date_times}
    found = (
        ColumnType(
            table=str(row["table_name"]),
            column=str(row["column_name"]),
            type_name=str(row["type_name"]),
        )
        for row in rows
        if (str(row["table_name"]), str(row["column_name"]).lower()) in wanted
    )
    return tuple(sorted(found, key=lambda column: (column.table, column.column)))


def _is_disabled(row: Row) -> bool:
    return bool(row["is_disabled"])


def _is_untrusted(row: Row) -> bool:
    """A disabled constraint is not trusted either; it is named as disabled alone."""
    return bool(row["is_not_trusted"]) and not row["is_disabled"]


def _labels(
    rows: _Rows, column: str, condition: Callable[[Row], bool] = bool
) -> Fact[tuple[str, ...]]:
    """``table.name`` of the rows that satisfy ``condition``, sorted."""
    if isinstance(rows, Unreadable):
        return rows
    chosen = (f"{row['table_name']}.[{row[column]}]" for row in rows if condition(row))
    return tuple(sorted(chosen))
