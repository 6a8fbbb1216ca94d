"""OUTPUT, and what else a data modification has to return of the rows it changed.

Microsoft Learn, "OUTPUT clause (Transact-SQL)".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from tests.standin.catalog.model import Column, Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.errors import constraints as errors
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.modification_plan import Output, OutputSource
from tests.standin.translation.modifications_columns import (
    listed_items,
    quoted,
    target_column,
    target_table,
)
from tests.standin.translation.modifications_insert import filled_columns, insertable
from tests.standin.translation.names import Names, relation_source
from tests.standin.translation.plan import OutputColumn
from tests.standin.tsql.nodes import Output as OutputText

#: The rows that each kind of statement has.
_IMAGES = {
    "INSERT": ("inserted",),
    "MERGE": ("inserted",),
    "UPDATE": ("inserted", "deleted"),
    "DELETE": ("deleted",),
}


@dataclass(slots=True)
class Returning:
    """The list behind RETURNING while it is put together; columns are in it once."""

    names: list[str] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)

    def column(self, name: str) -> int:
        """The place of a column of the changed table."""
        key = name.lower()
        if key not in self.names:
            self.names.append(key)
            self.sql.append(quoted(name))
        return self.names.index(key)

    def expression(self, sql: str) -> int:
        """The place of an expression."""
        self.names.append("")
        self.sql.append(sql)
        return len(self.names) - 1

    @property
    def clause(self) -> str:
        """The clause with a blank in front; empty where nothing is returned."""
        return f" RETURNING {', '.join(self.sql)}" if self.sql else ""


@dataclass(slots=True)
class OutputReader:
    """Reads one OUTPUT clause. ``before`` collects the columns whose old values it wants."""

    kind: str
    table: Table
    compiler: Compiler
    returning: Returning
    before: list[str] = field(default_factory=list)
    _columns: list[OutputColumn] = field(default_factory=list)
    _sources: list[OutputSource] = field(default_factory=list)

    def read(self, text: OutputText) -> Output:
        """The whole clause."""
        for node in listed_items(text.items.text):
            self._item(node)
        columns, sources = tuple(self._columns), tuple(self._sources)
        if text.into is None:
            return Output(columns, sources)
        into = target_table(text.into, self.compiler.scope)
        listed = bool(text.into_columns)
        filled = insertable(into, text.into_columns) if listed else filled_columns(into)
        if len(filled) != len(columns):
            raise errors.column_count()
        return Output(columns, sources, into, text.into_columns)

    def _item(self, node: exp.Expr) -> None:
        value, name = (node.this, node.alias) if isinstance(node, exp.Alias) else (node, "")
        if isinstance(value, exp.Column) and isinstance(value.this, exp.Star):
            image = self._image(value)
            for column in self.table.columns:
                self._column(column, image, column.name)
        elif isinstance(value, exp.Column) and value.table:
            image = self._image(value)
            column = target_column(self.table, value.name)
            self._column(column, image, name or column.name)
        else:
            self._expression(value, name)

    def _column(self, column: Column, image: str, name: str) -> None:
        self._columns.append(OutputColumn(name, column.type, column.nullable))
        if self.kind == "UPDATE" and image == "deleted":
            if column.name.lower() not in self.before:
                self.before.append(column.name.lower())
            position = self.before.index(column.name.lower())
            self._sources.append(OutputSource(position, before=True))
        else:
            self._sources.append(OutputSource(self.returning.column(column.name)))

    def _expression(self, node: exp.Expr, name: str) -> None:
        """Anything but a plain column; of an UPDATE it may read the new values alone."""
        if node.find(exp.Select):
            raise StatementFailed(not_supported(f"a subquery in OUTPUT: {text_of(node)}"))
        images = {self._image(column) for column in node.find_all(exp.Column) if column.table}
        if self.kind == "UPDATE" and "deleted" in images:
            raise StatementFailed(not_supported(f"OUTPUT {text_of(node)}"))
        sources = [relation_source(self.table, exposed=image, alias="") for image in sorted(images)]
        with self.compiler.within(Names(sources=sources)):
            value = self.compiler.expression(node)
        self._columns.append(OutputColumn(name, value.type, value.nullable))
        self._sources.append(OutputSource(self.returning.expression(value.sql)))

    def _image(self, node: exp.Column) -> str:
        """``inserted`` or ``deleted``, where the statement has it."""
        image = str(node.table).lower()
        if image not in _IMAGES[self.kind]:
            if image in ("inserted", "deleted"):
                raise binding.not_bound(f"{node.table}.{node.name}")
            raise StatementFailed(not_supported(f"OUTPUT {text_of(node)}"))
        return image
