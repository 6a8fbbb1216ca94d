"""The catalogue of one database as one session sees it: tables, views, schemas, alias types.

Each table or view is one document in the database's own SQLite file, so a change of it belongs to
the transaction it is made in. :attr:`Catalog.version` names the state: whoever keeps something
worked out from the catalogue keeps it under (database, version), and a rollback brings the old
version back with the old state.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from tests.standin.catalog.column_facts import facts_of
from tests.standin.catalog.derived import derive, forget
from tests.standin.catalog.documents import decode_table, decode_view, encode
from tests.standin.catalog.layout import (
    create_temporary_tables,
    new_token,
)
from tests.standin.catalog.model import (
    DEFAULT_SCHEMA,
    AliasType,
    Column,
    Relation,
    Table,
    View,
)
from tests.standin.catalog.system_views import find_system_view
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.profiles import COLLATION
from tests.standin.sqltypes import SqlType
from tests.standin.tsql.nodes import ObjectName

#: The first id of a user's type (Microsoft Learn, sys.types).
_FIRST_USER_TYPE: Final = 257
_MAIN: Final = "main.standin_documents"
_TEMPORARY: Final = "temp.standin_temporary"


class Catalog:
    """Reads and changes the catalogue; changes want an open SQLite transaction.

    Names compare without case. ``#t`` and ``@t`` are the session's own. The functions and
    collations of ``runtime.install`` must be on the connection.
    """

    def __init__(
        self, connection: sqlite3.Connection, database: str, collation: str = COLLATION
    ) -> None:
        self.database = database
        self.collation = collation
        self._connection = connection
        create_temporary_tables(connection)
        # The views say the database's name and collation, which a file does not know.
        connection.create_function("standin_database", 0, lambda: self.database)
        connection.create_function("standin_collation", 0, lambda: self.collation)

    @property
    def version(self) -> str:
        """A word for the present state, the session's temporary tables included."""
        row = self._connection.execute(
            "SELECT m.token || t.token"
            " FROM main.standin_version AS m, temp.standin_temporary_version AS t"
        ).fetchone()
        return str(row[0])

    # --- reading ----------------------------------------------------------------------------------

    def find(self, name: ObjectName) -> Relation | None:
        """The table, view or system view of that name; the default schema is dbo."""
        if _is_temporary(name.name):
            return self._load(_TEMPORARY, DEFAULT_SCHEMA, name.name)
        schema = name.schema or DEFAULT_SCHEMA
        system = find_system_view(schema, name.name)
        if name.database and name.database.lower() != self.database.lower():
            if system is not None and system.server_wide:
                return system.view
            raise StatementFailed(not_supported(f"an object of another database: {name}"))
        return system.view if system else self._load(_MAIN, schema, name.name)

    def find_table(self, name: ObjectName) -> Table | None:
        """The same for a table alone."""
        found = self.find(name)
        return found if isinstance(found, Table) else None

    def by_id(self, object_id: int) -> Table | None:
        """The table with that object_id."""
        source = _TEMPORARY if object_id < 0 else _MAIN
        row = self._connection.execute(
            f"SELECT document FROM {source} WHERE object_id = ? AND kind = 'table'",
            (object_id,),
        ).fetchone()
        return decode_table(row[0]) if row else None

    def referencing(self, table: Table) -> tuple[Table, ...]:
        """The tables with a foreign key to ``table``, itself included where it has one."""
        rows = self._connection.execute(
            "SELECT document FROM main.standin_documents WHERE object_id IN"
            " (SELECT object_id FROM main.standin_foreign_keys WHERE referenced_id = ?)"
            " ORDER BY object_id",
            (table.object_id,),
        )
        return tuple(decode_table(row[0]) for row in rows)

    def tables(self) -> tuple[Table, ...]:
        """All tables of the database, the temporary ones left out, by schema and name."""
        return tuple(decode_table(document) for document in self._documents("table"))

    def views(self) -> tuple[View, ...]:
        """All views of the database, by schema and name."""
        return tuple(decode_view(document) for document in self._documents("view"))

    def temporary_tables(self) -> tuple[Table, ...]:
        """The session's temporary tables and table variables."""
        rows = self._connection.execute(f"SELECT document FROM {_TEMPORARY} ORDER BY object_id")
        return tuple(decode_table(row[0]) for row in rows)

    def object_exists(self, schema: str, name: str) -> bool:
        """Whether a table, view or constraint has that name: they share one space of names."""
        row = self._connection.execute(
            "SELECT 1 FROM main.standin_documents WHERE schema_key = :schema AND name_key = :name"
            " UNION ALL SELECT 1 FROM main.standin_constraints AS c"
            " JOIN main.standin_documents AS d USING (object_id)"
            " WHERE c.name = :name AND d.schema_key = :schema",
            {"schema": (schema or DEFAULT_SCHEMA).lower(), "name": name.lower()},
        ).fetchone()
        return row is not None

    def _documents(self, kind: str) -> Iterator[str]:
        rows = self._connection.execute(
            "SELECT document FROM main.standin_documents WHERE kind = ?"
            " ORDER BY schema_key, name_key",
            (kind,),
        )
        return (str(row[0]) for row in rows)

    def _load(self, source: str, schema: str, name: str) -> Table | View | None:
        row = self._connection.execute(
            f"SELECT kind, document FROM {source} WHERE schema_key = ? AND name_key = ?",
            (schema.lower(), name.lower()),
        ).fetchone()
        if row is None:
            return None
        return decode_table(row[1]) if row[0] == "table" else decode_view(row[1])

    # --- changing ---------------------------------------------------------------------------------

    def new_object_id(self, *, temporary: bool = False) -> int:
        """An id no object has; negative for a temporary one.

        Chosen by chance, for an id given in a transaction that rolls back must not come again: the
        identity values of the table that had it outlive it. Two of two thousand million meet once
        in a blue moon.
        """
        object_id = 100_000_000 + secrets.randbelow(2_000_000_000)
        return -object_id if temporary else object_id

    def save(self, relation: Table | View) -> None:
        """Put a table or view into the catalogue, in place of its former self."""
        temporary = isinstance(relation, Table) and relation.temporary
        now = _now()
        self._connection.execute(
            f"INSERT INTO {_TEMPORARY if temporary else _MAIN} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (object_id) DO UPDATE SET kind = excluded.kind,"
            " schema_name = excluded.schema_name, name = excluded.name,"
            " schema_key = excluded.schema_key, name_key = excluded.name_key,"
            " modified = excluded.modified, document = excluded.document",
            (
                relation.object_id,
                "table" if isinstance(relation, Table) else "view",
                relation.schema,
                relation.name,
                relation.schema.lower(),
                relation.name.lower(),
                now,
                now,
                encode(relation, self.collation),
            ),
        )
        if not temporary:
            derive(self._connection, relation.object_id)
        self._changed(temporary=temporary)

    def remove(self, relation: Table | View) -> None:
        """Take a table or view out of the catalogue."""
        temporary = isinstance(relation, Table) and relation.temporary
        self._connection.execute(
            f"DELETE FROM {_TEMPORARY if temporary else _MAIN} WHERE object_id = ?",
            (relation.object_id,),
        )
        if not temporary:
            forget(self._connection, relation.object_id)
        self._changed(temporary=temporary)

    def _changed(self, *, temporary: bool = False) -> None:
        table = "temp.standin_temporary_version" if temporary else "main.standin_version"
        self._connection.execute(f"UPDATE {table} SET token = ?", (new_token(),))

    # --- schemas and types ------------------------------------------------------------------------

    def schema(self, name: str) -> str | None:
        """The name of a schema as it was created; None where there is none."""
        row = self._connection.execute(
            "SELECT name FROM main.standin_schemas WHERE name_key = ?", (name.lower(),)
        ).fetchone()
        return str(row[0]) if row else None

    def create_schema(self, name: str) -> None:
        """Add a schema; ids of users' schemas count from 5."""
        self._connection.execute(
            "INSERT INTO main.standin_schemas (name, name_key) VALUES (?, ?)", (name, name.lower())
        )
        self._changed()

    def drop_schema(self, name: str) -> None:
        """Take a schema away."""
        self._connection.execute(
            "DELETE FROM main.standin_schemas WHERE name_key = ?", (name.lower(),)
        )
        self._changed()

    def objects_in(self, schema: str) -> tuple[str, ...]:
        """The names of the tables, views and types in a schema."""
        rows = self._connection.execute(
            "SELECT name FROM main.standin_documents WHERE schema_key = :key"
            " UNION ALL SELECT name FROM main.standin_types WHERE schema_key = :key",
            {"key": schema.lower()},
        )
        return tuple(str(row[0]) for row in rows)

    def alias_type(self, name: str, schema: str = "") -> AliasType | None:
        """The alias type of that name."""
        row = self._connection.execute(
            "SELECT user_type_id, schema_name, name, type, nullable FROM main.standin_types"
            " WHERE schema_key = ? AND name_key = ?",
            ((schema or DEFAULT_SCHEMA).lower(), name.lower()),
        ).fetchone()
        if row is None:
            return None
        return AliasType(row[0], row[1], row[2], SqlType(**json.loads(row[3])), bool(row[4]))

    def create_alias_type(self, schema: str, name: str, data_type: SqlType, nullable: bool) -> None:
        """Add an alias type."""
        facts = facts_of(Column(1, name, data_type), self.collation)
        self._connection.execute(
            "INSERT INTO main.standin_types VALUES ("
            " (SELECT ifnull(max(user_type_id) + 1, ?) FROM main.standin_types),"
            " ?, ?, ?, ?, ?, ?, ?)",
            (
                _FIRST_USER_TYPE,
                schema,
                name,
                name.lower(),
                schema.lower(),
                json.dumps(asdict(data_type)),
                json.dumps(facts),
                int(nullable),
            ),
        )
        self._changed()


def _is_temporary(name: str) -> bool:
    return name.startswith(("#", "@"))


def _now() -> str:
    """The local time in the storage form of datetime, which has milliseconds here."""
    now = dt.datetime.now()
    return f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03}0000"
