"""ALTER TABLE: columns and constraints added, changed, dropped, switched on and off.

Sources: Microsoft Learn, "ALTER TABLE (Transact-SQL)".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tests.standin.catalog.model import Check, Column, ForeignKey, Table
from tests.standin.errors import definition as errors
from tests.standin.errors.constraints import conflict, null_not_allowed
from tests.standin.execution.definition_columns import (
    declared_type,
    with_collation,
    with_columns,
)
from tests.standin.execution.definition_constraints import with_column
from tests.standin.execution.definition_dependents import check_alterable, check_droppable
from tests.standin.execution.definition_foreign_keys import validate_foreign_key
from tests.standin.execution.definition_names import names_in, table_for
from tests.standin.execution.definition_rows import change_rows, quoted
from tests.standin.execution.definition_tables import with_written
from tests.standin.execution.definition_values import (
    assigned_sql,
    compiled_condition,
    default_sql,
    three_part_name,
)
from tests.standin.translation.plan import Fragment
from tests.standin.tsql import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.standin.storage.handle import Handle


def add_to_table(node: nodes.AddToTable, handle: Handle) -> None:
    """Raises StatementFailed with 4901, 547, 1505 and whatever is wrong with what is added."""
    old = table_for(handle, node.table)
    new = with_columns(handle, old, node.table, node.columns)
    new = with_written(handle, new, node.columns, node.constraints, with_check=node.with_check)
    handle.catalog.save(new)
    change_rows(handle, old, new, _values_of_new(handle, old, new, node.columns))
    if node.with_check:
        _validate(handle, new, new.checks[len(old.checks) :])
        _validate(handle, new, new.foreign_keys[len(old.foreign_keys) :])


def _values_of_new(
    handle: Handle, old: Table, new: Table, written: Sequence[nodes.ColumnDefinition]
) -> dict[str, str]:
    """What the rows that are there get in the new columns."""
    with_values = {
        node.name for node in written if node.default is not None and node.default.with_values
    }
    values: dict[str, str] = {}
    for column in new.columns[len(old.columns) :]:
        if column.identity:
            values[column.name] = f"tsql_next_identity({new.object_id})"
        elif column.type.name in ("rowversion", "timestamp"):
            values[column.name] = "tsql_next_rowversion()"
        elif column.default and (not column.nullable or column.name in with_values):
            values[column.name] = default_sql(handle, new, column)
        elif not column.computed:
            values[column.name] = "NULL"
            if not column.nullable and _has_rows(handle, old):
                raise errors.needs_default(column.name, new.name)
    return values


def _has_rows(handle: Handle, table: Table) -> bool:
    return handle.run(f"SELECT 1 FROM {table.rows} LIMIT 1").fetchone() is not None


def alter_column(node: nodes.AlterColumn, handle: Handle) -> None:
    """Raises StatementFailed with 4924, 4928, 5074, 515 and the errors of conversions."""
    old = table_for(handle, node.table)
    column = old.column(node.column)
    if column is None:
        raise errors.no_such_column("ALTER COLUMN", node.column, old.name)
    if column.computed:
        raise errors.not_alterable(column.name, "COMPUTED")
    changed = _altered(handle, column, node)
    if changed == column:
        return
    check_alterable(handle, old, column, changed)
    new = with_column(old, changed)
    if column.nullable and not changed.nullable:
        _refuse_nulls(handle, old, column)
    source = Fragment(quoted(column.name), column.type, column.nullable)
    values = (
        {}
        if changed.type == column.type
        else {changed.name: assigned_sql(handle, source, new, changed)}
    )
    handle.catalog.save(new)
    change_rows(handle, old, new, values)


def _altered(handle: Handle, column: Column, node: nodes.AlterColumn) -> Column:
    """The column as it shall be; NULL is what it takes where neither NULL nor NOT NULL stands."""
    data_type, user_type, type_takes_null = declared_type(handle, node.type)
    nullable = node.nullable if node.nullable is not None else type_takes_null is not False
    return replace(
        column,
        type=with_collation(handle, data_type, node.collation),
        user_type=user_type,
        nullable=nullable and column.identity is None,
    )


def _refuse_nulls(handle: Handle, table: Table, column: Column) -> None:
    if handle.run(
        f"SELECT 1 FROM {table.rows} WHERE {quoted(column.name)} IS NULL LIMIT 1"
    ).fetchone():
        raise null_not_allowed(column.name, three_part_name(handle, table), "UPDATE")


def drop_from_table(node: nodes.DropFromTable, handle: Handle) -> None:
    """Raises StatementFailed with 3728, 3733, 3725, 4923, 4924 or 5074."""
    old = table_for(handle, node.table)
    new = old
    for name in node.constraints:
        new = _without_constraint(handle, new, name, if_exists=node.if_exists)
    for name in node.columns:
        new = _without_column(handle, new, name, if_exists=node.if_exists)
    if new is not old:
        handle.catalog.save(new)
        change_rows(handle, old, new)


def _without_constraint(handle: Handle, table: Table, name: str, *, if_exists: bool) -> Table:
    wanted = name.lower()
    index = next((i for i in table.indexes if i.name.lower() == wanted), None)
    if index is not None and (index.is_primary or index.is_constraint):
        for other in handle.catalog.referencing(table):
            for key in other.foreign_keys:
                if key.referenced_id == table.object_id and key.key_index_id == index.index_id:
                    raise errors.referenced_key(index.name, other.name, key.name)
        return replace(table, indexes=tuple(i for i in table.indexes if i is not index))
    if index is not None or wanted not in names_in(table):
        if if_exists:
            return table
        if handle.catalog.object_exists(table.schema, name):
            raise errors.constraint_of_another_table(name, table.name)
        raise errors.not_a_constraint(name)
    return replace(
        table,
        foreign_keys=tuple(k for k in table.foreign_keys if k.name.lower() != wanted),
        checks=tuple(c for c in table.checks if c.name.lower() != wanted),
        columns=tuple(
            replace(c, default=None) if c.default and c.default.name.lower() == wanted else c
            for c in table.columns
        ),
    )


def _without_column(handle: Handle, table: Table, name: str, *, if_exists: bool) -> Table:
    column = table.column(name)
    if column is None:
        if if_exists:
            return table
        raise errors.no_such_column("DROP COLUMN", name, table.name)
    check_droppable(handle, table, column)
    if len(table.columns) == 1:
        raise errors.only_column(column.name, table.name)
    return replace(table, columns=tuple(c for c in table.columns if c is not column))


def switch_constraints(node: nodes.SwitchConstraints, handle: Handle) -> None:
    """CHECK and NOCHECK CONSTRAINT. Raises StatementFailed with 4917 or 547."""
    old = table_for(handle, node.table)
    known = {key.name.lower() for key in old.foreign_keys} | {c.name.lower() for c in old.checks}
    for name in node.names:
        if name.lower() not in known:
            raise errors.no_such_constraint(name)
    wanted = {name.lower() for name in node.names} or known
    keys = tuple(
        _switched(key, node) if key.name.lower() in wanted else key for key in old.foreign_keys
    )
    checks = tuple(
        _switched(check, node) if check.name.lower() in wanted else check for check in old.checks
    )
    new = replace(old, foreign_keys=keys, checks=checks)
    if node.enable and node.validate:
        _validate(handle, new, [check for check in checks if check.name.lower() in wanted])
        _validate(handle, new, [key for key in keys if key.name.lower() in wanted])
    if new != old:
        handle.catalog.save(new)
        change_rows(handle, old, new)


_Switch = TypeVar("_Switch", Check, ForeignKey)


def _switched(constraint: _Switch, node: nodes.SwitchConstraints) -> _Switch:
    """Switched on without WITH CHECK, a constraint that was off stays untrusted."""
    kept_trust = not constraint.disabled and not constraint.not_trusted
    trusted = node.enable and (node.validate or kept_trust)
    return replace(constraint, disabled=not node.enable, not_trusted=not trusted)


def _validate(handle: Handle, table: Table, constraints: Sequence[Check | ForeignKey]) -> None:
    """Look at the rows there are. Raises StatementFailed with 547."""
    for constraint in constraints:
        if isinstance(constraint, ForeignKey):
            validate_foreign_key(handle, table, constraint)
            continue
        condition = compiled_condition(handle, constraint.definition, table)
        if handle.run(f"SELECT 1 FROM {table.rows} WHERE NOT ({condition}) LIMIT 1").fetchone():
            raise conflict(
                "ALTER TABLE",
                "CHECK",
                constraint.name,
                handle.catalog.database,
                f"{table.schema}.{table.name}",
                constraint.columns[0] if len(constraint.columns) == 1 else "",
            )
