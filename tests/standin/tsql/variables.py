"""DECLARE and SET @variable, and the statements that say something: PRINT, RAISERROR, THROW.

Microsoft Learn: "DECLARE @local_variable", "SET @local_variable", "PRINT", "RAISERROR", "THROW".
"""

from __future__ import annotations

from typing import Final

from tests.standin.tsql.columns import read_table_items
from tests.standin.tsql.expressions import read_value
from tests.standin.tsql.nodes import (
    DeclareTable,
    DeclareVariables,
    Print,
    RaiseError,
    SetVariable,
    SqlText,
    Throw,
    VariableDeclaration,
)
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.tokens import Kind
from tests.standin.tsql.type_names import read_type

_ASSIGNMENTS: Final = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|="})
_RAISERROR_OPTIONS: Final = frozenset({"LOG", "NOWAIT", "SETERROR"})
_THROW_ARGUMENTS: Final = frozenset({Kind.NUMBER, Kind.VARIABLE})
#: RAISERROR takes as many for the message's place holders.
_MOST_RAISERROR_ARGUMENTS: Final = 20


@statement("DECLARE")
def _declare(parser: Parser) -> DeclareVariables | DeclareTable:
    line = parser.line
    parser.expect("DECLARE")
    if parser.at_identifier():
        raise parser.refused("DECLARE CURSOR")
    name = parser.variable()
    parser.accept("AS")
    if parser.accept("TABLE"):
        columns = read_table_items(parser)
        if parser.at(","):
            raise parser.refused("DECLARE of a table together with other variables")
        return DeclareTable(name, columns.columns, columns.constraints, line)
    variables = [_declaration(parser, name)]
    while parser.accept(","):
        name = parser.variable()
        parser.accept("AS")
        variables.append(_declaration(parser, name))
    return DeclareVariables(tuple(variables), line)


def _declaration(parser: Parser, name: str) -> VariableDeclaration:
    if parser.at("CURSOR"):
        raise parser.refused("DECLARE CURSOR")
    if parser.at("TABLE"):
        raise parser.refused("DECLARE of a table together with other variables")
    kind = read_type(parser)
    initial = read_value(parser) if parser.accept("=") else None
    return VariableDeclaration(name, kind, initial)


def read_set_variable(parser: Parser, line: int) -> SetVariable:
    """The rest of SET @name = value."""
    name = parser.variable()
    operator = parser.expect_any(_ASSIGNMENTS)
    if parser.at("CURSOR"):
        raise parser.refused("SET @cursor = CURSOR")
    return SetVariable(name, operator, read_value(parser), line)


@statement("PRINT")
def _print(parser: Parser) -> Print:
    line = parser.line
    parser.expect("PRINT")
    return Print(read_value(parser), line)


@statement("RAISERROR")
def _raise_error(parser: Parser) -> RaiseError:
    line = parser.line
    parser.expect("RAISERROR", "(")
    message = read_value(parser)
    parser.expect(",")
    severity = read_value(parser)
    parser.expect(",")
    state = read_value(parser)
    arguments: list[SqlText] = []
    while len(arguments) < _MOST_RAISERROR_ARGUMENTS and parser.accept(","):
        arguments.append(read_value(parser))
    parser.expect(")")
    return RaiseError(message, severity, state, tuple(arguments), _raise_options(parser), line)


def _raise_options(parser: Parser) -> tuple[str, ...]:
    if not (parser.at("WITH") and parser.peek().key in _RAISERROR_OPTIONS):
        return ()
    parser.expect("WITH")
    options = [parser.expect_any(_RAISERROR_OPTIONS)]
    while parser.accept(","):
        options.append(parser.expect_any(_RAISERROR_OPTIONS))
    return tuple(options)


@statement("THROW")
def _throw(parser: Parser) -> Throw:
    line = parser.line
    parser.expect("THROW")
    if parser.token.kind not in _THROW_ARGUMENTS:
        return Throw(line=line)
    number = read_value(parser)
    parser.expect(",")
    message = read_value(parser)
    parser.expect(",")
    return Throw(number, message, read_value(parser), line)
