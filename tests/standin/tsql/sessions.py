"""SET options, USE, DBCC and transactions.

Microsoft Learn: "SET statements (Transact-SQL)", "USE", "DBCC", "Transaction statements".
"""

from __future__ import annotations

from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.expressions import read_value
from tests.standin.tsql.keywords import words
from tests.standin.tsql.names import read_name
from tests.standin.tsql.nodes import (
    BeginTransaction,
    CommitTransaction,
    Dbcc,
    RollbackTransaction,
    SaveTransaction,
    SetIdentityInsert,
    SetIsolation,
    SetOption,
    SetVariable,
    SqlText,
    Use,
)
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind
from tests.standin.tsql.variables import read_set_variable

#: Options that are ON or OFF.
_SWITCHES: Final = words(
    """
    ANSI_DEFAULTS ANSI_NULLS ANSI_NULL_DFLT_OFF ANSI_NULL_DFLT_ON ANSI_PADDING ANSI_WARNINGS
    ARITHABORT ARITHIGNORE CONCAT_NULL_YIELDS_NULL CURSOR_CLOSE_ON_COMMIT FIPS_FLAGGER FMTONLY
    FORCEPLAN IMPLICIT_TRANSACTIONS NOCOUNT NOEXEC NUMERIC_ROUNDABORT PARSEONLY QUOTED_IDENTIFIER
    REMOTE_PROC_TRANSACTIONS SHOWPLAN_ALL SHOWPLAN_TEXT SHOWPLAN_XML XACT_ABORT
    """
)
#: Options with a value of their own.
_SETTINGS: Final = words(
    """
    CONTEXT_INFO DATEFIRST DATEFORMAT DEADLOCK_PRIORITY LANGUAGE LOCK_TIMEOUT
    QUERY_GOVERNOR_COST_LIMIT ROWCOUNT TEXTSIZE
    """
)
_STATISTICS: Final = frozenset({"IO", "PROFILE", "TIME", "XML"})
_ON_OFF: Final = frozenset({"ON", "OFF"})
_LEVELS: Final = (
    ("READ", "UNCOMMITTED"),
    ("READ", "COMMITTED"),
    ("REPEATABLE", "READ"),
    ("SNAPSHOT",),
    ("SERIALIZABLE",),
)
_TRANSACTION: Final = frozenset({"TRAN", "TRANSACTION"})


@statement("SET")
def _set(parser: Parser) -> SetVariable | SetOption | SetIdentityInsert | SetIsolation:
    line = parser.line
    parser.expect("SET")
    if parser.token.kind is Kind.VARIABLE:
        return read_set_variable(parser, line)
    if parser.accept("TRANSACTION", "ISOLATION", "LEVEL"):
        return SetIsolation(_level(parser), line)
    if parser.accept("IDENTITY_INSERT"):
        return SetIdentityInsert(read_name(parser), parser.expect_any(_ON_OFF) == "ON", line)
    if parser.accept("STATISTICS"):
        return _statistics(parser, line)
    option = parser.token
    if option.key in _SWITCHES:
        return _switches(parser, line)
    if option.key in _SETTINGS:
        parser.advance()
        return SetOption((option.key,), _setting(parser), line)
    if option.key == "OFFSETS":
        raise parser.refused("SET OFFSETS")
    if parser.at_identifier():
        raise syntax.unknown_set_option(option.value, option.line)
    raise parser.error()


def _level(stream: TokenStream) -> str:
    for level in _LEVELS:
        if stream.accept(*level):
            return " ".join(level)
    raise stream.error()


def _switches(stream: TokenStream, line: int) -> SetOption:
    """SET A, B ON: switches may share one value."""
    names = [stream.expect_any(_SWITCHES)]
    while stream.accept(","):
        names.append(stream.expect_any(_SWITCHES))
    return SetOption(tuple(names), stream.expect_any(_ON_OFF), line)


def _statistics(stream: TokenStream, line: int) -> SetOption:
    names = [stream.expect_any(_STATISTICS)]
    while stream.accept(","):
        names.append(stream.expect_any(_STATISTICS))
    value = stream.expect_any(_ON_OFF)
    return SetOption(tuple(f"STATISTICS {name}" for name in names), value, line)


def _setting(stream: TokenStream) -> str:
    sign = "-" if stream.accept("-") else ""
    if stream.token.kind is Kind.OPERATOR or (sign and stream.token.kind is not Kind.NUMBER):
        raise stream.error()
    return sign + stream.advance().value.upper()


@statement("USE")
def _use(parser: Parser) -> Use:
    line = parser.line
    parser.expect("USE")
    return Use(parser.identifier(), line)


@statement("DBCC")
def _dbcc(parser: Parser) -> Dbcc:
    line = parser.line
    parser.expect("DBCC")
    command = parser.identifier().upper()
    return Dbcc(command, _dbcc_arguments(parser), _dbcc_options(parser), line)


def _dbcc_arguments(stream: TokenStream) -> tuple[SqlText, ...]:
    if not stream.accept("("):
        return ()
    arguments = []
    if not stream.at(")"):
        arguments.append(read_value(stream))
    while stream.accept(","):
        arguments.append(read_value(stream))
    stream.expect(")")
    return tuple(arguments)


def _dbcc_options(stream: TokenStream) -> tuple[str, ...]:
    if not stream.accept("WITH"):
        return ()
    options = [stream.identifier().upper()]
    while stream.accept(","):
        options.append(stream.identifier().upper())
    return tuple(options)


# --- transactions ---------------------------------------------------------------------------------


def read_begin_transaction(stream: TokenStream) -> BeginTransaction:
    """Read BEGIN TRANSACTION and its name."""
    line = stream.line
    stream.expect("BEGIN")
    stream.expect_any(_TRANSACTION)
    name = _optional_name(stream)
    if stream.at("WITH", "MARK"):
        raise stream.refused("BEGIN TRANSACTION … WITH MARK")
    return BeginTransaction(name, line)


@statement("COMMIT")
def _commit(parser: Parser) -> CommitTransaction:
    line = parser.line
    parser.expect("COMMIT")
    if parser.accept("WORK") or not parser.accept_any(_TRANSACTION):
        return CommitTransaction(line=line)
    name = _optional_name(parser)
    if parser.at("WITH", "("):
        raise parser.refused("COMMIT … WITH (DELAYED_DURABILITY)")
    return CommitTransaction(name, line)


@statement("ROLLBACK")
def _rollback(parser: Parser) -> RollbackTransaction:
    line = parser.line
    parser.expect("ROLLBACK")
    if parser.accept("WORK") or not parser.accept_any(_TRANSACTION):
        return RollbackTransaction(line=line)
    return RollbackTransaction(_optional_name(parser), line)


@statement("SAVE")
def _save(parser: Parser) -> SaveTransaction:
    line = parser.line
    parser.expect("SAVE")
    parser.expect_any(_TRANSACTION)
    name = _optional_name(parser)
    if not name:
        raise parser.error()
    return SaveTransaction(name, line)


def _optional_name(stream: TokenStream) -> str:
    """A transaction's name, or the variable that has it."""
    if stream.token.kind is Kind.VARIABLE:
        return stream.variable()
    return stream.identifier() if stream.at_identifier() else ""
