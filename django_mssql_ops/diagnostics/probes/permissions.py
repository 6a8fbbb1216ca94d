"""What the application's user may do with its tables, and with the schema. Two round trips."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics import queries, table_queries
from django_mssql_ops.diagnostics.facts import Fact, PermissionFacts, TablePermissions, Unreadable
from django_mssql_ops.diagnostics.probes.asking import Questions, Row
from django_mssql_ops.diagnostics.probes.installed_tables import (
    InstalledTable,
    installed_tables,
    names_of,
)
from django_mssql_ops.diagnostics.table_queries import TABLE_RIGHTS


def probe_permissions(
    wrapper: BaseDatabaseWrapper, *, limit: float
) -> PermissionFacts | Unreadable:
    """Two round trips however many tables there are; the second one only when there are any."""
    questions = Questions(wrapper, limit)
    row = questions.row(queries.RIGHTS)
    if isinstance(row, Unreadable):
        return row
    return PermissionFacts(
        tables=_tables(questions),
        is_ddl_admin=_flag(row["is_ddl_admin"]),
        may_change_schema=_flag(row["may_change_schema"]),
        may_create_tables=_flag(row["may_create_tables"]),
    )


def _tables(questions: Questions) -> Fact[tuple[TablePermissions, ...]]:
    tables = installed_tables(questions.wrapper)
    if isinstance(tables, Unreadable):
        return tables
    if not tables:
        return ()
    rows = questions.rows(table_queries.table_permissions(names_of(tables)))
    return rows if isinstance(rows, Unreadable) else judged(tables, rows)


def judged(tables: Sequence[InstalledTable], rows: Sequence[Row]) -> tuple[TablePermissions, ...]:
    """Each table with what the user lacks on it; one without a row was not seen."""
    by_name = {str(row["table_name"]): row for row in rows}
    return tuple(_permissions(table, by_name.get(table.name)) for table in tables)


def _permissions(table: InstalledTable, row: Row | None) -> TablePermissions:
    needed = TABLE_RIGHTS if table.is_managed else TABLE_RIGHTS[:1]
    exists = row is not None and row["object_id"] is not None
    missing = tuple(r for r in needed if row is not None and row[f"may_{r.lower()}"] == 0)
    return TablePermissions(
        table=table.name,
        app_label=table.app_label,
        is_managed=table.is_managed,
        exists=exists,
        missing=missing if exists else (),
    )


def _flag(value: object) -> Fact[bool]:
    return Unreadable("the server says NULL") if value is None else bool(value)
