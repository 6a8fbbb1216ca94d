"""The questions put to the own connection: one row each, or why there is none.

A server that answers with an error has answered, and the error is a fact about the question. What
ends the connection or runs into its time-out is raised as the driver raises it: the prober knows
what to do then.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Protocol

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.diagnostics.probes.asking import NO_ROW, PERMISSION_NUMBERS, Row
from django_mssql_ops.errors import classify, diagnostic_records
from django_mssql_ops.health.server.questions import Section, statement


class OpenConnection(Protocol):
    """What is needed of the own connection: the driver's, in autocommit, and when it was opened."""

    @property
    def connection(self) -> Any: ...

    @property
    def opened_at(self) -> float: ...


def ask(own: OpenConnection, sql: str) -> Row | Unreadable:
    """The first row by column name: one round trip, bounded by the connection's query time-out.

    Unreadable when the server refuses. Raises what the driver raises when it got no answer.
    """
    try:
        row = _first_row(own, sql)
    except Exception as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        return refusal
    return NO_ROW if row is None else row


def ask_sections(
    own: OpenConnection, queries: Mapping[Section, str]
) -> dict[Section, Row | Unreadable]:
    """A row for each section, or why there is none; raises as :func:`ask` does.

    One round trip when nothing is amiss. When the server refuses the whole (a view that this
    product does not have, a permission that it asks for all the same) each section is asked by
    itself.
    """
    whole = ask(own, statement(queries.values()))
    if isinstance(whole, Unreadable):
        return {section: ask(own, query) for section, query in queries.items()}
    return dict.fromkeys(queries, whole)


def _first_row(own: OpenConnection, sql: str) -> Row | None:
    with diagnostic_records():
        cursor = own.connection.cursor()
        try:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            row = cursor.fetchone()
        finally:
            with contextlib.suppress(Exception):
                cursor.close()
    return None if row is None else dict(zip(names, row, strict=True))


def _refusal(error: Exception) -> Unreadable | None:
    """None when the server did not answer. The number alone: texts may hold names."""
    failure = classify(error)
    if failure is None or failure.is_timeout or not failure.is_from_server:
        return None
    if failure.is_connection_dead:
        return None
    if failure.number in PERMISSION_NUMBERS:
        return Unreadable(f"the login lacks the permission (error {failure.number})")
    shown = "an error" if failure.number is None else f"error {failure.number}"
    return Unreadable(f"{shown} while it was read")
