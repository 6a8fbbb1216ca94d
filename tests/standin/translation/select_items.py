"""The select list: what is asked for, and what the columns are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler, QueryColumn
from tests.standin.translation.dialect import text_of
from tests.standin.translation.names import Names, Source, resolve
from tests.standin.translation.plan import Fragment
from tests.standin.translation.values import note_column


@dataclass(frozen=True, slots=True)
class Item:
    """One column of a select list; ``assigns`` is the variable of ``@a = value``."""

    name: str
    value: Fragment
    identity: bool = False
    assigns: str = ""

    def column(self, position: int) -> QueryColumn:
        """The item as the query's column at a position from 1."""
        value = self.value
        return QueryColumn(self.name, value.type, value.nullable, f"c{position}", self.identity)


def select_items(compiler: Compiler, names: Names, node: exp.Select) -> list[Item]:
    """The select list, its stars expanded; error 141 for values beside assignments."""
    items = [item for part in node.expressions for item in _items(compiler, names, part)]
    if not items:
        raise binding.incorrect_syntax("SELECT")
    if len({bool(item.assigns) for item in items}) > 1:
        raise clauses.assignment_with_results()
    return items


def _items(compiler: Compiler, names: Names, node: exp.Expr) -> Iterator[Item]:
    if isinstance(node, exp.Star):
        handlers.check_arguments(node, frozenset())
        if not names.sources:
            raise binding.must_have_from()
        for source in names.sources:
            yield from _every_column(names, source)
    elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        yield from _every_column(names, _starred(names, node))
    elif isinstance(node, exp.EQ) and isinstance(node.this, exp.Parameter):
        yield _assignment(compiler, node)
    elif isinstance(node, exp.Alias):
        handlers.check_arguments(node, frozenset(("this", "alias")))
        yield _item(compiler, node.this, node.alias)
    else:
        yield _item(compiler, node, _own_name(node))


def _own_name(node: exp.Expr) -> str:
    """A column's name as it was written; an expression has none."""
    column = node.unnest()
    return column.name if isinstance(column, exp.Column) else ""


def _item(compiler: Compiler, node: exp.Expr, name: str) -> Item:
    value = compiler.expression(node)
    identity = False
    if isinstance(node, exp.Column):
        identity = resolve(compiler.names, node)[2].identity
    return Item(name, value, identity)


def _assignment(compiler: Compiler, node: exp.EQ) -> Item:
    name = f"@{node.this.name}"
    kind = compiler.variable_type(name)
    value = compiler.coerce(compiler.expression(node.expression), kind)
    return Item("", value, assigns=name)


def _every_column(names: Names, source: Source) -> Iterator[Item]:
    for column in source.columns:
        note_column(names, f"{source.exposed}.{column.name}", column.value)
        yield Item(column.name, column.value, column.identity)


def _starred(names: Names, node: exp.Column) -> Source:
    """The source in front of ``.*``."""
    written = [node.args.get(key) for key in ("table", "db", "catalog")]
    parts = tuple(part.name for part in written if part is not None)
    if any(part is not None and part.args.get("temporary") for part in written):
        parts = ("#" + parts[0], *parts[1:])
    for source in names.sources:
        if source.answers_to(parts):
            return source
    if not parts:
        raise StatementFailed(not_supported(text_of(node)))
    raise binding.prefix_not_matched(".".join(reversed(parts)))
