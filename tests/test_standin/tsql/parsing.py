"""What the parser's tests share."""

from __future__ import annotations

import pytest

from tests.standin.engine import Failure, StatementFailed
from tests.standin.tsql.nodes import Modification, Select, Statement
from tests.standin.tsql.parser import parse_batch


def only(text: str) -> Statement:
    """The one statement of a batch."""
    statements = parse_batch(text)
    assert len(statements) == 1, statements
    return statements[0]


def failure_of(text: str) -> Failure:
    """The error a batch is refused with."""
    with pytest.raises(StatementFailed) as caught:
        parse_batch(text)
    return caught.value.failure


def pieces(text: str) -> list[str]:
    """The texts of a batch's queries and modifications, the names of its other statements."""
    return [_piece(statement) for statement in parse_batch(text)]


def _piece(statement: Statement) -> str:
    if isinstance(statement, Select):
        return statement.query.text
    if isinstance(statement, Modification):
        return statement.text.text
    return type(statement).__name__
