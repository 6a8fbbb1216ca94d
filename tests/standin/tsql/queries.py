"""Where a query ends in a batch whose statements may follow one another without a semicolon.

A query ends at a semicolon, at the end of the batch, at END or ELSE outside of CASE, and before a
word that begins a statement, unless that word has a meaning inside queries too: SELECT after UNION,
WITH before hints, FETCH after OFFSET, MERGE before JOIN.
Microsoft Learn, "SELECT (Transact-SQL)", "WITH common_table_expression", "Hints (Transact-SQL)".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.standin.errors import syntax
from tests.standin.tsql.keywords import STATEMENT_STARTS
from tests.standin.tsql.nodes import Select
from tests.standin.tsql.statements import Parser, statement
from tests.standin.tsql.stream import TokenStream

_SET_OPERATORS: Final = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_BEFORE_FETCH: Final = frozenset({"ROWS", "ROW"})
#: What WITH may be followed by inside a query.
_AFTER_WITH: Final = frozenset({"(", "TIES", "ROLLUP", "CUBE"})
_ENDS: Final = STATEMENT_STARTS | {";", ")", "END", "ELSE"}
_QUERY_STARTS: Final = frozenset({"SELECT", "WITH", "("})

#: Whether a word of _ENDS belongs to the statement under way all the same.
Inside = Callable[[TokenStream], bool]


@statement("SELECT", "(")
def _select(parser: Parser) -> Select:
    start, line = parser.position, parser.line
    skip_query(parser)
    return Select(parser.since(start), line)


def skip_common_tables(stream: TokenStream) -> None:
    """Read ``WITH name [(columns)] AS (query), …``, up to the statement it belongs to."""
    stream.expect("WITH")
    if stream.at("XMLNAMESPACES") or stream.at("CHANGE_TRACKING_CONTEXT"):
        raise stream.refused(f"WITH {stream.token.key}")
    while True:
        stream.identifier()
        if stream.at("("):
            stream.skip_parentheses()
        stream.expect("AS")
        stream.skip_parentheses()
        if not stream.accept(","):
            return


def skip_query(stream: TokenStream) -> None:
    """Read a SELECT, or several joined by UNION and its kind; WITH was read before."""
    _skip_query_start(stream)
    skip_rest(stream)


def _skip_query_start(stream: TokenStream) -> None:
    if stream.at("("):
        _check_parenthesised_query(stream)
        stream.skip_parentheses()
    else:
        stream.expect("SELECT")


def _check_parenthesised_query(stream: TokenStream) -> None:
    ahead = 0
    while stream.peek(ahead).key == "(":
        ahead += 1
    if stream.peek(ahead).key != "SELECT":
        raise stream.error(stream.peek(ahead))


def at_parenthesised_query(stream: TokenStream) -> bool:
    """Whether ``(SELECT`` comes next, or ``((SELECT``, or ``(WITH``."""
    return stream.at("(") and stream.peek().key in _QUERY_STARTS


def skip_rest(
    stream: TokenStream, inside: Inside | None = None, ends: frozenset[str] = frozenset()
) -> None:
    """Read on to the end of the query, or to a word of ``ends`` outside of parentheses.

    ``inside`` says which words that usually begin a statement belong to this one.
    """
    while not stream.ended:
        if stream.at("(") or stream.at("CASE"):
            stream.skip_group()
        elif stream.at_any(ends):
            return
        elif stream.accept_any(_SET_OPERATORS):
            _skip_set_operand(stream)
        elif stream.at_any(_ENDS) and not (_belongs(stream) or (inside and inside(stream))):
            return
        else:
            stream.advance()


def _skip_set_operand(stream: TokenStream) -> None:
    stream.accept("ALL")
    _skip_query_start(stream)


def _belongs(stream: TokenStream) -> bool:
    """Whether a word that begins statements is part of the query here."""
    key, before, after = stream.token.key, stream.peek(-1), stream.peek(1)
    if key == "WITH":
        if after.key == "CHECK":  # a view's WITH CHECK OPTION
            return False
        if after.key in _AFTER_WITH:
            return True
        raise syntax.with_needs_semicolon(stream.line)
    if key == "FETCH":
        return before.key in _BEFORE_FETCH
    return key == "MERGE" and after.key == "JOIN"
