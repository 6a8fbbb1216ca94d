"""Statements that fail, and what the server says to them.

docs/evidence.md says where texts and states are known from, and which of them are unconfirmed: the
run against a real server confirms them or shows them wrong. SQLSTATE and class are what msodbcsql
18.6 and pyodbc 5.5 make of the number (measured).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One error. ``{database}`` stands for the name of the database.

    ``followed_by`` are the number, state and text of an error that comes with it.
    """

    number: int
    statement: str
    text: str
    sqlstate: str = "42000"
    exception: str = "ProgrammingError"
    severity: int = 16
    state: int = 1
    followed_by: tuple[int, int, str] | None = None

    def __str__(self) -> str:
        words = "".join(c if c.isalnum() else " " for c in self.statement).split()
        return "-".join((str(self.number), *words[:9]))
