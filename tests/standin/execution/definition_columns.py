"""Columns as they are written, made into columns of the catalogue.

Sources: Microsoft Learn, "CREATE TABLE (Transact-SQL)" (a column is nullable unless it says
otherwise, as ODBC's ANSI_NULL_DFLT_ON makes it; a key, an identity and a rowversion are not).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.standin import sqltypes
from tests.standin.catalog.model import Column, IdentityProperty, Table
from tests.standin.catalog.normal_form import normal_form
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import definition as errors
from tests.standin.execution.definition_values import computed_value
from tests.standin.sqltypes.collation_names import named_collation
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_IDENTITY_TYPES: Final = frozenset({"tinyint", "smallint", "int", "bigint"})
_DECIMALS: Final = frozenset({"decimal", "numeric"})
_TEXT: Final = frozenset({"char", "varchar", "nchar", "nvarchar", "text", "ntext"})
_ROWVERSIONS: Final = frozenset({"rowversion", "timestamp"})


def with_columns(
    handle: Handle,
    table: Table,
    name: nodes.ObjectName,
    written: Sequence[nodes.ColumnDefinition],
) -> Table:
    """The table with more columns, without what else is written behind them.

    ``name`` is the table's as the statement has it.
    """
    next_id = max((column.column_id for column in table.columns), default=0) + 1
    numbered = list(enumerate(written, start=next_id))
    taken = {column.name.lower() for column in table.columns}
    for _, node in numbered:
        if node.name.lower() in taken:
            raise errors.column_twice(node.name, str(name))
        taken.add(node.name.lower())
    plain = [_column(handle, table, number, node) for number, node in numbered if node.type]
    grown = replace(table, columns=(*table.columns, *plain))
    computed = [
        _computed(handle, grown, number, node) for number, node in numbered if node.computed
    ]
    columns = sorted((*grown.columns, *computed), key=lambda column: column.column_id)
    if sum(column.identity is not None for column in columns) > 1:
        raise errors.second_identity(table.name)
    return replace(table, columns=tuple(columns))


def declared_type(handle: Handle, written: nodes.TypeName) -> tuple[SqlType, str, bool | None]:
    """The type, the name of the user's type behind it, and whether that one takes NULL."""
    alias = handle.catalog.alias_type(written.name, written.schema)
    if alias is not None:
        return alias.type, f"{alias.schema}.{alias.name}", alias.nullable
    data_type = sqltypes.from_declaration(written.name, written.arguments)
    return data_type, "sysname" if written.name.lower() == "sysname" else "", None


def with_collation(handle: Handle, data_type: SqlType, written: str) -> SqlType:
    """The type with the collation of the column; empty where that is the database's own."""
    own = handle.catalog.collation
    if data_type.name not in _TEXT:
        if written:
            raise StatementFailed(not_supported(f"COLLATE {written} of a {data_type.name} column"))
        return data_type
    name = own if written.lower() in ("", "database_default") else written
    named_collation(name)  # raises 448 for what is none
    return replace(data_type, collation=name if _differs(name) else "")


def _differs(name: str) -> bool:
    """Whether a collation is another than the one that an empty name stands for."""
    return name.lower() != _UNNAMED.lower()


#: The collation that SqlType leaves unnamed.
_UNNAMED: Final = "SQL_Latin1_General_CP1_CI_AS"


def _column(handle: Handle, table: Table, number: int, node: nodes.ColumnDefinition) -> Column:
    assert node.type is not None
    data_type, user_type, type_takes_null = declared_type(handle, node.type)
    identity = None
    if node.identity:
        _check_identity(node, data_type, table)
        identity = IdentityProperty(node.identity.seed, node.identity.increment)
    if node.rowguid and data_type.name != "uniqueidentifier":
        raise StatementFailed(not_supported(f"ROWGUIDCOL of a {data_type.name} column"))
    return Column(
        number,
        node.name,
        with_collation(handle, data_type, node.collation),
        nullable=_is_nullable(node, data_type, type_takes_null),
        identity=identity,
        rowguid=node.rowguid,
        user_type=user_type,
    )


def _is_nullable(
    node: nodes.ColumnDefinition, data_type: SqlType, type_takes_null: bool | None
) -> bool:
    if node.nullable is not None:
        return node.nullable
    is_key = any(isinstance(c, nodes.KeyConstraint) and c.is_primary for c in node.constraints)
    if is_key or node.identity or data_type.name in _ROWVERSIONS:
        return False
    return True if type_takes_null is None else type_takes_null


def _check_identity(node: nodes.ColumnDefinition, data_type: SqlType, table: Table) -> None:
    whole = data_type.name in _DECIMALS and data_type.scale == 0
    if not whole and data_type.name not in _IDENTITY_TYPES:
        raise errors.identity_type(node.name)
    if node.nullable:
        raise errors.nullable_identity(node.name, table.name)
    if node.default:
        raise errors.identity_default(table.name, node.name)


def _computed(handle: Handle, table: Table, number: int, node: nodes.ColumnDefinition) -> Column:
    """A computed column: its type and whether it takes NULL follow from its expression."""
    assert node.computed is not None
    definition = normal_form(node.computed.text)
    value = computed_value(handle, definition, table)
    nullable = value.nullable if node.nullable is None else node.nullable
    return Column(
        number,
        node.name,
        value.type,
        nullable=nullable,
        computed=definition,
        persisted=node.persisted,
    )
