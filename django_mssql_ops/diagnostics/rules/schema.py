"""The installed models' tables as they are in the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django_mssql_ops.diagnostics.facts import ColumnType, Facts, ProjectFacts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning

_WITH_OFFSET: Final = "datetimeoffset"
#: Names shown in one sentence; the facts have them all.
_SHOWN: Final = 5


def _listed(names: Iterable[str]) -> str:
    """The first few of them, and how many more there are."""
    known = sorted(names)
    more = len(known) - _SHOWN
    shown = ", ".join(known[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


@rule(340, "use-tz-column-mismatch", stage="schema", needs=("schema.use_tz", "schema.date_times"))
def use_tz_column_mismatch(
    _facts: Facts, use_tz: bool, columns: tuple[ColumnType, ...]
) -> Verdicts:
    """A column of a DateTimeField has the type of the other `USE_TZ`.

    mssql-django makes such a column `datetimeoffset` when `USE_TZ` is True and `datetime2` when it
    is False, at the moment the table is made. Changing the setting later changes no column, and no
    migration is written for it. With `USE_TZ = True` a `datetime2` column then holds old rows in
    local time, which are read as UTC, beside new rows in UTC. With `USE_TZ = False` a
    `datetimeoffset` column gives aware datetimes to code that expects naive ones.

    Convert each column by hand, with the zone that its rows were written in:

        ALTER TABLE [shop_order] ADD [placed_new] datetimeoffset NULL;
        UPDATE [shop_order] SET [placed_new] = [placed] AT TIME ZONE 'W. Europe Standard Time';

    then drop the old column and rename the new one. A plain ALTER COLUMN takes the old values as
    UTC.

    Source: mssql-django 2.0, `DatabaseWrapper.__init__` (the type) and
    `convert_datetimefield_value` (the reading); Microsoft, "Time zone support" of mssql-django.
    """
    wrong: dict[str, list[ColumnType]] = {}
    for column in columns:
        if (column.type_name == _WITH_OFFSET) is not use_tz:
            wrong.setdefault(column.table, []).append(column)
    wanted = _WITH_OFFSET if use_tz else "datetime2"
    for table, found in wrong.items():
        named = _listed(f"{column.column} ({column.type_name})" for column in found)
        yield warning(
            f"USE_TZ is {use_tz} and {table} has columns of the other kind: {named}",
            hint=f"Convert them to {wanted} with the time zone that the rows were written in; "
            "Django does not do it.",
            about=table,
        )


@rule(341, "trigger-bulk-rows", stage="schema", needs=("schema.triggers", "project"))
def trigger_bulk_rows(_facts: Facts, triggers: tuple[str, ...], project: ProjectFacts) -> Verdicts:
    """A table has a trigger for INSERT, and `return_rows_bulk_insert` makes every INSERT fail.

    With that option mssql-django reads generated keys with an OUTPUT clause without INTO, and SQL
    Server refuses it with error 334 on a table with an enabled trigger for the same action. Every
    `save()` of a new object then fails, not only `bulk_create()`. The option of one alias holds for
    all aliases of the process: the backend writes it on a class that they share.

    Take `return_rows_bulk_insert` out of the OPTIONS of every alias.

    Source: mssql-django 2.0, `DatabaseWrapper.init_connection_state` and `SQLInsertCompiler`;
    Microsoft, "OUTPUT clause". The number of the error is that of the reports, it was not measured.
    """
    if not project.bulk_rows:
        return
    aliases = _listed(repr(alias) for alias in project.bulk_rows)
    tables: dict[str, list[str]] = {}
    for trigger in triggers:
        tables.setdefault(trigger.rpartition(".[")[0], []).append(trigger)
    for table, names in tables.items():
        yield error(
            f"{table} has a trigger for INSERT ({_listed(names)}), and return_rows_bulk_insert is "
            f"set for {aliases}: every INSERT into it fails",
            hint="Remove return_rows_bulk_insert from the OPTIONS of every alias.",
            about=table,
        )


@rule(342, "untrusted-constraints", stage="schema", needs=("schema.untrusted", "schema.disabled"))
def untrusted_constraints(
    _facts: Facts, untrusted: tuple[str, ...], disabled: tuple[str, ...]
) -> Verdicts:
    """A foreign key or check constraint is not enforced, or not trusted.

    A disabled constraint lets any row in. One that is enabled and not trusted holds for new rows
    only: rows that came in while it was off may break it, and the optimizer plans as if it were not
    there. `loaddata` and other code that calls `disable_constraint_checking` leaves constraints
    untrusted, for the backend switches them on again without looking at the rows.

    Check the rows and switch the constraint on, which fails and names the constraint when a row
    breaks it:

        ALTER TABLE [shop_order] WITH CHECK CHECK CONSTRAINT [shop_order_customer_id_fk];

    Source: mssql-django 2.0, `enable_constraint_checking`; Microsoft, "sys.foreign_keys" and "ALTER
    TABLE".
    """
    for table, names in _by_table(untrusted).items():
        yield warning(
            f"{table} has constraints that are not trusted: {_listed(names)}",
            hint=f"ALTER TABLE {table} WITH CHECK CHECK CONSTRAINT ALL looks at the rows and "
            "trusts them again.",
            about=f"{table} untrusted",
        )
    for table, names in _by_table(disabled).items():
        yield warning(
            f"{table} has constraints that are switched off: {_listed(names)}",
            hint=f"ALTER TABLE {table} WITH CHECK CHECK CONSTRAINT ALL looks at the rows and "
            "switches them on.",
            about=f"{table} disabled",
        )


def _by_table(labels: tuple[str, ...]) -> dict[str, list[str]]:
    """``table.[name]`` -> the names of each table."""
    tables: dict[str, list[str]] = {}
    for label in labels:
        table, _, name = label.rpartition(".[")
        tables.setdefault(table, []).append(f"[{name}")
    return tables
