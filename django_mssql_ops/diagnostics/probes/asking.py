"""Questions to the open connection: rows by column name, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics.deadline import GRACE_SECONDS, TimeLimitExceeded, within
from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.errors import classify, diagnostic_records

Row = Mapping[str, Any]

#: SQL Server's errors for a missing permission (Microsoft Learn, Database Engine events and
#: errors): 229 object, 262 statement, 297 action, 300 server state, 371 replaced by 300 on Azure.
PERMISSION_NUMBERS = frozenset({229, 262, 297, 300, 371})

NO_ROW = Unreadable("the server returned no row for it")


def ask(
    wrapper: BaseDatabaseWrapper, sql: str, *, limit: float, grant: str = ""
) -> Row | Unreadable:
    """The first row, or why there is none; ``grant`` is what would help against a refusal."""
    rows = ask_all(wrapper, sql, limit=limit, grant=grant, most=1)
    if isinstance(rows, Unreadable):
        return rows
    return rows[0] if rows else NO_ROW


def ask_all(
    wrapper: BaseDatabaseWrapper,
    sql: str,
    *,
    limit: float,
    grant: str = "",
    most: int | None = None,
) -> tuple[Row, ...] | Unreadable:
    """All rows (at most ``most``); ``grant`` is what would help against a refusal."""
    try:
        return within(limit + GRACE_SECONDS, lambda: _rows(wrapper, sql, most))
    except TimeLimitExceeded as error:
        return Unreadable(str(error), timed_out=True)
    except Exception as error:
        return _unreadable(error, grant)


class Questions:
    """Several questions of one stage; after one that got no answer, no more are put.

    A question that is given up still holds the connection, which nothing else may use then.
    """

    def __init__(self, wrapper: BaseDatabaseWrapper, limit: float) -> None:
        self.wrapper = wrapper
        self._limit = limit
        self._silence: Unreadable | None = None

    def rows(self, sql: str, *, grant: str = "") -> tuple[Row, ...] | Unreadable:
        """All rows, or why there are none."""
        if self._silence is not None:
            return self._silence
        found = ask_all(self.wrapper, sql, limit=self._limit, grant=grant)
        if isinstance(found, Unreadable) and found.timed_out:
            self._silence = found
        return found

    def row(self, sql: str, *, grant: str = "") -> Row | Unreadable:
        """The only row, or why there is none."""
        found = self.rows(sql, grant=grant)
        if isinstance(found, Unreadable):
            return found
        return found[0] if found else NO_ROW


def _rows(wrapper: BaseDatabaseWrapper, sql: str, most: int | None) -> tuple[Row, ...]:
    with diagnostic_records(), wrapper.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


def _unreadable(error: Exception, grant: str) -> Unreadable:
    failure = classify(error)
    if failure is None:
        return Unreadable(f"{type(error).__name__} while it was read")
    if failure.is_from_server and failure.number in PERMISSION_NUMBERS:
        return Unreadable(f"the login lacks the permission (error {failure.number})", hint=grant)
    return Unreadable(failure.describe(), timed_out=failure.is_timeout)
