"""The engine of the stand-in: T-SQL on SQLite."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.standin import known_answers
from tests.standin.engine import (
    BoundParameter,
    OutputValue,
    ProcedureCall,
    Result,
    Statement,
)
from tests.standin.errors.transactions import uncommittable_at_end
from tests.standin.execution import loaded  # noqa: F401  registers every handler and function
from tests.standin.execution.batch import Batch, BatchEnded
from tests.standin.execution.calling import run_procedure
from tests.standin.execution.conversions import converted
from tests.standin.execution.plans import LONGEST_KEPT, PlanCache
from tests.standin.execution.state import EngineSession, state_of
from tests.standin.profiles import COLLATION
from tests.standin.session import Session
from tests.standin.sqltypes import from_storage, from_type_info, to_storage, to_type_info
from tests.standin.sqltypes.sql_type import MAX, SqlType
from tests.standin.storage.databases import Databases
from tests.standin.transactions import TransactionEvent
from tests.standin.tsql.nodes import Statement as Node
from tests.standin.tsql.parser import parse_batch

_VARYING: Final = frozenset({"nvarchar", "varchar", "varbinary"})


def _parsed(text: str) -> tuple[Node, ...]:
    return parse_batch(text) if len(text) > LONGEST_KEPT else _parsed_before(text)


@functools.lru_cache(maxsize=2_000)
def _parsed_before(text: str) -> tuple[Node, ...]:
    return parse_batch(text)


class SqlEngine:
    """Keeps rows in SQLite; with a directory they are there again after a restart."""

    def __init__(self, directory: Path | None = None, collation: str = COLLATION) -> None:
        self._databases = Databases(collation, directory)
        self._plans = PlanCache()

    def start(self, databases: Iterable[str]) -> None:
        """Open the databases of the directory, and make those of the configuration."""
        self._databases.open(databases)

    def stop(self) -> None:
        """Close everything; without a directory nothing stays."""
        self._databases.close()

    def databases(self) -> tuple[str, ...]:
        """The databases there are now."""
        return self._databases.names

    def execute(self, session: Session, statement: Statement) -> Iterator[Result]:
        """Run one batch, or one statement with its parameters."""
        known = known_answers.answer(session, statement)
        if known is not None:
            yield from known
            return
        batch = self._batch(session)
        for parameter in statement.parameters:
            _declare(batch, parameter)
        yield from self._run(batch, self._statement(batch, statement))

    def _statement(self, batch: Batch, statement: Statement) -> Iterator[Result]:
        yield from batch.run(_parsed(statement.text))
        for parameter in statement.parameters:
            if parameter.output is not None:
                yield _output(batch, parameter, parameter.output)

    def call(self, session: Session, call: ProcedureCall) -> Iterator[Result]:
        """Run a system procedure that a client called by its name."""
        known = known_answers.procedure(call)
        if known is not None:
            yield from known
            return
        batch = self._batch(session)
        arguments: dict[str | int, object] = {}
        for index, parameter in enumerate(call.parameters):
            arguments[parameter.name.lower() or index] = parameter.value
        name = call.name.replace("[", "").replace("]", "").rpartition(".")[2]
        yield from self._run(batch, run_procedure(batch, name, arguments))

    def transaction_changed(self, session: Session, event: TransactionEvent) -> None:
        """Follow the session's transaction in SQLite."""
        if isinstance(session.engine_state, EngineSession):
            session.engine_state.follow(event)

    def session_reset(self, session: Session) -> None:
        """Temporary tables and what the last user left go."""
        if isinstance(session.engine_state, EngineSession):
            session.engine_state.reset()

    def session_ended(self, session: Session) -> None:
        """Give back what the session holds."""
        if isinstance(session.engine_state, EngineSession):
            session.engine_state.close()

    def _batch(self, session: Session) -> Batch:
        if session.engine_state is None:
            session.engine_state = EngineSession(session, self._databases)
        state = state_of(session)
        state.enter_database()
        state.tries = state.depth = 0
        state.caught.clear()
        return Batch(state, self._plans)

    def _run(self, batch: Batch, results: Iterator[Result]) -> Iterator[Result]:
        try:
            yield from results
        except BatchEnded:
            pass
        finally:
            batch.close()
        transaction = batch.session.transaction
        if transaction.doomed and transaction.count:
            yield uncommittable_at_end()


def _declare(batch: Batch, parameter: BoundParameter) -> None:
    """A parameter as a variable of the batch, of the type it was declared with."""
    sent = from_type_info(parameter.type)
    data_type = sent if parameter.declared is None else batch.declared(parameter.declared)
    value = parameter.value
    stored = None if value is None else to_storage(value, sent)
    if not (sent.name == data_type.name and _fits(stored, data_type)):
        stored = converted(batch.handle, stored, sent, data_type)
    batch.variables.declare(parameter.name, data_type, stored)


def _fits(stored: object, data_type: SqlType) -> bool:
    """Whether a value of the same kind of type needs no conversion; only its length may differ."""
    if not isinstance(stored, (str, bytes)) or data_type.name not in _VARYING:
        return False
    return data_type.length == MAX or len(stored) <= data_type.length


def _output(batch: Batch, parameter: BoundParameter, place: int) -> OutputValue:
    variable = batch.variables.find(parameter.name)
    stored = variable.stored
    value = None if stored is None else from_storage(stored, variable.type)
    return OutputValue(parameter.name, to_type_info(variable.type), value, place)
