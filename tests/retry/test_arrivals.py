"""Who connects before the first retried call is recorded all the same."""

from __future__ import annotations

import threading

from django.db import connections

from django_mssql_ops.retry import retry_on_transient
from django_mssql_ops.retry.recording.hooks import watch_of


def test_a_thread_that_connected_first_is_recorded() -> None:
    retry_on_transient(lambda: None)
    seen: list[int] = []

    def connect() -> None:
        connection = connections["default"]
        connection.ensure_connection()
        seen.append(watch_of(connection).connected_at)
        # Django leaves a database in memory open.
        connection.connection.close()

    thread = threading.Thread(target=connect)
    thread.start()
    thread.join()
    assert seen[0] > 0
