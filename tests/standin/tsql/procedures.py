"""EXECUTE: Microsoft Learn, "EXECUTE (Transact-SQL)"."""

from __future__ import annotations

from typing import Final

from tests.standin.tsql.expressions import read_parenthesised
from tests.standin.tsql.names import read_name
from tests.standin.tsql.nodes import Argument, Execute, ExecuteText, SqlText
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind

_OUTPUT: Final = frozenset({"OUTPUT", "OUT"})
_SIGNS: Final = frozenset({"+", "-"})
_EXECUTE: Final = frozenset({"EXEC", "EXECUTE"})
_CONSTANTS: Final = frozenset({Kind.STRING, Kind.NUMBER, Kind.VARIABLE})


@statement("EXEC", "EXECUTE")
def _execute(parser: Parser) -> Execute | ExecuteText:
    return read_execute(parser)


def read_execute(stream: TokenStream) -> Execute | ExecuteText:
    """Read EXEC and what follows; at the start of a batch the word itself may be missing."""
    line = stream.line
    if stream.accept_any(_EXECUTE) and stream.at("("):
        return ExecuteText(_dynamic_text(stream), line)
    result = ""
    if stream.token.kind is Kind.VARIABLE:
        result = _result_variable(stream)
    procedure = read_name(stream)
    execute = Execute(procedure, _arguments(stream), result, line)
    if stream.at("WITH") and stream.peek().key in {"RECOMPILE", "RESULT"}:
        raise stream.refused(f"EXECUTE … WITH {stream.peek().key}")
    return execute


def _dynamic_text(stream: TokenStream) -> SqlText:
    text = read_parenthesised(stream)
    if stream.at("AS") or stream.at("AT"):
        raise stream.refused(f"EXECUTE (…) {stream.token.key}")
    return text


def _result_variable(stream: TokenStream) -> str:
    variable = stream.variable()
    if not stream.accept("="):
        raise stream.refused("EXECUTE of a procedure whose name is in a variable")
    return variable


def _arguments(stream: TokenStream) -> tuple[Argument, ...]:
    if not _at_argument(stream):
        return ()
    arguments = [_argument(stream)]
    while stream.accept(","):
        arguments.append(_argument(stream))
    return tuple(arguments)


def _at_argument(stream: TokenStream) -> bool:
    return (
        stream.token.kind in _CONSTANTS
        or stream.at_any(_SIGNS)
        or stream.at("NULL")
        or stream.at("DEFAULT")
        or stream.at_identifier()
    )


def _argument(stream: TokenStream) -> Argument:
    name = ""
    if stream.token.kind is Kind.VARIABLE and stream.peek().key == "=":
        name = stream.variable()
        stream.expect("=")
    if stream.accept("DEFAULT"):
        return Argument(None, name)
    value = _constant(stream)
    return Argument(value, name, bool(stream.accept_any(_OUTPUT)))


def _constant(stream: TokenStream) -> SqlText:
    """An argument is a constant or a variable, never an expression.

    A word without quotes is a string: ``EXEC sp_rename [a], [b]``.
    """
    start, line = stream.position, stream.line
    if stream.at_identifier():
        word = stream.identifier().replace("'", "''")
        return SqlText(f"N'{word}'", line)
    if stream.accept_any(_SIGNS) and stream.token.kind is not Kind.NUMBER:
        raise stream.error()
    if stream.token.kind not in _CONSTANTS and not stream.at("NULL"):
        raise stream.error()
    stream.advance()
    return stream.since(start)
