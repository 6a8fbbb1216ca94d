"""A SQLite file becomes a database."""

from __future__ import annotations

import sqlite3

from tests.standin.catalog.layout import LAYOUT, create_tables
from tests.standin.catalog.system_views import create_views
from tests.standin.runtime import Runtime, install


def initialise(connection: sqlite3.Connection) -> None:
    """Make an empty SQLite file a database: the catalogue's tables and the system's views.

    A file that is one already stays as it is. Raises RuntimeError for one that another state of
    the stand-in's program wrote.
    """
    install(connection, Runtime())  # SQLite must know the collations of the tables
    connection.execute("BEGIN IMMEDIATE")
    try:
        written = connection.execute("PRAGMA user_version").fetchone()[0]
        if written not in (0, LAYOUT):
            raise RuntimeError(f"a file of layout {written}, this is layout {LAYOUT}")
        if written == 0:
            create_tables(connection)
            create_views(connection)
            connection.execute(f"PRAGMA user_version = {LAYOUT}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
