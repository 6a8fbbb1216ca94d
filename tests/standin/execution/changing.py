"""INSERT, UPDATE, DELETE and MERGE."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standin.catalog.model import Table
from tests.standin.engine import (
    Executed,
    Failure,
    Notice,
    Result,
    ResultSet,
    StatementFailed,
    not_supported,
)
from tests.standin.errors import failure
from tests.standin.execution.batch import Batch
from tests.standin.execution.handlers import executes, handler_of
from tests.standin.execution.modifying import ModificationResult, Row, insert_rows, modify
from tests.standin.execution.querying import row_converter, wire_columns
from tests.standin.sqltypes import from_type_info, to_storage
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation.modifications import translate_modification
from tests.standin.translation.modifications_columns import target_table
from tests.standin.translation.modifications_reading import read_insert
from tests.standin.translation.rights import require
from tests.standin.tsql import nodes


@executes(nodes.Modification)
def change(batch: Batch, node: nodes.Modification) -> Iterator[Result]:
    if node.execute is not None:
        yield from _insert_executed(batch, node, node.execute)
        return
    plan = batch.plans.get(
        batch.plan_key("modification", node), lambda: translate_modification(node, batch.scope())
    )
    _refuse(batch, "INSERT" if plan.inserts else plan.kind, plan.target)
    batch.begin_implicitly()
    with batch.changing() as handle:
        result = modify(
            plan,
            handle,
            batch.bind(plan.parameters),
            identity_insert=batch.state.identity_insert,
        )
    _keep_identity(batch, result)
    yield from _answer(batch, result)


def _refuse(batch: Batch, permission: str, target: Table) -> None:
    """229 or 3906; temporary tables are in tempdb, which is everybody's."""
    require(batch.scope(), permission, target)
    if not target.temporary:
        batch.state.refuse_if_read_only()


def _insert_executed(
    batch: Batch, node: nodes.Modification, execute: nodes.Statement
) -> Iterator[Result]:
    """INSERT … EXEC: every row that the procedure or text answers goes into the table.

    Microsoft Learn, "INSERT (Transact-SQL)", execute_statement. An error in there is the INSERT's,
    and no row goes in.
    """
    if node.output is not None:
        raise StatementFailed(not_supported("OUTPUT of INSERT … EXEC"))
    insert = read_insert(node.text.text)
    table = target_table(insert.target, batch.scope())
    _refuse(batch, "INSERT", table)
    answers: list[tuple[list[SqlType], list[Row]]] = []
    for result in handler_of(execute)(batch, execute):
        if isinstance(result, Failure):
            raise StatementFailed(result)
        if isinstance(result, ResultSet):
            answers.append(_stored(result))
        elif isinstance(result, Notice):
            yield result
    count = 0
    with batch.changing() as handle:
        for types, rows in answers:
            inserted = insert_rows(
                handle,
                table,
                insert.columns or (),
                types,
                rows,
                identity_insert=batch.state.identity_insert,
            )
            count += inserted.row_count
            _keep_identity(batch, inserted)
    yield batch.counted(count)


def _stored(result: ResultSet) -> tuple[list[SqlType], list[Row]]:
    """A result in storage form again, with its types."""
    types = [from_type_info(column.type) for column in result.columns]
    rows = [
        tuple(
            None if value is None else to_storage(value, kind)
            for value, kind in zip(row, types, strict=True)
        )
        for row in result.rows
    ]
    return types, rows


def _keep_identity(batch: Batch, result: ModificationResult) -> None:
    if result.last_identity is not None:
        batch.state.identity = batch.state.scope_identity = result.last_identity


def _answer(batch: Batch, result: ModificationResult) -> Iterator[Result]:
    count = batch.counted(result.row_count)
    if not result.columns:
        yield count
        return
    convert = row_converter(result.columns)
    yield ResultSet(wire_columns(result.columns), [convert(row) for row in result.rows])


@executes(nodes.SetIdentityInsert)
def set_identity_insert(batch: Batch, node: nodes.SetIdentityInsert) -> Iterator[Result]:
    """One table of a session at a time (Microsoft Learn, SET IDENTITY_INSERT)."""
    table = batch.handle.catalog.find_table(node.table)
    if table is None:
        raise failure(
            1088,
            f'Cannot find the object "{node.table}" because it does not exist or you do not have '
            "permissions.",
            state=11,
        )
    if table.identity_column is None:
        raise failure(
            8106,
            f"Table '{node.table}' does not have the identity property. Cannot perform SET "
            "operation.",
        )
    state = batch.state
    if not node.on:
        state.identity_insert = None
    elif state.identity_insert in (None, table.object_id):
        state.identity_insert = table.object_id
    else:
        other = batch.handle.catalog.by_id(state.identity_insert or 0)
        held = f"{batch.session.database}.{other.schema}.{other.name}" if other else "another table"
        raise failure(
            8107,
            f"IDENTITY_INSERT is already ON for table '{held}'. Cannot perform SET operation for "
            f"table '{node.table}'.",
        )
    yield Executed()
