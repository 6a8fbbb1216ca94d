"""Foreign keys: what they may refer to, and which actions go together.

Sources: Microsoft Learn, "Primary and foreign key constraints", "Create foreign key relationships"
and the errors 1785 and 1776.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import Column, ForeignKey, Index, Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import foreign_keys as errors
from tests.standin.errors.constraints import conflict
from tests.standin.execution.definition_names import constraint_name, new_id
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_NO_ACTION: Final = "NO ACTION"


def with_foreign_key(
    handle: Handle,
    table: Table,
    node: nodes.ForeignKeyConstraint,
    *,
    column: str = "",
    with_check: bool = True,
) -> Table:
    """The table with one more foreign key; its rows are not looked at."""
    if table.temporary:
        raise StatementFailed(not_supported("a FOREIGN KEY of a temporary table"))
    object_id = new_id(handle, table)
    name = constraint_name(handle, table, "FK", node.name, object_id, column or node.columns[0])
    referenced = _referenced_table(handle, table, node.referenced)
    if referenced is None or referenced.temporary:
        raise errors.invalid_table(name, str(node.referenced))
    columns = tuple(_column(table, c, name, referencing=True) for c in node.columns)
    targets = _referenced_columns(referenced, node, name)
    if len(columns) != len(targets):
        raise errors.column_count(table.name)
    key_index = _key_index(referenced, tuple(target.name for target in targets))
    if key_index is None:
        raise errors.no_candidate_key(name, _two_parts(node.referenced))
    for own, target in zip(columns, targets, strict=True):
        _check_types(name, table, own, referenced, target)
    if "SET NULL" in (node.on_delete, node.on_update) and not all(c.nullable for c in columns):
        raise errors.set_null_not_possible(name)
    changed = replace(
        table,
        foreign_keys=(
            *table.foreign_keys,
            ForeignKey(
                object_id,
                name,
                tuple(c.name for c in columns),
                referenced.object_id,
                tuple(target.name for target in targets),
                on_delete=node.on_delete,
                on_update=node.on_update,
                not_trusted=not with_check,
                system_named=not node.name,
                key_index_id=key_index.index_id,
            ),
        ),
    )
    _check_cascades(handle, changed, name)
    return changed


def validate_foreign_key(handle: Handle, table: Table, key: ForeignKey) -> None:
    """Look at the rows there are. Raises StatementFailed with 547."""
    referenced = (
        table if key.referenced_id == table.object_id else handle.catalog.by_id(key.referenced_id)
    )
    assert referenced is not None
    own = [_quoted(name) for name in key.columns]
    targets = [_quoted(name) for name in key.referenced_columns]
    present = " AND ".join(f"c.{name} IS NOT NULL" for name in own)
    same = " AND ".join(f"c.{a} = p.{b}" for a, b in zip(own, targets, strict=True))
    found = handle.run(
        f"SELECT 1 FROM {table.rows} AS c WHERE {present} AND NOT EXISTS"
        f" (SELECT 1 FROM {referenced.rows} AS p WHERE {same}) LIMIT 1"
    ).fetchone()
    if found:
        kind = (
            "FOREIGN KEY SAME TABLE" if referenced.object_id == table.object_id else "FOREIGN KEY"
        )
        raise conflict(
            "ALTER TABLE",
            kind,
            key.name,
            handle.catalog.database,
            f"{referenced.schema}.{referenced.name}",
            key.referenced_columns[0] if len(key.referenced_columns) == 1 else "",
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _referenced_table(handle: Handle, table: Table, name: nodes.ObjectName) -> Table | None:
    """A table may refer to itself while it is still being made."""
    schema = name.schema or "dbo"
    if (schema.lower(), name.name.lower()) == (table.schema.lower(), table.name.lower()):
        return table
    return handle.catalog.find_table(name)


def _two_parts(name: nodes.ObjectName) -> str:
    return f"{name.schema or 'dbo'}.{name.name}"


def _column(table: Table, name: str, key: str, *, referencing: bool) -> Column:
    column = table.column(name)
    if column is None:
        error = (
            errors.invalid_referencing_column if referencing else errors.invalid_referenced_column
        )
        raise error(key, name, table.name)
    return column


def _referenced_columns(
    referenced: Table, node: nodes.ForeignKeyConstraint, name: str
) -> tuple[Column, ...]:
    names = node.referenced_columns
    if not names:
        primary = next((index for index in referenced.indexes if index.is_primary), None)
        if primary is None:
            raise errors.no_primary_key(name, str(node.referenced))
        names = tuple(part.name for part in primary.columns)
    return tuple(_column(referenced, c, name, referencing=False) for c in names)


def _key_index(referenced: Table, names: tuple[str, ...]) -> Index | None:
    """The unique index over exactly these columns; the primary key is preferred."""
    candidates = (
        index
        for index in sorted(referenced.indexes, key=lambda i: (not i.is_primary, i.index_id))
        if index.unique and not index.filter
    )
    return next((i for i in candidates if {c.name for c in i.columns} == set(names)), None)


def _check_types(name: str, table: Table, own: Column, referenced: Table, target: Column) -> None:
    columns = f"{referenced.name}.{target.name}", f"{table.name}.{own.name}"
    if own.type.name != target.type.name:
        raise errors.different_type(name, *columns)
    variable = own.type.name in ("varchar", "nvarchar", "varbinary")
    same_size = (own.type.precision, own.type.scale) == (target.type.precision, target.type.scale)
    if not same_size or (own.type.length != target.type.length and not variable):
        raise errors.different_length(name, *columns)


# --- cascades -------------------------------------------------------------------------------------


def _check_cascades(handle: Handle, changed: Table, name: str) -> None:
    """Raise StatementFailed with 1785 for a cycle, or for two ways from one table to another."""
    others = (t for t in handle.catalog.tables() if t.object_id != changed.object_id)
    key = changed.foreign_keys[-1]
    if key.on_delete == key.on_update == _NO_ACTION:
        return
    tables = (*others, changed)
    for action in ("on_delete", "on_update"):
        children: dict[int, list[int]] = {}
        for table in tables:
            for foreign_key in table.foreign_keys:
                if getattr(foreign_key, action) != _NO_ACTION:
                    children.setdefault(foreign_key.referenced_id, []).append(table.object_id)
        if any(_meets_twice(children, root) for root in children):
            raise errors.multiple_cascade_paths(name, changed.name)


def _meets_twice(children: dict[int, list[int]], root: int) -> bool:
    """Stops at the first table met again, so a cycle ends it as well."""
    seen = {root}
    for reached in _reached(children, root):
        if reached in seen:
            return True
        seen.add(reached)
    return False


def _reached(children: dict[int, list[int]], parent: int) -> Iterator[int]:
    """Every table a cascade from ``parent`` gets to, once for each way it gets there."""
    for child in children.get(parent, ()):
        yield child
        yield from _reached(children, child)
