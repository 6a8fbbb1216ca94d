"""INSERT, UPDATE, DELETE and MERGE: their extent, and their OUTPUT clause taken out.

Microsoft Learn: "INSERT", "UPDATE", "DELETE", "MERGE", "OUTPUT clause (Transact-SQL)".
"""

from __future__ import annotations

from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.names import read_identifiers, read_name
from tests.standin.tsql.nodes import (
    Execute,
    ExecuteText,
    Modification,
    ObjectName,
    Output,
    Select,
    SqlText,
    TruncateTable,
)
from tests.standin.tsql.procedures import read_execute
from tests.standin.tsql.queries import (
    at_parenthesised_query,
    skip_common_tables,
    skip_query,
    skip_rest,
)
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind

_OUTPUT: Final = frozenset({"OUTPUT"})
_INSERT_OUTPUT_ENDS: Final = frozenset({"INTO", "VALUES", "SELECT", "EXEC", "EXECUTE", "DEFAULT"})
_OUTPUT_ENDS: Final = frozenset({"INTO", "FROM", "WHERE", "OPTION", "OUTPUT"})
_MERGE_ACTIONS: Final = frozenset({"UPDATE", "DELETE", "INSERT"})


@statement("WITH")
def _with(parser: Parser) -> Select | Modification:
    """A query or modification with common table expressions in front."""
    if parser.after_open_statement:
        raise syntax.with_needs_semicolon(parser.line)
    start, line = parser.position, parser.line
    skip_common_tables(parser)
    if parser.at("SELECT") or parser.at("("):
        skip_query(parser)
        return Select(parser.since(start), line)
    kind = parser.token.key
    if kind not in _READERS:
        raise parser.error()
    return _READERS[kind](parser, start, line)


@statement("INSERT", "UPDATE", "DELETE", "MERGE")
def _modification(parser: Parser) -> Modification:
    if parser.at("UPDATE", "STATISTICS"):
        raise parser.refused("UPDATE STATISTICS")
    return _READERS[parser.token.key](parser, parser.position, parser.line)


@statement("TRUNCATE")
def _truncate(parser: Parser) -> TruncateTable:
    line = parser.line
    parser.expect("TRUNCATE", "TABLE")
    name = read_name(parser)
    if parser.at("WITH"):
        raise parser.refused("TRUNCATE TABLE … WITH (PARTITIONS)")
    return TruncateTable(name, line)


# --- the four -------------------------------------------------------------------------------------


def _insert(stream: TokenStream, start: int, line: int) -> Modification:
    stream.expect("INSERT")
    if stream.at("BULK"):
        raise stream.refused("INSERT BULK")
    _skip_top(stream)
    stream.accept("INTO")
    _skip_target(stream)
    if stream.at("(") and not at_parenthesised_query(stream):
        stream.skip_parentheses()
    cut = stream.position
    output = _output(stream, _INSERT_OUTPUT_ENDS)
    rest = stream.position
    execute = _skip_source(stream)
    if execute is not None:
        return Modification("INSERT", stream.between(start, cut), output, execute, line)
    return Modification("INSERT", _joined(stream, start, cut, rest), output, None, line)


def _skip_source(stream: TokenStream) -> Execute | ExecuteText | None:
    """Read what is inserted."""
    if stream.at("EXEC") or stream.at("EXECUTE"):
        return read_execute(stream)
    if stream.accept("DEFAULT", "VALUES"):
        return None
    if stream.accept("VALUES"):
        if not stream.at("("):
            raise stream.error()
        skip_rest(stream)
    else:
        skip_query(stream)
    return None


def _update(stream: TokenStream, start: int, line: int) -> Modification:
    stream.expect("UPDATE")
    _skip_top(stream)
    _skip_target(stream)
    stream.expect("SET")
    return _finished(stream, "UPDATE", start, line)


def _delete(stream: TokenStream, start: int, line: int) -> Modification:
    stream.expect("DELETE")
    _skip_top(stream)
    stream.accept("FROM")
    _skip_target(stream)
    return _finished(stream, "DELETE", start, line)


def _finished(stream: TokenStream, kind: str, start: int, line: int) -> Modification:
    """The rest of an UPDATE or DELETE; its OUTPUT clause is somewhere in the middle."""
    skip_rest(stream, ends=_OUTPUT)
    cut = stream.position
    output = _output(stream, _OUTPUT_ENDS)
    rest = stream.position
    skip_rest(stream)
    return Modification(kind, _joined(stream, start, cut, rest), output, None, line)


def _merge(stream: TokenStream, start: int, line: int) -> Modification:
    stream.expect("MERGE")
    _skip_top(stream)
    stream.accept("INTO")
    _skip_target(stream)
    skip_rest(stream, _in_merge, _OUTPUT)
    cut = stream.position
    output = _output(stream, _OUTPUT_ENDS)
    rest = stream.position
    skip_rest(stream, _in_merge)
    if not stream.at(";"):
        raise syntax.merge_needs_semicolon(stream.peek(-1).line)
    return Modification("MERGE", _joined(stream, start, cut, rest), output, None, line)


def _in_merge(stream: TokenStream) -> bool:
    """Whether UPDATE, SET, DELETE or INSERT is an action of the MERGE."""
    before = stream.peek(-1).key
    if stream.at("SET"):
        return before == "UPDATE"
    return before == "THEN" and stream.at_any(_MERGE_ACTIONS)


_READERS: Final = {"INSERT": _insert, "UPDATE": _update, "DELETE": _delete, "MERGE": _merge}


# --- their parts ----------------------------------------------------------------------------------


def _skip_top(stream: TokenStream) -> None:
    if stream.accept("TOP"):
        stream.skip_parentheses()
        stream.accept("PERCENT")


def _skip_target(stream: TokenStream) -> None:
    """A table, view, alias or table variable, with its hints."""
    if stream.token.kind is Kind.VARIABLE:
        stream.advance()
    elif stream.at("OPENQUERY") or stream.at("OPENROWSET"):
        raise stream.refused(stream.token.key)
    else:
        read_name(stream)
    if stream.accept("WITH"):
        stream.skip_parentheses()


def _output(stream: TokenStream, ends: frozenset[str]) -> Output | None:
    if not stream.accept("OUTPUT"):
        return None
    start = stream.position
    skip_rest(stream, ends=ends)
    items = stream.since(start)
    into: ObjectName | None = None
    columns: tuple[str, ...] = ()
    if stream.accept("INTO"):
        into = _output_target(stream)
        if stream.at("(") and not at_parenthesised_query(stream):
            columns = read_identifiers(stream)
    if stream.at("OUTPUT"):
        raise stream.refused("a second OUTPUT clause")
    return Output(items, into, columns)


def _output_target(stream: TokenStream) -> ObjectName:
    if stream.token.kind is Kind.VARIABLE:
        return ObjectName(stream.variable())
    return read_name(stream)


def _joined(stream: TokenStream, start: int, cut: int, rest: int) -> SqlText:
    """The text of a statement without what lies between ``cut`` and ``rest``."""
    before = stream.between(start, cut)
    if rest == stream.position:
        return before
    if cut == rest:
        return stream.since(start)
    return SqlText(f"{before.text} {stream.since(rest).text}", before.line)
