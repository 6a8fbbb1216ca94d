"""The questions the probes put to the server about the project's own tables, one round trip each.

The names of the tables stand in the text as literals, in a derived table: SQL Server looks them up
by its own rules (default schema, collation, what the user may see), and there is no limit to them
as there is to parameters (2,100 in a statement) and to the rows of INSERT ... VALUES (1,000, which
a derived table may exceed: Microsoft Learn, "Table Value Constructor"). A name that means nothing
gives no row, or NULL.

Sources: Microsoft Learn, HAS_PERMS_BY_NAME, OBJECT_ID, sys.columns, sys.types, sys.triggers,
sys.trigger_events, sys.foreign_keys, sys.check_constraints, "Metadata visibility configuration"
(columns, constraints and triggers are seen by whoever has any permission on their table).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: The permissions that the ORM needs on a table.
TABLE_RIGHTS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")

_PERMISSIONS: Final = """\
SELECT t.name AS table_name,
 OBJECT_ID(t.name) AS object_id,
 HAS_PERMS_BY_NAME(t.name, 'OBJECT', 'SELECT') AS may_select,
 HAS_PERMS_BY_NAME(t.name, 'OBJECT', 'INSERT') AS may_insert,
 HAS_PERMS_BY_NAME(t.name, 'OBJECT', 'UPDATE') AS may_update,
 HAS_PERMS_BY_NAME(t.name, 'OBJECT', 'DELETE') AS may_delete
FROM {tables}"""

_DATE_TIMES: Final = """\
SELECT t.name AS table_name, c.name AS column_name, y.name AS type_name
FROM {tables}
 JOIN sys.columns AS c ON c.object_id = OBJECT_ID(t.name)
 JOIN sys.types AS y ON y.user_type_id = c.system_type_id
WHERE y.name IN ('datetime', 'smalldatetime', 'datetime2', 'datetimeoffset')"""

#: A constraint NOT FOR REPLICATION is never trusted and means nothing by it.
_CONSTRAINTS: Final = """\
SELECT t.name AS table_name, k.name AS constraint_name,
 CAST(k.is_disabled AS int) AS is_disabled, CAST(k.is_not_trusted AS int) AS is_not_trusted
FROM {tables}
 JOIN sys.foreign_keys AS k ON k.parent_object_id = OBJECT_ID(t.name)
WHERE k.is_not_for_replication = 0 AND (k.is_disabled = 1 OR k.is_not_trusted = 1)
UNION ALL
SELECT t.name, k.name, CAST(k.is_disabled AS int), CAST(k.is_not_trusted AS int)
FROM {tables}
 JOIN sys.check_constraints AS k ON k.parent_object_id = OBJECT_ID(t.name)
WHERE k.is_not_for_replication = 0 AND (k.is_disabled = 1 OR k.is_not_trusted = 1)"""

#: Type 1 of sys.trigger_events is INSERT: OUTPUT without INTO fails for a trigger on its own action
#: (Microsoft Learn, OUTPUT clause).
_INSERT_TRIGGERS: Final = """\
SELECT t.name AS table_name, g.name AS trigger_name
FROM {tables}
 JOIN sys.triggers AS g ON g.parent_id = OBJECT_ID(t.name)
WHERE g.is_disabled = 0 AND EXISTS
 (SELECT 1 FROM sys.trigger_events AS e WHERE e.object_id = g.object_id AND e.type = 1)"""

_APPLIED: Final = "SELECT m.app AS app, m.name AS name FROM {table} AS m"


def table_permissions(names: Iterable[str]) -> str:
    """table_name, object_id (NULL: not there, or not to be seen), may_select, may_insert,
    may_update, may_delete (int: 1, 0 or NULL)."""
    return _PERMISSIONS.format(tables=_tables(names))


def date_times(names: Iterable[str]) -> str:
    """table_name, column_name, type_name of every column with a date and a time."""
    return _DATE_TIMES.format(tables=_tables(names))


def constraints(names: Iterable[str]) -> str:
    """table_name, constraint_name, is_disabled, is_not_trusted (int 0/1) where one of them is 1."""
    return _CONSTRAINTS.format(tables=_tables(names))


def insert_triggers(names: Iterable[str]) -> str:
    """table_name, trigger_name of every enabled trigger that fires for INSERT."""
    return _INSERT_TRIGGERS.format(tables=_tables(names))


def object_id(name: str) -> str:
    """object_id (int) of one table; NULL when it is not there, or not to be seen."""
    return f"SELECT OBJECT_ID({_literal(name)}) AS object_id"


def applied_migrations(table: str) -> str:
    """app, name of every applied migration."""
    return _APPLIED.format(table=table)


def _tables(names: Iterable[str]) -> str:
    rows = ", ".join(f"({_literal(name)})" for name in names)
    return f"(VALUES {rows}) AS t(name)"


def _literal(text: str) -> str:
    return "N'" + text.replace("'", "''") + "'"
