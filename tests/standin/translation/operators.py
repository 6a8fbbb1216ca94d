"""Arithmetic, concatenation, bits and COLLATE."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.plan import Fragment
from tests.standin.translation.types import is_text

_OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "^",
}


# sqlglot marks every division of this dialect as typed and safe or not; the words say the same.
@handlers.value(*_OPERATORS, accept=("this", "expression", "typed", "safe"))
def _binary(compiler: Compiler, node: exp.Binary) -> Fragment:
    left = compiler.expression(node.left)
    right = compiler.expression(node.right)
    for value, other in ((left, right), (right, left)):
        compiler.deduce(value, other.type, in_general=True)
    return sqltypes.arithmetic(_OPERATORS[type(node)], left, right)


@handlers.value(exp.Neg)
def _negative(compiler: Compiler, node: exp.Neg) -> Fragment:
    return sqltypes.negation(compiler.expression(node.this))


@handlers.value(exp.BitwiseNot)
def _complement(compiler: Compiler, node: exp.BitwiseNot) -> Fragment:
    return sqltypes.complement(compiler.expression(node.this))


@handlers.value(exp.Collate, accept=handlers.BINARY)
def _collate(compiler: Compiler, node: exp.Collate) -> Fragment:
    fragment = compiler.expression(node.this)
    if not is_text(fragment.type):
        raise binding.collate_of_other_type(fragment.type.name)
    return replace(fragment, type=replace(fragment.type, collation=_collation(compiler, node)))


def _collation(compiler: Compiler, node: exp.Collate) -> str:
    name = str(node.expression.name)
    if not name:
        raise StatementFailed(not_supported(text_of(node)))
    if name.lower() in ("database_default", compiler.scope.catalog.collation.lower()):
        return ""
    sqltypes.sqlite_collation_of(SqlType("varchar", 1, collation=name))
    return name
