"""What stands in the way of changing or dropping a column.

Sources: Microsoft Learn, "ALTER TABLE (Transact-SQL)", ALTER COLUMN ("the modified column can't be
any one of the following") and DROP COLUMN. The order of several dependents is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import Column, Index, Table
from tests.standin.catalog.normal_form import columns_in
from tests.standin.errors import definition as errors
from tests.standin.sqltypes.sql_type import MAX

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_VARIABLE: Final = frozenset({"varchar", "nvarchar", "varbinary"})


def speaks_of(definition: str, column: str) -> bool:
    """Whether an expression of the catalogue names a column."""
    return bool(definition) and column.lower() in {c.lower() for c in columns_in(definition)}


def check_droppable(handle: Handle, table: Table, column: Column) -> None:
    """Raise StatementFailed with 5074 where something needs the column."""
    _check("DROP COLUMN", column, _needing(handle, table, column))


def check_alterable(handle: Handle, table: Table, column: Column, changed: Column) -> None:
    """Raise StatementFailed with 5074 where something depends on how the column is."""
    _check("ALTER COLUMN", column, _fixing(handle, table, column, changed))


def _check(change: str, column: Column, dependents: Iterable[tuple[str, str]]) -> None:
    found = tuple(dependents)
    if found:
        raise errors.dependent(change, column.name, found)


def _needing(handle: Handle, table: Table, column: Column) -> Iterator[tuple[str, str]]:
    for index in indexes_with(table, column.name, included=True):
        yield _kind(index), index.name
    for name in _constraints_with(handle, table, column.name):
        yield "object", name
    if column.default:
        yield "object", column.default.name
    for name in computed_with(table, column.name):
        yield "column", name


def _fixing(
    handle: Handle, table: Table, column: Column, changed: Column
) -> Iterator[tuple[str, str]]:
    longer = _is_longer(column, changed)
    same_nulls = column.nullable == changed.nullable
    for index in indexes_with(table, column.name, included=True):
        if index.is_primary or not (longer and same_nulls):
            yield _kind(index), index.name
    for name in computed_with(table, column.name):
        yield "column", name
    if column.type == changed.type or (column.type.name == changed.type.name and longer):
        return
    for name in _constraints_with(handle, table, column.name):
        yield "object", name
    if column.default and column.type.name != changed.type.name:
        yield "object", column.default.name


def indexes_with(table: Table, column: str, *, included: bool) -> Iterator[Index]:
    """The indexes whose key, filter or, if wanted, included columns have the column."""
    for index in table.indexes:
        in_key = any(part.name == column for part in index.columns)
        if in_key or (included and column in index.included) or speaks_of(index.filter, column):
            yield index


def computed_with(table: Table, column: str) -> Iterator[str]:
    """The computed columns whose expression has the column."""
    return (c.name for c in table.columns if speaks_of(c.computed, column))


def _constraints_with(handle: Handle, table: Table, column: str) -> Iterator[str]:
    """The checks and foreign keys that have the column, on either side."""
    for check in table.checks:
        if column in check.columns:
            yield check.name
    for key in table.foreign_keys:
        if column in key.columns:
            yield key.name
    for other in handle.catalog.referencing(table):
        for key in other.foreign_keys:
            if key.referenced_id == table.object_id and column in key.referenced_columns:
                yield key.name


def _is_longer(column: Column, changed: Column) -> bool:
    """Whether nothing of the type changes, or only a variable length, which grows."""
    old, new = column.type, changed.type
    if old == new:
        return True
    if old.name != new.name or old.name not in _VARIABLE or old.collation != new.collation:
        return False
    return new.length == MAX or (old.length != MAX and new.length >= old.length)


def _kind(index: Index) -> str:
    return "object" if index.is_primary or index.is_constraint else "index"
