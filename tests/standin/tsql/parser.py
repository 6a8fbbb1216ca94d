"""Batches into statements: all of a batch is read before any of it runs, as SQL Server does it."""

from __future__ import annotations

from typing import Final

from tests.standin.tsql import (
    alterations,
    definitions,
    flow,
    modifications,
    procedures,
    queries,
    refusals,
    sessions,
    variables,
)
from tests.standin.tsql.nodes import Statement
from tests.standin.tsql.scripts import split_script
from tests.standin.tsql.statements import Parser

__all__ = ["parse_batch", "split_script"]

#: Importing them registered their rules.
RULES: Final = (
    alterations,
    definitions,
    flow,
    modifications,
    procedures,
    queries,
    refusals,
    sessions,
    variables,
)


def parse_batch(text: str) -> tuple[Statement, ...]:
    """The statements of a batch; raises StatementFailed for the first syntax error in it."""
    parser = Parser(text)
    statements = []
    while not parser.ended:
        if not parser.accept(";"):
            statements.append(parser.statement())
    return tuple(statements)
