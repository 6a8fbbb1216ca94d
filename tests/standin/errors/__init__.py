"""SQL Server's errors as the stand-in raises them: number, severity, state and text.

One module for each topic, one function for each error. Texts are those of sys.messages as
Microsoft Learn prints them (Database Engine events and errors); where a state is not documented it
is 1 and docs/evidence.md says so.
"""

from __future__ import annotations

from dataclasses import replace

from tests.standin.engine import Failure, StatementFailed


def failure(number: int, message: str, *, severity: int = 16, state: int = 1) -> StatementFailed:
    """One error, ready to be raised."""
    return StatementFailed(Failure(number=number, message=message, severity=severity, state=state))


def followed(first: StatementFailed, last: StatementFailed) -> StatementFailed:
    """Two errors of one statement, such as 1785 and 1750."""
    return StatementFailed(replace(first.failure, followed_by=(last.failure,)))
