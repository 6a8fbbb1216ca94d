"""Control of flow and variables: IF, WHILE, BEGIN…END, TRY…CATCH, DECLARE, SET, RETURN, WAITFOR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from tests.standin.activity import Wait
from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors import failure
from tests.standin.execution.aborting import is_caught
from tests.standin.execution.batch import Batch, ScopeEnded, last_error
from tests.standin.execution.conversions import converted
from tests.standin.execution.handlers import executes
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.tsql import nodes

#: Seconds one WAITFOR lasts at most.
MAX_WAIT_SECONDS: Final = 60.0


class _LoopLeft(Exception):
    """BREAK."""


class _LoopContinued(Exception):
    """CONTINUE."""


@executes(nodes.Block)
def run_block(batch: Batch, node: nodes.Block) -> Iterator[Result]:
    yield from batch.run(node.statements)


@executes(nodes.If)
def run_if(batch: Batch, node: nodes.If) -> Iterator[Result]:
    chosen = node.then if batch.condition(node.condition) else node.otherwise
    if chosen is not None:
        yield from batch.run((chosen,))


@executes(nodes.While)
def run_while(batch: Batch, node: nodes.While) -> Iterator[Result]:
    while batch.condition(node.condition):
        batch.session.look()  # an endless loop ends when its client goes
        try:
            yield from batch.run((node.body,))
        except _LoopLeft:
            return
        except _LoopContinued:
            continue


@executes(nodes.Break)
def run_break(batch: Batch, node: nodes.Break) -> Iterator[Result]:
    raise _LoopLeft


@executes(nodes.Continue)
def run_continue(batch: Batch, node: nodes.Continue) -> Iterator[Result]:
    raise _LoopContinued


@executes(nodes.Return)
def run_return(batch: Batch, node: nodes.Return) -> Iterator[Result]:
    if node.value is not None:
        raise failure(
            178,
            "A RETURN statement with a return value cannot be used in this context.",
            severity=15,
        )
    raise ScopeEnded


@executes(nodes.TryCatch)
def run_try(batch: Batch, node: nodes.TryCatch) -> Iterator[Result]:
    state = batch.state
    state.tries += 1
    try:
        yield from batch.run(node.tried)
        return
    except StatementFailed as error:
        if not is_caught(error.failure):
            raise
        caught = last_error(error.failure)
    finally:
        state.tries -= 1
    state.caught.append(caught)
    try:
        yield from batch.run(node.caught)
    finally:
        state.caught.pop()


@executes(nodes.DeclareVariables)
def declare(batch: Batch, node: nodes.DeclareVariables) -> Iterator[Result]:
    for declaration in node.variables:
        batch.variables.declare(declaration.name, batch.declared(declaration.type))
        if declaration.initial is not None:
            assign(batch, declaration.name, *batch.value(declaration.initial))
    yield from ()


@executes(nodes.SetVariable)
def set_variable(batch: Batch, node: nodes.SetVariable) -> Iterator[Result]:
    value = node.value
    if node.operator != "=":
        value = nodes.SqlText(f"{node.name} {node.operator[:-1]} ({value.text})", value.line)
    assign(batch, node.name, *batch.value(value))
    yield batch.done(row_count=1)


def assign(batch: Batch, name: str, stored: object, source: SqlType) -> None:
    """Give a variable a value of another type; text that is too long is cut, as in T-SQL."""
    variable = batch.variables.find(name)
    variable.stored = converted(batch.handle, stored, source, variable.type)


@executes(nodes.WaitForDelay)
def wait_for(batch: Batch, node: nodes.WaitForDelay) -> Iterator[Result]:
    stored, _ = batch.value(node.delay)
    seconds = _delay_seconds(stored)
    if seconds > MAX_WAIT_SECONDS:
        raise StatementFailed(not_supported(f"WAITFOR DELAY of over {MAX_WAIT_SECONDS:.0f} s"))
    activity = batch.session.activity
    activity.wait = Wait("WAITFOR", dt.datetime.now())
    try:
        batch.session.pause(seconds)
    finally:
        activity.wait = None
    yield batch.done()


def _delay_seconds(stored: object) -> float:
    parts = str(stored).split(":")
    try:
        hours, minutes = int(parts[0]), int(parts[1])
        return hours * 3600 + minutes * 60 + (float(parts[2]) if len(parts) > 2 else 0.0)
    except (ValueError, IndexError):
        raise failure(
            148, f"Incorrect time syntax in time string '{stored}' used with WAITFOR.", severity=15
        ) from None
