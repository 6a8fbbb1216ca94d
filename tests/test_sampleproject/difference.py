"""What is expected of a query that databases answer differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from tests.test_sampleproject.queries import DIFFERING, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One query's answers, and who says so."""

    sqlite: Any
    sql_server: Any
    source: str


#: By the query's name.
DIFFERENCES: Final[dict[str, Difference]] = {}


def differs(*, sqlite: Any, sql_server: Any, source: str) -> Callable[[Query], Query]:
    def note(query: Query) -> Query:
        DIFFERENCES[query.__name__] = Difference(
            sqlite=sqlite, sql_server=sql_server, source=source
        )
        return query

    return note


def expected() -> dict[str, Any]:
    """The answers of the database at hand, by ``differing.query``."""
    ours = "sql_server" if connection.vendor == "microsoft" else "sqlite"
    return {
        f"{DIFFERING}.{name}": getattr(difference, ours) for name, difference in DIFFERENCES.items()
    }
