"""Data modifications at work: the statement, its constraints, its identities, its OUTPUT rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.standin.catalog.model import Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import constraints as errors
from tests.standin.execution.modifying_references import References, Rows
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.storage.constraints import Change, Holder
from tests.standin.translation.modification_plan import ModificationPlan, Output
from tests.standin.translation.modifications import row_insertion
from tests.standin.translation.modifications_change import ROWID
from tests.standin.translation.modifications_columns import is_rowversion
from tests.standin.translation.plan import OutputColumn, Scope

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ModificationResult:
    """``rows`` are OUTPUT's in storage form, none where it has INTO.

    ``last_identity`` is what SCOPE_IDENTITY() answers after an INSERT into a table with an identity
    column; None where no row went into one.
    """

    row_count: int
    columns: tuple[OutputColumn, ...] = ()
    rows: tuple[Row, ...] = ()
    last_identity: int | None = None


def modify(
    plan: ModificationPlan,
    handle: Holder,
    parameters: Mapping[str, object],
    *,
    identity_insert: int | None = None,
) -> ModificationResult:
    """Execute a plan inside ``handle.statement()``, which undoes it when this raises.

    ``identity_insert`` is the object_id of the table that SET IDENTITY_INSERT is ON for.
    """
    if plan.inserts:
        _check_identity_insert(plan.target, plan.explicit_identity, identity_insert)
    before = _read_before(plan, handle, parameters)
    rows, count = Change(handle, plan.target, plan.kind).run(plan.sql, parameters)
    old = _matched(plan, rows, before) if plan.before else []
    _enforce(plan, handle, rows, old)
    last = _keep_identity(plan, handle, rows) if plan.inserts else None
    if any(is_rowversion(column.type) for column in plan.target.columns):
        handle.identities.keep_rowversion(handle)
    if plan.output is None:
        return ModificationResult(count, last_identity=last)
    output = _output_rows(plan.output, rows, old)
    if plan.output.into is None:
        return ModificationResult(count, plan.output.columns, output, last)
    types = [column.type for column in plan.output.columns]
    insert_rows(handle, plan.output.into, plan.output.into_columns, types, output)
    return ModificationResult(count, last_identity=last)


def insert_rows(
    handle: Holder,
    table: Table,
    names: Sequence[str],
    types: Sequence[SqlType],
    rows: Iterable[Row],
    *,
    identity_insert: int | None = None,
) -> ModificationResult:
    """Insert rows in storage form: those of OUTPUT … INTO, or of INSERT … EXEC.

    Without ``names`` they go into the columns that an INSERT without column list fills.
    """
    plan = row_insertion(table, names, types, Scope(handle.catalog))
    count, last = 0, None
    for row in rows:
        parameters = dict(zip(plan.parameters, row, strict=True))
        result = modify(plan, handle, parameters, identity_insert=identity_insert)
        count, last = count + 1, result.last_identity
    return ModificationResult(count, last_identity=last)


def _check_identity_insert(table: Table, explicit: bool, identity_insert: int | None) -> None:
    """Raise StatementFailed with 544 or 545 where the column list and the setting disagree."""
    switched_on = identity_insert == table.object_id
    if explicit and not switched_on:
        raise errors.identity_insert_off(table.name)
    if switched_on and not explicit and table.identity_column is not None:
        raise errors.identity_insert_on(table.name)


def _read_before(
    plan: ModificationPlan, handle: Holder, parameters: Mapping[str, object]
) -> dict[object, Row]:
    """The old values of the rows that will change, by rowid."""
    if not plan.before:
        return {}
    return {row[0]: row[1:] for row in handle.run(plan.before, parameters)}


def _matched(
    plan: ModificationPlan, rows: Sequence[Row], before: Mapping[object, Row]
) -> list[Row]:
    """The old values of the changed rows, in their order."""
    rowids = [row[plan.returning.index(ROWID)] for row in rows]
    if not all(rowid in before for rowid in rowids):
        raise StatementFailed(not_supported("the old values of rows chosen by chance"))
    return [before[rowid] for rowid in rowids]


def _enforce(
    plan: ModificationPlan, handle: Holder, rows: Sequence[Row], old: Sequence[Row]
) -> None:
    """Foreign keys. Raises StatementFailed with 547."""
    if not rows or not (plan.parents or plan.children):
        return
    references = References(handle, plan.kind)
    new = Rows(plan.returning, rows)
    references.written(plan.parents, new)
    if plan.kind == "DELETE":
        references.removed(plan.children, new)
    elif plan.children:
        references.replaced(plan.children, Rows(plan.before_columns, old), new)
    references.check()


def _keep_identity(plan: ModificationPlan, handle: Holder, rows: Sequence[Row]) -> int | None:
    """Write down how far the identity counted; gives the last row's value."""
    column = plan.target.identity_column
    if column is None or not rows:
        return None
    place = plan.returning.index(column.name.lower())
    values = [int(str(row[place])) for row in rows]
    if plan.explicit_identity:
        for value in values:
            handle.identities.observe(handle, plan.target.object_id, value)
    handle.identities.keep(handle, plan.target.object_id)
    return values[-1]


def _output_rows(output: Output, rows: Iterable[Row], old: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of OUTPUT, put together from what was returned and what was read before."""
    if not any(source.before for source in output.sources):
        places = [source.position for source in output.sources]
        return tuple(tuple(row[place] for place in places) for row in rows)
    return tuple(
        tuple((was if source.before else row)[source.position] for source in output.sources)
        for row, was in zip(rows, old, strict=True)
    )
