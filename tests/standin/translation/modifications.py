"""INSERT, UPDATE, DELETE and MERGE as SQLite statements.

The SQL of a plan changes the rows and nothing else. NOT NULL, CHECK and unique keys are SQLite's to
enforce; what the plan returns of each row is what OUTPUT, the identity and foreign keys need.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.standin.catalog.model import Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.modification_plan import ModificationPlan, Output, Reference
from tests.standin.translation.modifications_change import (
    ROWID,
    before_sql,
    compiler_for,
    delete_sql,
    find_target,
    update_sql,
)
from tests.standin.translation.modifications_columns import target_table
from tests.standin.translation.modifications_insert import (
    insert_row_sql,
    insert_sql,
    names_identity,
)
from tests.standin.translation.modifications_output import OutputReader, Returning
from tests.standin.translation.modifications_reading import (
    InsertText,
    read_delete,
    read_insert,
    read_merge,
    read_update,
)
from tests.standin.translation.plan import CatalogView, Fragment, Scope
from tests.standin.tsql.nodes import Modification, SqlText


def translate_modification(node: Modification, scope: Scope) -> ModificationPlan:
    """Translate a data modification; pure, and valid as long as the catalogue's version."""
    if node.execute is not None:
        raise StatementFailed(not_supported("INSERT … EXEC as a translation of its own"))
    if node.kind == "INSERT":
        return _insert(node, read_insert(node.text.text), scope)
    if node.kind == "MERGE":
        return _insert(node, read_merge(node.text.text), scope)
    if node.kind == "UPDATE":
        return _update(node, scope)
    if node.kind == "DELETE":
        return _delete(node, scope)
    raise StatementFailed(not_supported(node.kind))


def row_insertion(
    table: Table, names: Sequence[str], types: Sequence[SqlType], scope: Scope
) -> ModificationPlan:
    """An INSERT of one row whose values are parameters of these types."""
    compiler = Compiler(scope)
    values: list[Fragment | None] = [
        Fragment(compiler.parameter(f"row_{place}"), kind) for place, kind in enumerate(types)
    ]
    sql = insert_row_sql(names, values, table, compiler)
    node = Modification("INSERT", SqlText(""))
    identity = table.identity_column
    explicit = identity is not None and identity.name.lower() in map(str.lower, names)
    return _insertion(node, table, sql, explicit, compiler)


def _insert(node: Modification, insert: InsertText, scope: Scope) -> ModificationPlan:
    table = target_table(insert.target, scope)
    compiler = Compiler(scope)
    sql = insert_sql(insert, table, compiler)
    return _insertion(node, table, sql, names_identity(insert, table), compiler)


def _insertion(
    node: Modification, table: Table, sql: str, explicit_identity: bool, compiler: Compiler
) -> ModificationPlan:
    wanted = _Wanted(node, table, compiler)
    parents = references_of(table, compiler.scope.catalog)
    wanted.columns(reference.key.columns for reference in parents)
    if table.identity_column:
        wanted.columns([(table.identity_column.name,)])
    return ModificationPlan(
        node.kind,
        table,
        sql + wanted.returning.clause,
        compiler.parameters,
        tuple(wanted.returning.names),
        wanted.output,
        parents=parents,
        explicit_identity=explicit_identity,
    )


def _delete(node: Modification, scope: Scope) -> ModificationPlan:
    change = read_delete(node.text.text)
    target = find_target(change, scope)
    compiler = compiler_for(target, scope)
    sql = delete_sql(change, target, compiler)
    wanted = _Wanted(node, target.table, compiler)
    children = references_to(target.table, scope.catalog)
    wanted.columns(reference.key.referenced_columns for reference in children)
    return ModificationPlan(
        node.kind,
        target.table,
        sql + wanted.returning.clause,
        compiler.parameters,
        tuple(wanted.returning.names),
        wanted.output,
        children=children,
    )


def _update(node: Modification, scope: Scope) -> ModificationPlan:
    change = read_update(node.text.text)
    target = find_target(change, scope)
    table = target.table
    compiler = compiler_for(target, scope)
    sql = update_sql(change, target, compiler)
    changed = {assignment.column.lower() for assignment in change.assignments}
    changed |= {column.name.lower() for column in table.columns if column.computed}
    wanted = _Wanted(node, table, compiler)
    parents = tuple(
        reference
        for reference in references_of(table, scope.catalog)
        if _touches(reference.key.columns, changed)
    )
    children = tuple(
        reference
        for reference in references_to(table, scope.catalog)
        if _touches(reference.key.referenced_columns, changed)
    )
    wanted.columns(reference.key.columns for reference in parents)
    wanted.columns(reference.key.referenced_columns for reference in children)
    before = wanted.before(reference.key.referenced_columns for reference in children)
    return ModificationPlan(
        node.kind,
        table,
        sql + wanted.returning.clause,
        compiler.parameters,
        tuple(wanted.returning.names),
        wanted.output,
        before_sql(change, target, before, compiler_for(target, scope)) if before else "",
        before,
        frozenset(changed),
        parents,
        children,
    )


@dataclass(slots=True)
class _Wanted:
    """What a statement has to return: first OUTPUT's values, then what else is asked for."""

    node: Modification
    table: Table
    compiler: Compiler
    returning: Returning = field(default_factory=Returning)
    output: Output | None = None
    _before: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.node.output is not None:
            reader = OutputReader(self.node.kind, self.table, self.compiler, self.returning)
            self.output = reader.read(self.node.output)
            self._before = reader.before

    def columns(self, keys: Iterable[tuple[str, ...]]) -> None:
        """Have the columns of these keys returned too."""
        for name in (name for key in keys for name in key):
            self.returning.column(name)

    def before(self, keys: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        """The columns to be read before an UPDATE: OUTPUT's, then those of these keys.

        Where there are any, the rows are matched by their rowid, which is returned as well.
        """
        names = list(self._before)
        for name in (name.lower() for key in keys for name in key):
            if name not in names:
                names.append(name)
        if names:
            self.returning.column(ROWID)
        return tuple(names)


def references_of(table: Table, catalog: CatalogView) -> tuple[Reference, ...]:
    """The foreign keys that a table's rows must satisfy."""
    references = []
    for key in table.foreign_keys:
        parent = catalog.by_id(key.referenced_id)
        if parent is not None and not key.disabled:
            references.append(Reference(key, table, parent))
    return tuple(references)


def references_to(table: Table, catalog: CatalogView) -> tuple[Reference, ...]:
    """The foreign keys that need a table's rows."""
    return tuple(
        Reference(key, child, table)
        for child in catalog.referencing(table)
        for key in child.foreign_keys
        if key.referenced_id == table.object_id and not key.disabled
    )


def _touches(columns: Iterable[str], changed: set[str]) -> bool:
    return any(column.lower() in changed for column in columns)


__all__ = [
    "ModificationPlan",
    "references_of",
    "references_to",
    "row_insertion",
    "translate_modification",
]
