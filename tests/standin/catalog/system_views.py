"""All views of the system: what makes them in SQLite, and what their columns are."""

from __future__ import annotations

import sqlite3
from typing import Final

from tests.standin.catalog import (
    information_schema,
    sys_columns,
    sys_constraints,
    sys_objects,
    sys_server,
    sys_sessions,
    sys_triggers,
)
from tests.standin.catalog.view_definition import ViewDefinition
from tests.standin.tsql.nodes import ObjectName

#: Views the others read; T-SQL cannot name them.
_FOUNDATIONS: Final = (
    sys_objects.OBJECTS,
    sys_objects.PROPERTIES,
    sys_columns.TYPES,
    sys_constraints.INDEXES,
)
_DEFINITIONS: Final = (
    *sys_objects.VIEWS,
    *sys_columns.VIEWS,
    *sys_constraints.VIEWS,
    *sys_server.VIEWS,
    *sys_sessions.VIEWS,
    *sys_triggers.VIEWS,
    *information_schema.VIEWS,
)
_BY_NAME: Final = {
    (known.view.schema.lower(), known.view.name.lower()): known for known in _DEFINITIONS
}

_SCHEMAS: Final = frozenset({"sys", "information_schema"})
_COMPATIBILITY: Final = frozenset(
    f"sys{name}"
    for name in (
        *("columns", "comments", "configures", "constraints", "databases", "depends", "files"),
        *("foreignkeys", "indexes", "indexkeys", "logins", "members", "messages", "objects"),
        *("permissions", "processes", "references", "servers", "types", "users"),
    )
)


def find_system_view(schema: str, name: str) -> ViewDefinition | None:
    """The view of sys or INFORMATION_SCHEMA with that name, in whatever case."""
    return _BY_NAME.get((schema.lower(), name.lower()))


def is_of_the_system(name: ObjectName) -> bool:
    """Whether a name belongs to the product, so that there may be more than the stand-in has.

    The tables of SQL Server 2000 are views without a schema of their own (Microsoft Learn, "System
    compatibility views").
    """
    schema = name.schema.lower()
    return schema in _SCHEMAS or (schema in ("", "dbo") and name.name.lower() in _COMPATIBILITY)


def system_views() -> tuple[ViewDefinition, ...]:
    """All of them."""
    return _DEFINITIONS


def create_views(connection: sqlite3.Connection) -> None:
    """Make them in a new database file."""
    for statement in _FOUNDATIONS:
        connection.execute(statement)
    for definition in _DEFINITIONS:
        connection.execute(definition.sql)
