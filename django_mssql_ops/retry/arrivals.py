"""Connections are recorded from the moment something is declared to be retried.

A thread of a pool may connect before the first retried call of the process, and run a part of a
retried coroutine later: what it writes has to be seen then. The recorder itself is imported with
the first connection, because declaring a retry should cost a process no more than it must.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def record_new_connections() -> None:
    """Record every connection that is opened from now on; twice does nothing more."""
    connection_created.connect(_on_connected, dispatch_uid="django_mssql_ops.retry.recording")


def _on_connected(*, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    from django_mssql_ops.retry.recording import install

    install(connection).connected()
