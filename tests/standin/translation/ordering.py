"""ORDER BY of a query: positions, names of the select list, expressions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.errors import binding, clauses
from tests.standin.translation import handlers
from tests.standin.translation.calls import is_descending
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.plan import Fragment
from tests.standin.translation.select_items import Item


def order_sql(
    compiler: Compiler, node: exp.Expr | None, items: Sequence[Item], *, distinct: bool
) -> str:
    """``ORDER BY …`` or "". SQLite sorts NULL first and last where SQL Server does."""
    if node is None:
        return ""
    return _written(
        (term, _key(compiler, term.this, items, position, distinct=distinct))
        for position, term in _terms(node)
    )


def _terms(node: exp.Expr) -> Iterator[tuple[int, exp.Ordered]]:
    handlers.check_arguments(node, frozenset(("expressions",)))
    return enumerate(node.expressions, 1)


def _written(keys: Iterable[tuple[exp.Ordered, Fragment]]) -> str:
    """The clause; error 169 where a column is named twice."""
    terms: dict[str, str] = {}
    for term, key in keys:
        sql = sqltypes.collated(key)
        if sql in terms:
            raise clauses.ordered_twice()
        terms[sql] = f"{sql} DESC" if is_descending(term) else sql
    return f"ORDER BY {', '.join(terms.values())}"


def _key(
    compiler: Compiler, node: exp.Expr, items: Sequence[Item], position: int, *, distinct: bool
) -> Fragment:
    """What to sort by: a column of the result by its label, or a value that is not in it."""
    named = _by_position(node, items, position) or _by_name(node, items)
    if named is not None:
        return named
    if isinstance(node, exp.Parameter):
        raise clauses.variable_in_order()
    value = compiler.expression(node)
    for number, item in enumerate(items, 1):
        if item.value.sql == value.sql:
            return Fragment(f"c{number}", value.type, value.nullable)
    if distinct:
        raise clauses.distinct_order()
    return value


def _by_position(node: exp.Expr, items: Sequence[Item], position: int) -> Fragment | None:
    """A number is a position (108), any other constant is an error (408)."""
    if not isinstance(node, exp.Literal | exp.National | exp.Null):
        return None
    if not isinstance(node, exp.Literal) or node.is_string or not node.name.isdigit():
        raise clauses.order_constant(position)
    number = int(node.name)
    if not 1 <= number <= len(items):
        raise clauses.order_position(number)
    return _labelled(items, number)


def _by_name(node: exp.Expr, items: Sequence[Item]) -> Fragment | None:
    """A bare name is a column of the select list first, and a column of FROM otherwise (209)."""
    if not isinstance(node, exp.Column) or len(node.parts) != 1:
        return None
    wanted = node.name.lower()
    found = [number for number, item in enumerate(items, 1) if item.name.lower() == wanted]
    if not found:
        return None
    if len({items[number - 1].value.sql for number in found}) > 1:
        raise binding.ambiguous_column(node.name)
    return _labelled(items, found[0])


def _labelled(items: Sequence[Item], number: int) -> Fragment:
    value = items[number - 1].value
    return Fragment(f"c{number}", value.type, value.nullable)


def set_order_sql(node: exp.Expr | None, items: Sequence[Item], behind: Sequence[str]) -> str:
    """ORDER BY behind a set operation knows its columns and nothing else (104).

    It also knows ``behind``, what the first SELECT's columns were called before AS: mssql-django
    writes ``SELECT name AS Col1 … UNION … ORDER BY name``, and its public test list, which names
    the tests of Django that fail on SQL Server, does not name those (unconfirmed).
    """
    if node is None:
        return ""
    old = [Item(name, item.value) for name, item in zip(behind, items, strict=False)]
    return _written(
        (term, _set_key(term.this, items, old, position)) for position, term in _terms(node)
    )


def _set_key(node: exp.Expr, items: Sequence[Item], old: Sequence[Item], position: int) -> Fragment:
    key = _by_position(node, items, position) or _by_name(node, items) or _by_name(node, old)
    if key is None:
        raise clauses.not_in_set_operation_order()
    return key
