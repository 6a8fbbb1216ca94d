"""Short ways to write the clues that most rows have."""

from __future__ import annotations

from django_mssql_ops.errors.symptom import Clue


def server_number(*numbers: int, text: str = "") -> Clue:
    """Numbers of sys.messages or of Azure's gateways; with ``text`` when it must fit as well."""
    return Clue(numbers=frozenset(numbers), origin="server", text=text)


def server_says(*texts: str) -> tuple[Clue, ...]:
    """The server's own words, for drivers and tools that show no number."""
    return tuple(Clue(text=text, origin="server") for text in texts)


def client_says(*texts: str) -> tuple[Clue, ...]:
    """The ODBC driver's own words."""
    return tuple(Clue(text=text, origin="client") for text in texts)


def state(*sqlstates: str) -> Clue:
    """SQLSTATEs, for an error of which nothing else is known."""
    return Clue(sqlstates=frozenset(sqlstates))


def raised(text: str, *exceptions: str) -> Clue:
    """An exception that no driver raised."""
    return Clue(text=text, exceptions=frozenset(exceptions))
