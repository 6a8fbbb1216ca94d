"""SELECT: rows for the client, values for variables, or a new table."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django_mssql_ops.tds import Column
from tests.standin.columns import NULLABLE
from tests.standin.engine import Result, ResultSet
from tests.standin.execution.batch import Batch
from tests.standin.execution.control import assign
from tests.standin.execution.handlers import executes
from tests.standin.execution.selecting_into import select_into
from tests.standin.sqltypes import storage_decoder, to_type_info
from tests.standin.translation import translate_select
from tests.standin.translation.plan import OutputColumn, Plan
from tests.standin.tsql import nodes

#: Rows read before the first is sent, so that an error among them is the statement's own; what
#: comes after them is read while it is sent.
ROWS_READ_FIRST: Final = 5_000


@executes(nodes.Select)
def select(batch: Batch, node: nodes.Select) -> Iterator[Result]:
    plan = batch.plans.get(
        batch.plan_key("select", node.query.text),
        lambda: translate_select(node.query.text, batch.scope()),
    )
    batch.begin_implicitly()
    if plan.into is not None:
        yield batch.counted(select_into(batch, plan))
    elif plan.locks or batch.reads_lock:
        with batch.changing(nowait=plan.nowait):
            rows = batch.fetch(plan).fetchall()
        yield from _answer(batch, plan, iter(rows))
    else:
        # Closed even when nobody reads to the end: SQLite drops no table that is being read.
        with contextlib.closing(batch.fetch(plan)) as cursor:
            yield from _answer(batch, plan, cursor)


def _answer(batch: Batch, plan: Plan, rows: Iterator[tuple[object, ...]]) -> Iterator[Result]:
    if plan.assigns:
        yield batch.counted(_assign_all(batch, plan, rows))
        return
    convert = row_converter(plan.columns)
    with batch.handle.own_failures():
        first = [convert(row) for row in itertools.islice(rows, ROWS_READ_FIRST)]
    batch.state.row_count = len(first)
    batch.state.error = 0
    rest: Iterable[tuple[object, ...]] = ()
    if len(first) == ROWS_READ_FIRST:
        rest = _rest(batch, rows, convert)
    yield ResultSet(wire_columns(plan.columns), itertools.chain(first, rest))


def _rest(
    batch: Batch,
    rows: Iterator[tuple[object, ...]],
    convert: Callable[[tuple[object, ...]], tuple[object, ...]],
) -> Iterator[tuple[object, ...]]:
    with batch.handle.own_failures():
        for row in rows:
            batch.state.row_count += 1
            yield convert(row)


def _assign_all(batch: Batch, plan: Plan, rows: Iterable[tuple[object, ...]]) -> int:
    """SELECT @a = …: the last row's values stay (Microsoft Learn, SELECT @local_variable)."""
    count = 0
    last: tuple[object, ...] | None = None
    with batch.handle.own_failures():
        for row in rows:
            count, last = count + 1, row
    if last is not None:
        for name, stored, column in zip(plan.assigns, last, plan.columns, strict=True):
            assign(batch, name, stored, column.type)
    return count


def wire_columns(columns: Iterable[OutputColumn]) -> tuple[Column, ...]:
    """Columns as COLMETADATA describes them."""
    return tuple(
        Column(column.name, to_type_info(column.type), flags=NULLABLE if column.nullable else 0)
        for column in columns
    )


def row_converter(
    columns: Iterable[OutputColumn],
) -> Callable[[tuple[object, ...]], tuple[object, ...]]:
    """What turns a row in storage form into what the codec takes."""
    decoders = tuple(storage_decoder(column.type) for column in columns)

    def convert(row: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(
            None if stored is None else decode(stored)
            for stored, decode in zip(row, decoders, strict=True)
        )

    return convert
