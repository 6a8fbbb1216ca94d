"""CAST, CONVERT, TRY_CAST and TRY_CONVERT."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import Conversion, TypeAsWritten, text_of
from tests.standin.translation.plan import Fragment
from tests.standin.translation.types import is_text

#: The length of char, varchar and their kind without one (Microsoft Learn, "char and varchar").
_LENGTH_IN_CONVERSIONS: Final = 30


@handlers.value(Conversion, accept=("this", "to", "style", "function"))
def _conversion(compiler: Compiler, node: Conversion) -> Fragment:
    value = compiler.expression(node.this)
    target = type_as_written(node.args["to"])
    if is_text(value.type) and is_text(target):
        # Text keeps its collation (Microsoft Learn, "Collation Precedence": CAST and CONVERT).
        target = replace(target, collation=value.type.collation)
    style = _style(node.args.get("style"))
    compiler.deduce(value, target)
    if value.type == UNTYPED_NULL:
        return Fragment("NULL", target)
    sqltypes.check_explicit(value.type, target)
    sql = sqltypes.conversion_sql(value.sql, value.type, target, style=style, attempt=node.attempts)
    if sql == value.sql and not is_text(target):
        # A constant that was converted has the digits of its type, not those it is written with.
        sql = f"(+{sql})"
    return Fragment(sql, target, value.nullable or node.attempts)


def type_as_written(node: TypeAsWritten) -> SqlType:
    """The type that the words in a conversion mean."""
    arguments = tuple(node.args.get("arguments") or ())
    return sqltypes.from_declaration(
        str(node.this), arguments, default_length=_LENGTH_IN_CONVERSIONS
    )


def _style(node: exp.Expr | None) -> int | None:
    if node is None:
        return None
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return int(node.name)
    raise StatementFailed(not_supported(f"a style that is no constant: {text_of(node)}"))
