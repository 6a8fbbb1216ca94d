"""What native numbers and SQLSTATEs mean: facts, with their sources, and no policy.

One topic a module; a row says what a number is by default. What to do about a fault in a given
attempt depends on what the attempt had done, and is not decided here. The rows are imported by the
first question (:mod:`.rows`): a program without errors does not pay for them. EF Core's own numbers
are in :mod:`.efcore`.
"""

from __future__ import annotations

from django_mssql_ops.errors.catalogue.meaning import (
    ENDING_SEVERITY,
    LISTS,
    DefaultClass,
    Kind,
    Meaning,
    TransactionState,
)
from django_mssql_ops.errors.message import Origin

__all__ = [
    "ENDING_SEVERITY",
    "LISTS",
    "DefaultClass",
    "Kind",
    "Meaning",
    "TransactionState",
    "client_meaning_of",
    "kind_of",
    "meaning_at",
    "meaning_of",
]


def meaning_of(number: int) -> Meaning | None:
    """The row of a server's number, or None for a number that the catalogue does not know."""
    from django_mssql_ops.errors.catalogue.rows import OF_SERVER

    return OF_SERVER.get(number)


def client_meaning_of(number: int) -> Meaning | None:
    """The row of a number of Winsock, Win32, errno or the driver; ``0x2746`` is ``10054``."""
    from django_mssql_ops.errors.catalogue.rows import OF_CLIENT

    return OF_CLIENT.get(number)


def meaning_at(origin: Origin, number: int | None) -> Meaning | None:
    """The row for a number from there; None from where a number says nothing certain."""
    if number is None:
        return None
    if origin == "server":
        return meaning_of(number)
    return client_meaning_of(number) if origin == "client" else None


def kind_of(number: int) -> Kind | None:
    row = meaning_of(number)
    return None if row is None else row.kind
