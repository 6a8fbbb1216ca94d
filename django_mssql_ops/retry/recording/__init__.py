"""Sees what is done on a connection: at the DB-API for SQL Server, at Django's wrapper for others.

``execute_wrapper`` misses COMMIT, fetches and raw cursors (measured), so the DB-API connection of a
SQL Server alias is replaced by a proxy once it is open. psycopg and its like want the real type for
their C code: there only Django's own wrapper is hooked, and a raw cursor is not seen.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.retry.recording.connection import RecordingConnection
from django_mssql_ops.retry.recording.hooks import watch_of
from django_mssql_ops.retry.recording.watch import Watch


def install(wrapper: BaseDatabaseWrapper) -> Watch:
    """Record what is done through this wrapper from now on; installing twice does nothing."""
    watch = watch_of(wrapper)
    connection: Any = wrapper.connection
    # Not twice either when a proxy of somebody else's stands around ours.
    if (
        watch.is_sql_server
        and connection is not None
        and not getattr(connection, "is_recording_proxy", False)
    ):
        wrapper.connection = RecordingConnection(connection, watch)
    return watch
