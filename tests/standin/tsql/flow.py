"""Control of flow: blocks, IF, WHILE, TRY … CATCH and leaving them.

Microsoft Learn, "Control-of-flow language (Transact-SQL)".
"""

from __future__ import annotations

from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.expressions import read_condition, read_value
from tests.standin.tsql.nodes import (
    BeginTransaction,
    Block,
    Break,
    Continue,
    If,
    Return,
    Statement,
    TryCatch,
    WaitForDelay,
    While,
)
from tests.standin.tsql.sessions import read_begin_transaction
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.tokens import Kind

#: After BEGIN these are no block; the stand-in has none of them.
_REFUSED_BEGINNINGS: Final = frozenset({"DISTRIBUTED", "DIALOG", "CONVERSATION", "ATOMIC"})
_VALUE_KINDS: Final = frozenset({Kind.NUMBER, Kind.STRING, Kind.VARIABLE})
_VALUE_SIGNS: Final = frozenset({"-", "+", "(", "~", "NULL", "CASE"})


@statement("IF")
def _if(parser: Parser) -> If:
    line = parser.line
    parser.expect("IF")
    condition = read_condition(parser)
    then = parser.statement()
    otherwise = parser.statement() if parser.accept("ELSE") else None
    return If(condition, then, otherwise, line)


@statement("WHILE")
def _while(parser: Parser) -> While:
    line = parser.line
    parser.expect("WHILE")
    condition = read_condition(parser)
    parser.loops += 1
    body = parser.statement()
    parser.loops -= 1
    return While(condition, body, line)


@statement("BEGIN")
def _begin(parser: Parser) -> Block | TryCatch | BeginTransaction:
    following = parser.peek().key
    if following in {"TRAN", "TRANSACTION"}:
        return read_begin_transaction(parser)
    if following == "TRY":
        return _try_catch(parser)
    if following in _REFUSED_BEGINNINGS:
        raise parser.refused(f"BEGIN {following}")
    line = parser.line
    parser.expect("BEGIN")
    parser.accept(";")
    statements = _until_end(parser)
    if not statements:
        raise parser.error()
    parser.expect("END")
    return Block(statements, line)


def _try_catch(parser: Parser) -> TryCatch:
    """BEGIN TRY … END TRY BEGIN CATCH … END CATCH; only the second may be empty."""
    line = parser.line
    parser.expect("BEGIN", "TRY")
    parser.accept(";")
    tried = _until_end(parser)
    if not tried:
        raise parser.error()
    parser.expect("END", "TRY")
    parser.expect("BEGIN", "CATCH")
    parser.accept(";")
    caught = _until_end(parser)
    parser.expect("END", "CATCH")
    return TryCatch(tried, caught, line)


def _until_end(parser: Parser) -> tuple[Statement, ...]:
    statements = []
    while not parser.at("END"):
        if parser.ended:
            raise parser.error()
        if not parser.accept(";"):
            statements.append(parser.statement())
    return tuple(statements)


@statement("BREAK")
def _break(parser: Parser) -> Break:
    line = parser.line
    parser.expect("BREAK")
    if not parser.loops:
        raise syntax.break_outside_loop(line)
    return Break(line)


@statement("CONTINUE")
def _continue(parser: Parser) -> Continue:
    line = parser.line
    parser.expect("CONTINUE")
    if not parser.loops:
        raise syntax.continue_outside_loop(line)
    return Continue(line)


@statement("RETURN")
def _return(parser: Parser) -> Return:
    """A batch may return, but no value: only procedures and functions do that."""
    line = parser.line
    parser.expect("RETURN")
    if parser.token.kind in _VALUE_KINDS or parser.at_any(_VALUE_SIGNS) or parser.at_identifier():
        read_value(parser)
        raise syntax.return_with_value(line)
    return Return(None, line)


@statement("WAITFOR")
def _wait(parser: Parser) -> WaitForDelay:
    line = parser.line
    parser.expect("WAITFOR")
    if not parser.at("DELAY"):
        raise parser.refused(f"WAITFOR {parser.token.text}")
    parser.expect("DELAY")
    return WaitForDelay(read_value(parser), line)
