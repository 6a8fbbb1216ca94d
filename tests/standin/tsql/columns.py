"""What stands between the parentheses of CREATE TABLE: columns, constraints, indexes.

Microsoft Learn: "CREATE TABLE (Transact-SQL)", "ALTER TABLE column_definition",
"ALTER TABLE table_constraint".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tests.standin.tsql.constraints import (
    at_constraint,
    read_constraint,
    read_constraint_name,
    read_default,
)
from tests.standin.tsql.expressions import read_value
from tests.standin.tsql.indexes import read_inline_index
from tests.standin.tsql.nodes import (
    ColumnDefinition,
    CreateIndex,
    DefaultConstraint,
    Identity,
    ObjectName,
    SqlText,
    TableConstraint,
)
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind
from tests.standin.tsql.type_names import read_type

#: Properties of a column that the stand-in does not know.
_REFUSED: Final = frozenset({"SPARSE", "FILESTREAM", "MASKED", "ENCRYPTED", "HIDDEN", "GENERATED"})


@dataclass(frozen=True, slots=True)
class TableItems:
    """The columns, constraints and indexes of a table, in the order they were written."""

    columns: tuple[ColumnDefinition, ...]
    constraints: tuple[TableConstraint, ...]
    indexes: tuple[CreateIndex, ...]


@dataclass(slots=True)
class _Column:
    """A column definition that grows property by property; they come in any order."""

    nullable: bool | None = None
    identity: Identity | None = None
    default: DefaultConstraint | None = None
    persisted: bool = False
    rowguid: bool = False
    collation: str = ""
    constraints: list[TableConstraint] = field(default_factory=list)


def read_table_items(stream: TokenStream, table: ObjectName | None = None) -> TableItems:
    """Read ``(items)``; SQL Server lets a comma end the list."""
    stream.expect("(")
    items = read_items(stream, table or ObjectName(""))
    stream.expect(")")
    return items


def read_items(stream: TokenStream, table: ObjectName) -> TableItems:
    """Read items with commas between them."""
    columns: list[ColumnDefinition] = []
    constraints: list[TableConstraint] = []
    indexes: list[CreateIndex] = []
    while True:
        if stream.at("INDEX"):
            indexes.append(read_inline_index(stream, table))
        elif stream.at("PERIOD", "FOR"):
            raise stream.refused("PERIOD FOR SYSTEM_TIME")
        elif at_constraint(stream):
            constraints.append(read_constraint(stream, read_constraint_name(stream)))
        else:
            columns.append(_read_column(stream, table, indexes))
        if not stream.accept(",") or stream.at(")"):
            return TableItems(tuple(columns), tuple(constraints), tuple(indexes))


def _read_column(
    stream: TokenStream, table: ObjectName, indexes: list[CreateIndex]
) -> ColumnDefinition:
    name = stream.identifier()
    computed: SqlText | None = None
    kind = None
    if stream.accept("AS"):
        computed = read_value(stream)
    else:
        kind = read_type(stream)
    column = _Column()
    while _read_property(stream, name, column):
        pass
    while stream.at("INDEX"):
        indexes.append(read_inline_index(stream, table, name))
    return ColumnDefinition(
        name=name,
        type=kind,
        nullable=column.nullable,
        identity=column.identity,
        default=column.default,
        computed=computed,
        persisted=column.persisted,
        rowguid=column.rowguid,
        collation=column.collation,
        constraints=tuple(column.constraints),
    )


def _read_property(stream: TokenStream, name: str, column: _Column) -> bool:
    """Read one property of a column; whether there was one."""
    if stream.at_any(_REFUSED):
        raise stream.refused(f"a column with {stream.token.key}")
    if _read_flag(stream, column):
        return True
    if stream.accept("COLLATE"):
        column.collation = stream.identifier()
    elif stream.accept("IDENTITY"):
        column.identity = _identity(stream)
    elif at_constraint(stream):
        _read_column_constraint(stream, name, column)
    else:
        return False
    return True


def _read_flag(stream: TokenStream, column: _Column) -> bool:
    if stream.accept("NULL"):
        column.nullable = True
    elif stream.accept("NOT", "NULL"):
        column.nullable = False
    elif stream.accept("ROWGUIDCOL"):
        column.rowguid = True
    elif stream.accept("PERSISTED"):
        column.persisted = True
    else:
        return False
    return True


def _read_column_constraint(stream: TokenStream, column_name: str, column: _Column) -> None:
    name = read_constraint_name(stream)
    if stream.accept("NULL"):  # CONSTRAINT x NOT NULL: SQL Server drops the name
        column.nullable = True
    elif stream.accept("NOT", "NULL"):
        column.nullable = False
    elif stream.at("DEFAULT"):
        column.default = read_default(stream, name)
    else:
        column.constraints.append(read_constraint(stream, name, column_name))


def _identity(stream: TokenStream) -> Identity:
    """The rest of IDENTITY [(seed, increment)] [NOT FOR REPLICATION]."""
    identity = Identity()
    if stream.accept("("):
        seed = _integer(stream)
        stream.expect(",")
        identity = Identity(seed, _integer(stream))
        stream.expect(")")
    stream.accept("NOT", "FOR", "REPLICATION")
    return identity


def _integer(stream: TokenStream) -> int:
    sign = -1 if stream.accept("-") else 1
    if stream.token.kind is not Kind.NUMBER or not stream.token.text.isdecimal():
        raise stream.error()
    return sign * int(stream.advance().text)
