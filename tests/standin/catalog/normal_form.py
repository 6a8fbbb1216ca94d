"""Expressions as SQL Server keeps them: ``qty >= 0`` becomes ``([qty]>=(0))``.

Tools compare and cut these texts, so the common ones are put into the same form: identifiers in
brackets, numbers in parentheses, functions in lower case, IN as a chain of OR from its last value
to its first, BETWEEN as two comparisons. The form is that of sys.check_constraints and its kin as
SQL Server shows it in Microsoft's documents (unconfirmed in its rarer corners). Whatever has no
rule here keeps its text, in parentheses: that means the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from tests.standin.translation.dialect import parse_expression
from tests.standin.tsql.names import quote

_COMPARISONS: Final[dict[type[exp.Expr], str]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
_ARITHMETIC: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}
#: What a node may say; any other argument, such as the NOT of NOT LIKE, has no rule.
_ARGUMENTS: Final = frozenset({"this", "expression", "expressions", "is_string", "low", "high"})
#: Functions that are written without parentheses.
_WITHOUT_PARENTHESES: Final = frozenset({"current_user", "session_user", "system_user", "user"})
#: Functions whose first argument is a word such as ``year``, and no column.
_OF_A_DATE_PART: Final = frozenset(
    {"dateadd", "datediff", "datediff_big", "datename", "datepart", "datetrunc"}
)


class _NoRule(Exception):
    """The tree has a node that is not written here."""


def normal_form(text: str) -> str:
    """The text of a value or condition as the catalogue shows it."""
    try:
        return f"({_written(parse_expression(text))})"
    except _NoRule:
        return f"({' '.join(text.split())})" if "'" not in text else f"({text.strip()})"


def columns_in(text: str) -> tuple[str, ...]:
    """The columns an expression speaks of, each once, in their order."""
    found = parse_expression(text).find_all(exp.Column, bfs=False)
    return tuple(dict.fromkeys(column.name for column in found if not _is_date_part(column)))


def _is_date_part(column: exp.Expr) -> bool:
    function = column.parent
    return (
        isinstance(function, exp.Anonymous)
        and str(function.this).lower() in _OF_A_DATE_PART
        and column is function.expressions[0]
    )


def _written(node: exp.Expr) -> str:
    kind = type(node)
    if any(value for name, value in node.args.items() if name not in _ARGUMENTS):
        raise _NoRule
    if kind in _COMPARISONS:
        return f"{_written(node.this)}{_COMPARISONS[kind]}{_written(node.expression)}"
    if kind in _ARITHMETIC:
        return f"{_written(node.this)}{_ARITHMETIC[kind]}{_written(node.expression)}"
    rule = _RULES.get(kind)
    if rule is None:
        raise _NoRule
    return rule(node)


def _literal(node: exp.Expr) -> str:
    if node.args.get("is_string"):
        return "'" + str(node.this).replace("'", "''") + "'"
    return f"({node.this})"


def _national(node: exp.Expr) -> str:
    return "N'" + str(node.this).replace("'", "''") + "'"


def _column(node: exp.Expr) -> str:
    return node.name.lower() if _is_date_part(node) else quote(node.name)


def _function(node: exp.Expr) -> str:
    name = str(node.this).lower()
    if name == "current_timestamp":
        return "getdate()"
    if name in _WITHOUT_PARENTHESES:
        raise _NoRule
    arguments = ",".join(_written(argument) for argument in node.expressions)
    return f"{name}({arguments})"


def _parentheses(node: exp.Expr) -> str:
    inner = node.this
    written = _written(inner)
    if isinstance(inner, (exp.Or, exp.In, *_ARITHMETIC)) and isinstance(
        node.parent, (exp.And, exp.Not, *_ARITHMETIC, *_COMPARISONS)
    ):
        return f"({written})"
    if isinstance(node.parent, exp.Not) and isinstance(inner, exp.And):
        return f"({written})"
    return written


def _negative(node: exp.Expr) -> str:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return f"(-{node.this.this})"
    return f" -{_written(node.this)}"


def _and(node: exp.Expr) -> str:
    return f"{_in_and(node.this)} AND {_in_and(node.expression)}"


def _in_and(node: exp.Expr) -> str:
    written = _written(node)
    return f"({written})" if isinstance(node, (exp.Or, exp.In)) else written


def _or(node: exp.Expr) -> str:
    return f"{_written(node.this)} OR {_written(node.expression)}"


def _not(node: exp.Expr) -> str:
    inner = node.this
    if isinstance(inner, exp.Is):
        return f"{_written(inner.this)} IS NOT {_written(inner.expression)}"
    if isinstance(inner, exp.Like):
        return f"NOT {_written(inner)}"
    if isinstance(inner, exp.In):
        return f"NOT ({_written(inner)})"
    if isinstance(inner, exp.Paren) or type(inner) in _COMPARISONS:
        return f"NOT {_written(inner)}"
    raise _NoRule


def _in(node: exp.Expr) -> str:
    subject = _written(node.this)
    return " OR ".join(f"{subject}={_written(value)}" for value in reversed(node.expressions))


def _between(node: exp.Expr) -> str:
    subject = _written(node.this)
    return f"{subject}>={_written(node.args['low'])} AND {subject}<={_written(node.args['high'])}"


_RULES: Final[dict[type[exp.Expr], Callable[[exp.Expr], str]]] = {
    exp.Literal: _literal,
    exp.National: _national,
    exp.Null: lambda node: "NULL",
    exp.Column: _column,
    exp.Anonymous: _function,
    exp.Paren: _parentheses,
    exp.Neg: _negative,
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.Is: lambda node: f"{_written(node.this)} IS {_written(node.expression)}",
    exp.In: _in,
    exp.Between: _between,
    exp.Like: lambda node: f"{_written(node.this)} like {_written(node.expression)}",
}
