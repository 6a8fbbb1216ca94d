"""The SQLite tables that hold the catalogue, and what a new database file starts with.

Names begin with ``standin_``, which no table of a user can: those are called ``schema.name``.
Temporary tables have theirs in SQLite's temp schema, so that a rollback holds for them as well.
"""

from __future__ import annotations

import secrets
import sqlite3
from typing import Final

from tests.standin.catalog.derived import DERIVED

#: Schemas that are there from the start, with their ids (Microsoft Learn, sys.schemas).
FIXED_SCHEMAS: Final = (
    (1, "dbo"),
    (2, "guest"),
    (3, "INFORMATION_SCHEMA"),
    (4, "sys"),
)

#: The number of this layout, kept in the file; it goes up with every change of tables or views.
LAYOUT: Final = 3

_DOCUMENTS: Final = """
CREATE TABLE IF NOT EXISTS {prefix} (
    object_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('table', 'view')),
    schema_name TEXT NOT NULL COLLATE TSQL_CI_AS,
    name TEXT NOT NULL COLLATE TSQL_CI_AS,
    schema_key TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (schema_key, name_key)
)
"""
_TABLES: Final = (
    _DOCUMENTS.format(prefix="standin_documents"),
    "CREATE TABLE standin_version (token TEXT NOT NULL)",
    """
    CREATE TABLE standin_schemas (
        schema_id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE TSQL_CI_AS,
        name_key TEXT NOT NULL UNIQUE
    )
    """,
    "CREATE INDEX standin_documents_name ON standin_documents (name)",
    """
    CREATE TABLE standin_types (
        user_type_id INTEGER PRIMARY KEY, schema_name TEXT NOT NULL,
        name TEXT NOT NULL, name_key TEXT NOT NULL, schema_key TEXT NOT NULL,
        type TEXT NOT NULL, facts TEXT NOT NULL, nullable INTEGER NOT NULL,
        UNIQUE (schema_key, name_key)
    )
    """,
)


def new_token() -> str:
    """A version no other state of any database ever had."""
    return secrets.token_hex(8)


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a new database file."""
    for statement in (*_TABLES, *(sql for table in DERIVED for sql in table.create)):
        connection.execute(statement)
    connection.execute("INSERT INTO standin_version VALUES (?)", (new_token(),))
    connection.executemany(
        "INSERT INTO standin_schemas VALUES (?, ?, ?)",
        [(schema_id, name, name.lower()) for schema_id, name in FIXED_SCHEMAS],
    )


def create_temporary_tables(connection: sqlite3.Connection) -> None:
    """Make those of a session's temporary tables; harmless where they are there already."""
    connection.execute(_DOCUMENTS.format(prefix="temp.standin_temporary"))
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS standin_temporary_version (token TEXT)")
    connection.execute(
        "INSERT INTO temp.standin_temporary_version"
        " SELECT ? WHERE NOT EXISTS (SELECT 1 FROM temp.standin_temporary_version)",
        (new_token(),),
    )
