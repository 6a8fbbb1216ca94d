"""Rows made from the documents, for the system's views to join quickly.

The documents are the truth; whenever one is saved, its rows here are made anew. They have the keys
by which tools join sys.* and INFORMATION_SCHEMA.*: ids, and names without regard to case.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Derived:
    """A table with a row for each thing in a document; ``object_id`` is the document's."""

    name: str
    columns: str
    select: str
    keys: tuple[str, ...] = ("object_id",)

    @property
    def create(self) -> tuple[str, ...]:
        """The statements that make it in a new file."""
        table = f"CREATE TABLE main.{self.name} (object_id INTEGER NOT NULL, {self.columns})"
        indexes = (
            f"CREATE INDEX main.{self.name}_{number} ON {self.name} ({key})"
            for number, key in enumerate(self.keys, start=1)
        )
        return (table, *indexes)


_NAME: Final = "TEXT COLLATE TSQL_CI_AS"

DERIVED: Final = (
    Derived(
        "standin_columns",
        f"column_id INTEGER, position INTEGER, name {_NAME}, value TEXT",
        """
        SELECT d.object_id, c.value ->> 'column_id', c.key + 1, c.value ->> 'name', c.value
        FROM standin_documents AS d, json_each(d.document, '$.columns') AS c
        """,
        keys=("object_id, column_id", "name"),
    ),
    Derived(
        "standin_indexes",
        f"index_id INTEGER, name {_NAME}, value TEXT",
        """
        SELECT d.object_id, i.value ->> 'index_id', i.value ->> 'name', i.value
        FROM standin_documents AS d, json_each(d.document, '$.indexes') AS i
        """,
        keys=("object_id, index_id", "name"),
    ),
    # The columns of all indexes, included ones behind the key; their numbers count through.
    Derived(
        "standin_index_columns",
        f"index_id INTEGER, index_column_id INTEGER, key_ordinal INTEGER, descending INTEGER,"
        f" included INTEGER, column_name {_NAME}",
        """
        SELECT d.object_id, i.value ->> 'index_id', c.key + 1, c.key + 1,
         c.value ->> 'descending', 0, c.value ->> 'name'
        FROM standin_documents AS d, json_each(d.document, '$.indexes') AS i,
         json_each(i.value, '$.columns') AS c
        UNION ALL
        SELECT d.object_id, i.value ->> 'index_id',
         json_array_length(i.value, '$.columns') + c.key + 1, 0, 0, 1, c.value
        FROM standin_documents AS d, json_each(d.document, '$.indexes') AS i,
         json_each(i.value, '$.included') AS c
        """,
        keys=("object_id, index_id",),
    ),
    Derived(
        "standin_foreign_keys",
        f"constraint_id INTEGER, name {_NAME}, referenced_id INTEGER, value TEXT",
        """
        SELECT d.object_id, f.value ->> 'object_id', f.value ->> 'name',
         f.value ->> 'referenced_id', f.value
        FROM standin_documents AS d, json_each(d.document, '$.foreign_keys') AS f
        """,
        keys=("object_id", "name", "referenced_id"),
    ),
    Derived(
        "standin_foreign_key_columns",
        f"constraint_id INTEGER, position INTEGER, column_name {_NAME}, referenced_id INTEGER,"
        f" referenced_name {_NAME}",
        """
        SELECT d.object_id, f.value ->> 'object_id', c.key + 1, c.value,
         f.value ->> 'referenced_id', f.value ->> ('$.referenced_columns[' || c.key || ']')
        FROM standin_documents AS d, json_each(d.document, '$.foreign_keys') AS f,
         json_each(f.value, '$.columns') AS c
        """,
        keys=("object_id", "referenced_id"),
    ),
    # Constraints of all kinds; standard_type is what INFORMATION_SCHEMA calls them.
    Derived(
        "standin_constraints",
        f"constraint_id INTEGER, name {_NAME}, type TEXT, type_desc TEXT, standard_type TEXT",
        """
        SELECT d.object_id, i.value ->> 'object_id', i.value ->> 'name',
         iif(i.value ->> 'is_primary', 'PK', 'UQ'),
         iif(i.value ->> 'is_primary', 'PRIMARY_KEY_CONSTRAINT', 'UNIQUE_CONSTRAINT'),
         iif(i.value ->> 'is_primary', 'PRIMARY KEY', 'UNIQUE')
        FROM standin_documents AS d, json_each(d.document, '$.indexes') AS i
        WHERE i.value ->> 'is_primary' OR i.value ->> 'is_constraint'
        UNION ALL
        SELECT d.object_id, f.value ->> 'object_id', f.value ->> 'name', 'F ',
         'FOREIGN_KEY_CONSTRAINT', 'FOREIGN KEY'
        FROM standin_documents AS d, json_each(d.document, '$.foreign_keys') AS f WHERE 1
        UNION ALL
        SELECT d.object_id, c.value ->> 'object_id', c.value ->> 'name', 'C ',
         'CHECK_CONSTRAINT', 'CHECK'
        FROM standin_documents AS d, json_each(d.document, '$.checks') AS c WHERE 1
        UNION ALL
        SELECT d.object_id, c.value ->> '$.default.object_id', c.value ->> '$.default.name', 'D ',
         'DEFAULT_CONSTRAINT', NULL
        FROM standin_documents AS d, json_each(d.document, '$.columns') AS c
        WHERE c.value -> 'default' <> 'null'
        """,
        keys=("object_id", "constraint_id", "name"),
    ),
    # Which columns a constraint is about, with their places in a key; checks have no places.
    Derived(
        "standin_constraint_columns",
        f"name {_NAME}, column_name {_NAME}, position INTEGER",
        """
        SELECT d.object_id, i.value ->> 'name', c.value ->> 'name', c.key + 1
        FROM standin_documents AS d, json_each(d.document, '$.indexes') AS i,
         json_each(i.value, '$.columns') AS c
        WHERE i.value ->> 'is_primary' OR i.value ->> 'is_constraint'
        UNION ALL
        SELECT d.object_id, f.value ->> 'name', c.value, c.key + 1
        FROM standin_documents AS d, json_each(d.document, '$.foreign_keys') AS f,
         json_each(f.value, '$.columns') AS c
        WHERE 1
        UNION ALL
        SELECT d.object_id, k.value ->> 'name', c.value, NULL
        FROM standin_documents AS d, json_each(d.document, '$.checks') AS k,
         json_each(k.value, '$.columns') AS c
        WHERE 1
        """,
        keys=("object_id", "name"),
    ),
)


def forget(connection: sqlite3.Connection, object_id: int) -> None:
    """Take away the rows of a document."""
    for table in DERIVED:
        connection.execute(
            f"DELETE FROM main.{table.name} WHERE object_id = ?",
            (object_id,),
        )


def derive(connection: sqlite3.Connection, object_id: int) -> None:
    """Make the rows of a document anew."""
    forget(connection, object_id)
    for table in DERIVED:
        connection.execute(
            f"WITH d AS (SELECT * FROM main.standin_documents WHERE object_id = ?)"
            f" INSERT INTO main.{table.name} {table.select.replace('standin_documents AS d', 'd')}",
            (object_id,),
        )
