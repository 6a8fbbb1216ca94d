"""The outer shape of INSERT, UPDATE, DELETE and MERGE; what is inside stays text.

Everything that selects rows is put together as a SELECT again, which the compiler reads: the rows a
modification touches are then found by the same rules as the rows of a query.
Grammar: Microsoft Learn, "INSERT", "UPDATE", "DELETE", "MERGE (Transact-SQL)".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.tsql.names import read_identifiers, read_name
from tests.standin.tsql.nodes import ObjectName
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind

#: Hints that ask for locks a writer has anyway.
_LOCK_HINTS: Final = frozenset(
    {
        "HOLDLOCK",
        "PAGLOCK",
        "READCOMMITTED",
        "REPEATABLEREAD",
        "ROWLOCK",
        "SERIALIZABLE",
        "TABLOCK",
        "TABLOCKX",
        "UPDLOCK",
        "XLOCK",
    }
)
_COMPOUND: Final = frozenset({"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="})
#: The item of a VALUES list or a SET clause that is the word DEFAULT.
DEFAULT: Final = "DEFAULT"


@dataclass(frozen=True, slots=True)
class InsertText:
    """``columns`` is None without a column list. ``rows`` are the texts of VALUES; ``query`` is a
    SELECT with the statement's WITH in front. All empty: DEFAULT VALUES, or rows from EXEC."""

    target: ObjectName
    columns: tuple[str, ...] | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    query: str = ""
    default_values: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """``column = value``; a compound operator's value reads the column itself."""

    column: str
    value: str
    operator: str = "="


@dataclass(frozen=True, slots=True)
class ChangeText:
    """UPDATE or DELETE. ``target`` may be an alias of ``source``, the text behind FROM.

    ``common`` is the text of WITH, ``top`` that of TOP; each is empty where it was not written.
    """

    target: ObjectName
    assignments: tuple[Assignment, ...] = ()
    common: str = ""
    top: str = ""
    source: str = ""
    where: str = ""


def read_insert(text: str) -> InsertText:
    """Read INSERT; one whose rows come from EXEC ends before that word."""
    stream = TokenStream(text)
    common = _common_tables(stream)
    stream.expect("INSERT")
    if stream.at("TOP"):
        raise stream.refused("INSERT TOP")
    stream.accept("INTO")
    target = _target(stream)
    _hints(stream)
    columns = read_identifiers(stream) if _at_column_list(stream) else None
    if stream.accept("DEFAULT", "VALUES"):
        _end(stream)
        return InsertText(target, default_values=True)
    if stream.accept("VALUES"):
        rows = [_row(stream)]
        while stream.accept(","):
            rows.append(_row(stream))
        _end(stream)
        return InsertText(target, columns, tuple(rows))
    query = "" if stream.ended else f"{common} {_rest(stream)}"
    return InsertText(target, columns, query=query)


def read_update(text: str) -> ChangeText:
    """Read UPDATE."""
    stream = TokenStream(text)
    common = _common_tables(stream)
    stream.expect("UPDATE")
    top = _top(stream)
    target = _target(stream)
    _hints(stream)
    stream.expect("SET")
    assignments = [_assignment(stream)]
    while stream.accept(","):
        assignments.append(_assignment(stream))
    source = _until(stream, "WHERE") if stream.accept("FROM") else ""
    where = _rest(stream) if stream.accept("WHERE") else ""
    _end(stream)
    return ChangeText(target, tuple(assignments), common, top, source, where)


def read_delete(text: str) -> ChangeText:
    """Read DELETE: ``DELETE [FROM] target [FROM source] [WHERE …]``."""
    stream = TokenStream(text)
    common = _common_tables(stream)
    stream.expect("DELETE")
    top = _top(stream)
    stream.accept("FROM")
    target = _target(stream)
    _hints(stream)
    source = _until(stream, "WHERE") if stream.accept("FROM") else ""
    where = _rest(stream) if stream.accept("WHERE") else ""
    _end(stream)
    return ChangeText(target, (), common, top, source, where)


def read_merge(text: str) -> InsertText:
    """Read MERGE in the one form that inserts a default row for each row of a query.

    It is how many rows go into a table that has no column but its identity.
    """
    stream = TokenStream(text)
    common = _common_tables(stream)
    stream.expect("MERGE")
    stream.accept("INTO")
    target = _target(stream)
    stream.expect("USING")
    query = _parenthesised(stream)
    stream.accept("AS")
    stream.identifier()
    stream.expect("ON")
    accepted = ("1", "=", "0", "WHEN", "NOT", "MATCHED", "THEN", "INSERT", "DEFAULT", "VALUES")
    for word in accepted:
        if stream.ended or stream.token.text.upper() != word:
            raise StatementFailed(not_supported("MERGE other than ON 1 = 0 … DEFAULT VALUES"))
        stream.advance()
    stream.accept(";")
    _end(stream)
    return InsertText(target, query=f"{common} {query}", default_values=True)


def _common_tables(stream: TokenStream) -> str:
    """``WITH name [(columns)] AS (query), …`` in front of the statement."""
    if not stream.at("WITH"):
        return ""
    start = stream.position
    stream.advance()
    while True:
        stream.identifier()
        if stream.at("("):
            stream.skip_parentheses()
        stream.expect("AS")
        stream.skip_parentheses()
        if not stream.accept(","):
            return stream.since(start).text


def _target(stream: TokenStream) -> ObjectName:
    if stream.token.kind is Kind.VARIABLE:
        return ObjectName(stream.variable())
    return read_name(stream)


def _hints(stream: TokenStream) -> None:
    if not (stream.at("WITH") and stream.peek().key == "("):
        return
    stream.expect("WITH", "(")
    while not stream.accept(")"):
        hint = stream.advance()
        if hint.key not in _LOCK_HINTS:
            raise StatementFailed(not_supported(f"the hint {hint.text} on a changed table"))
        stream.accept(",")


def _at_column_list(stream: TokenStream) -> bool:
    """A parenthesis may also begin the query: INSERT t (SELECT …)."""
    return stream.at("(") and stream.peek().key not in ("SELECT", "WITH", "(")


def _top(stream: TokenStream) -> str:
    if not stream.at("TOP"):
        return ""
    start = stream.position
    stream.advance()
    if stream.at("("):
        stream.skip_parentheses()
    else:
        stream.advance()
    if stream.at("PERCENT"):
        raise stream.refused("TOP … PERCENT")
    return stream.since(start).text


def _row(stream: TokenStream) -> tuple[str, ...]:
    stream.expect("(")
    items = [_item(stream)]
    while stream.accept(","):
        items.append(_item(stream))
    stream.expect(")")
    return tuple(items)


def _item(stream: TokenStream) -> str:
    """One value: everything up to the next comma or closing parenthesis of the same depth."""
    start = stream.position
    while not (stream.at(",") or stream.at(")")):
        _skip(stream)
    return _value(stream, start)


def _assignment(stream: TokenStream) -> Assignment:
    if stream.token.kind is Kind.VARIABLE:
        raise StatementFailed(not_supported("UPDATE … SET @variable = …"))
    column = read_name(stream).name
    if stream.at("("):
        raise StatementFailed(not_supported(f"the method {column} of a column"))
    operator = stream.advance().key
    if operator != "=" and operator not in _COMPOUND:
        stream.position -= 1
        raise stream.error()
    start = stream.position
    while not (stream.ended or stream.at(",") or stream.at("WHERE") or stream.at("FROM")):
        if stream.at("OPTION"):
            raise StatementFailed(not_supported("OPTION of a data modification"))
        _skip(stream)
    return Assignment(column, _value(stream, start), operator)


def _value(stream: TokenStream, start: int) -> str:
    text = stream.since(start).text
    return DEFAULT if text.upper() == DEFAULT else text


def _until(stream: TokenStream, word: str) -> str:
    start = stream.position
    while not (stream.ended or stream.at(word)):
        _skip(stream)
    return stream.since(start).text


def _rest(stream: TokenStream) -> str:
    start = stream.position
    while not (stream.ended or stream.at(";")):
        _skip(stream)
    return stream.since(start).text


def _parenthesised(stream: TokenStream) -> str:
    start = stream.position
    stream.skip_parentheses()
    return stream.since(start).text[1:-1]


def _skip(stream: TokenStream) -> None:
    """Pass one token, or everything between parentheses."""
    if stream.at("("):
        stream.skip_parentheses()
    else:
        stream.advance()


def _end(stream: TokenStream) -> None:
    """Nothing may follow but the semicolon."""
    while stream.accept(";"):
        pass
    if stream.at("OPTION"):
        raise StatementFailed(not_supported("OPTION of a data modification"))
    if not stream.ended:
        raise stream.error()
