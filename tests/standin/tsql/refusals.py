"""Statements that the stand-in knows by name only."""

from __future__ import annotations

from tests.standin.tsql.nodes import Statement
from tests.standin.tsql.statements import Parser, statement


@statement(
    "BACKUP",
    "BULK",
    "CHECKPOINT",
    "CLOSE",
    "DEALLOCATE",
    "DENY",
    "FETCH",
    "GOTO",
    "GRANT",
    "KILL",
    "LINENO",
    "OPEN",
    "READTEXT",
    "RECONFIGURE",
    "RESTORE",
    "REVERT",
    "REVOKE",
    "SETUSER",
    "SHUTDOWN",
    "UPDATETEXT",
    "WRITETEXT",
)
def _refuse(parser: Parser) -> Statement:
    raise parser.refused(parser.token.key)
