"""The door to the number catalogue: what a native number means (see :mod:`.catalogue`)."""

from __future__ import annotations

from django_mssql_ops.errors.catalogue import (
    DefaultClass,
    Kind,
    Meaning,
    TransactionState,
    client_meaning_of,
    kind_of,
    meaning_at,
    meaning_of,
)

__all__ = [
    "DefaultClass",
    "Kind",
    "Meaning",
    "TransactionState",
    "client_meaning_of",
    "kind_of",
    "meaning_at",
    "meaning_of",
]
