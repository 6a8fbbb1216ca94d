"""AND, OR, NOT, IS NULL and EXISTS: SQLite's three-valued logic is SQL Server's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of

#: Chains up to this length stay as they are.
_FLAT: Final = 100


@handlers.condition(exp.And, exp.Or, accept=handlers.BINARY)
def _connected(compiler: Compiler, node: exp.Connector) -> str:
    parts = [compiler.condition(part) for part in _operands(node)]
    return _joined(parts, " AND " if isinstance(node, exp.And) else " OR ")


def either(conditions: Iterable[str]) -> str:
    """Conditions with OR between them."""
    return _joined(list(conditions), " OR ")


def _joined(parts: list[str], word: str) -> str:
    """Long chains as a balanced tree: SQLite takes expressions 1000 levels deep and no deeper."""
    if len(parts) <= _FLAT:
        return parts[0] if len(parts) == 1 else f"({word.join(parts)})"
    middle = len(parts) // 2
    return f"({_joined(parts[:middle], word)}{word}{_joined(parts[middle:], word)})"


def _operands(node: exp.Connector) -> list[exp.Expr]:
    """The operands of a chain of one operator, from the left."""
    operands: list[exp.Expr] = []
    rest: exp.Expr = node
    while type(rest) is type(node):
        handlers.check_arguments(rest, frozenset(handlers.BINARY))
        operands.append(rest.args["expression"])
        rest = rest.this
    operands.append(rest)
    return operands[::-1]


@handlers.condition(exp.Not)
def _not(compiler: Compiler, node: exp.Not) -> str:
    if isinstance(node.this, exp.Is):
        # SQLite uses an index WHERE c IS NOT NULL for these very words only.
        return _null_test(compiler, node.this, negated=not node.this.args.get("negate"))
    return f"(NOT {compiler.condition(node.this)})"


@handlers.condition(exp.Paren)
def _parentheses(compiler: Compiler, node: exp.Paren) -> str:
    return compiler.condition(node.this)


@handlers.condition(exp.Is, accept=("this", "expression", "negate"))
def _is_null(compiler: Compiler, node: exp.Is) -> str:
    return _null_test(compiler, node, negated=bool(node.args.get("negate")))


def _null_test(compiler: Compiler, node: exp.Is, *, negated: bool) -> str:
    if not isinstance(node.expression, exp.Null):
        raise StatementFailed(not_supported(text_of(node)))
    word = "IS NOT NULL" if negated else "IS NULL"
    return f"({compiler.expression(node.this).sql} {word})"


@handlers.condition(exp.Exists)
def _exists(compiler: Compiler, node: exp.Exists) -> str:
    query = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    return f"(EXISTS ({compiler.query(query).sql}))"
