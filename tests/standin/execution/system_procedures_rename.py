"""sp_rename: tables, views, constraints, columns and indexes.

Source: Microsoft Learn, "sp_rename (Transact-SQL)"; its errors as SQL Server's own sp_rename raises
them. The new name is taken as it stands: dots and brackets become part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import DEFAULT_SCHEMA, Column, Table, View
from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors import procedures as errors
from tests.standin.execution.definition_dependents import computed_with, speaks_of
from tests.standin.execution.definition_names import names_in
from tests.standin.execution.definition_rows import change_rows, quoted
from tests.standin.tsql.names import parse_name
from tests.standin.tsql.nodes import ObjectName

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_REFUSED: Final = frozenset({"DATABASE", "USERDATATYPE", "STATISTICS"})


def rename(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """Raises StatementFailed with 15225, 15248, 15249, 15335 or 15336."""
    written = str(arguments["objname"] or "")
    new_name = str(arguments["newname"] or "")
    kind = str(arguments.get("objtype") or "").upper()
    if kind in _REFUSED:
        raise StatementFailed(not_supported(f"sp_rename of a {kind}"))
    if kind == "COLUMN":
        _rename_column(handle, written, new_name)
    elif kind == "INDEX":
        _rename_index(handle, written, new_name)
    elif kind in ("", "OBJECT"):
        _rename_object(handle, written, new_name, kind)
    else:
        raise errors.unknown_item_type(kind)
    return [errors.RENAME_CAUTION]


def _split(handle: Handle, written: str, kind: str) -> tuple[Table, str]:
    """The table and what is behind it in ``[schema.]table.name``."""
    name = parse_name(written)
    table = (
        handle.catalog.find_table(ObjectName(name.schema, name.database)) if name.schema else None
    )
    if table is None:
        raise errors.ambiguous_name(kind)
    return table, name.name


def _rename_column(handle: Handle, written: str, new_name: str) -> None:
    table, name = _split(handle, written, "COLUMN")
    column = table.column(name)
    if column is None:
        raise errors.ambiguous_name("COLUMN")
    taken = table.column(new_name)
    if taken is not None and taken.column_id != column.column_id:
        raise errors.name_in_use(new_name, "COLUMN")
    if _is_spoken_of(table, column):
        raise errors.enforced_dependencies(written)
    old = column.name
    changed = _with_column_name(table, old, new_name)
    handle.catalog.save(changed)
    values = {} if column.computed else {new_name: quoted(old)}
    change_rows(handle, table, changed, values)
    for other in handle.catalog.referencing(changed):
        handle.catalog.save(_with_referenced_name(other, table.object_id, old, new_name))


def _is_spoken_of(table: Table, column: Column) -> bool:
    """Whether a check, a computed column or a filter has the column in its text."""
    return (
        any(column.name in check.columns for check in table.checks)
        or any(computed_with(table, column.name))
        or any(speaks_of(index.filter, column.name) for index in table.indexes)
    )


def _with_column_name(table: Table, old: str, new: str) -> Table:
    def renamed(name: str) -> str:
        return new if name == old else name

    return replace(
        table,
        columns=tuple(replace(c, name=renamed(c.name)) for c in table.columns),
        indexes=tuple(
            replace(
                index,
                columns=tuple(replace(part, name=renamed(part.name)) for part in index.columns),
                included=tuple(map(renamed, index.included)),
            )
            for index in table.indexes
        ),
        foreign_keys=tuple(
            replace(key, columns=tuple(map(renamed, key.columns))) for key in table.foreign_keys
        ),
    )


def _with_referenced_name(table: Table, referenced_id: int, old: str, new: str) -> Table:
    """The same on the other side of foreign keys."""
    return replace(
        table,
        foreign_keys=tuple(
            replace(
                key,
                referenced_columns=tuple(new if c == old else c for c in key.referenced_columns),
            )
            if key.referenced_id == referenced_id
            else key
            for key in table.foreign_keys
        ),
    )


def _rename_index(handle: Handle, written: str, new_name: str) -> None:
    table, name = _split(handle, written, "INDEX")
    index = next((i for i in table.indexes if i.name.lower() == name.lower()), None)
    if index is None:
        raise errors.ambiguous_name("INDEX")
    if new_name.lower() != index.name.lower() and new_name.lower() in names_in(table):
        raise errors.name_in_use(new_name, "INDEX")
    if index.is_primary or index.is_constraint:
        _refuse_taken(handle, table.schema, index.name, new_name)
    _save(handle, table, _with_part_name(table, index.name, new_name))


def _rename_object(handle: Handle, written: str, new_name: str, kind: str) -> None:
    name = parse_name(written)
    found = handle.catalog.find(name) if name.name else None
    if isinstance(found, (Table, View)):
        _refuse_taken(handle, found.schema, found.name, new_name)
        changed = replace(found, name=new_name)
        handle.catalog.save(changed)
        if isinstance(found, Table) and isinstance(changed, Table):
            change_rows(handle, found, changed)
        return
    table = _table_with(handle, name)
    if table is None:
        raise errors.no_such_item(written, handle.catalog.database, kind or "(null)")
    _refuse_taken(handle, table.schema, name.name, new_name)
    _save(handle, table, _with_part_name(table, name.name, new_name))


def _save(handle: Handle, old: Table, new: Table) -> None:
    handle.catalog.save(new)
    change_rows(handle, old, new)


def _refuse_taken(handle: Handle, schema: str, old: str, new: str) -> None:
    if new.lower() != old.lower() and handle.catalog.object_exists(schema, new):
        raise errors.name_in_use(new, "object")


def _table_with(handle: Handle, name: ObjectName) -> Table | None:
    """The table with a constraint of that name; an index is no object."""
    schema = (name.schema or DEFAULT_SCHEMA).lower()
    if not handle.catalog.object_exists(schema, name.name):
        return None
    tables = (t for t in handle.catalog.tables() if t.schema.lower() == schema)
    return next((t for t in tables if name.name.lower() in names_in(t)), None)


def _with_part_name(table: Table, old: str, new: str) -> Table:
    """The table with an index or constraint called otherwise."""

    def renamed(name: str) -> str:
        return new if name.lower() == old.lower() else name

    return replace(
        table,
        indexes=tuple(replace(i, name=renamed(i.name)) for i in table.indexes),
        foreign_keys=tuple(replace(k, name=renamed(k.name)) for k in table.foreign_keys),
        checks=tuple(replace(c, name=renamed(c.name)) for c in table.checks),
        columns=tuple(_with_default_name(c, renamed) for c in table.columns),
    )


def _with_default_name(column: Column, renamed: Callable[[str], str]) -> Column:
    if column.default is None:
        return column
    return replace(column, default=replace(column.default, name=renamed(column.default.name)))
