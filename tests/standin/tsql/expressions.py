"""Where an expression ends. It stays text; only its outer shape is read, without recursion.

Microsoft Learn, "Expressions (Transact-SQL)" and "Search condition (Transact-SQL)".
"""

from __future__ import annotations

from typing import Final

from tests.standin.tsql.keywords import OPERAND_WORDS
from tests.standin.tsql.nodes import SqlText
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind

_SIGNS: Final = frozenset({"+", "-", "~"})
_OPERATORS: Final = frozenset({"+", "-", "*", "/", "%", "&", "|", "^", "||"})
_LITERALS: Final = frozenset({Kind.STRING, Kind.NUMBER})
#: Between two operands of a condition. IS NULL, which has no second one, is read apart.
_CONNECTORS: Final = frozenset(
    {"=", "<>", "<", ">", "<=", ">=", "!=", "!<", "!>", "AND", "OR", "LIKE", "ESCAPE"}
)
_NEGATABLE: Final = frozenset({"LIKE", "IN", "BETWEEN"})
_QUANTIFIERS: Final = frozenset({"ALL", "ANY", "SOME"})


def read_value(stream: TokenStream) -> SqlText:
    """Read an expression that gives a value."""
    start = stream.position
    _skip_value(stream)
    return stream.since(start)


def read_condition(stream: TokenStream) -> SqlText:
    """Read a search condition: of IF, WHILE or an index's WHERE."""
    start = stream.position
    _skip_condition_operand(stream)
    while _skip_connector(stream):
        pass
    return stream.since(start)


def read_parenthesised(stream: TokenStream) -> SqlText:
    """Read ``(…)`` and give what is inside."""
    start = stream.position
    stream.skip_parentheses()
    end, stream.position = stream.position, stream.position - 1
    inside = stream.since(start + 1)
    stream.position = end
    return inside


def _skip_value(stream: TokenStream) -> None:
    _skip_operand(stream)
    while stream.accept_any(_OPERATORS):
        _skip_operand(stream)


def _skip_connector(stream: TokenStream) -> bool:
    """Read what joins a condition to its next operand, and that operand."""
    if stream.accept("IS"):
        stream.accept("NOT")
        if stream.accept("DISTINCT", "FROM"):
            _skip_value(stream)
        else:
            stream.expect("NULL")
        return True
    if stream.at("NOT") and stream.peek().key in _NEGATABLE:
        stream.advance()
    if stream.accept("IN"):
        stream.skip_parentheses()
        return True
    if stream.accept("BETWEEN"):
        _skip_value(stream)
        stream.expect("AND")
        _skip_value(stream)
        return True
    if not stream.accept_any(_CONNECTORS):
        return False
    if stream.accept_any(_QUANTIFIERS):
        stream.skip_parentheses()
    else:
        _skip_condition_operand(stream)
    return True


def _skip_condition_operand(stream: TokenStream) -> None:
    while stream.accept("NOT"):
        pass
    _skip_value(stream)


def _skip_operand(stream: TokenStream) -> None:
    while stream.accept_any(_SIGNS):
        pass
    if stream.token.kind in _LITERALS:
        stream.advance()
    elif stream.at("(") or stream.at("CASE"):
        stream.skip_group()
    else:
        _skip_name(stream)
    _skip_suffixes(stream)


def _skip_name(stream: TokenStream) -> None:
    """A column, a variable, or a function with its arguments."""
    stream.accept("NEXT", "VALUE", "FOR")
    if not (stream.at_identifier() or stream.at_any(OPERAND_WORDS) or _at_variable(stream)):
        raise stream.error()
    stream.advance()
    while stream.accept(".") or stream.accept("::"):
        if not stream.at("."):
            stream.identifier()
    if stream.at("("):
        stream.skip_parentheses()


def _at_variable(stream: TokenStream) -> bool:
    return stream.token.kind is Kind.VARIABLE


def _skip_suffixes(stream: TokenStream) -> None:
    """What may follow an operand: methods, COLLATE, AT TIME ZONE, OVER, WITHIN GROUP."""
    while True:
        if stream.accept("."):
            stream.identifier()
            if stream.at("("):
                stream.skip_parentheses()
        elif stream.accept("COLLATE"):
            stream.identifier()
        elif stream.accept("AT", "TIME", "ZONE"):
            _skip_name_or_literal(stream)
        elif stream.accept("OVER") or stream.accept("WITHIN", "GROUP"):
            stream.skip_parentheses()
        else:
            return


def _skip_name_or_literal(stream: TokenStream) -> None:
    if stream.token.kind in _LITERALS:
        stream.advance()
    else:
        _skip_name(stream)
