"""A batch under way: its variables, its statements one after another, its errors."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.standin.engine import (
    Executed,
    Failure,
    Notice,
    Result,
    RowCount,
    StatementFailed,
    fault,
)
from tests.standin.execution.aborting import Reach, is_terminated_statement, reach_of
from tests.standin.execution.definition import execute_definition
from tests.standin.execution.handlers import handler_of
from tests.standin.execution.plans import PlanCache
from tests.standin.execution.session_values import session_value
from tests.standin.execution.state import EngineSession
from tests.standin.execution.variables import Variables
from tests.standin.sqltypes import from_declaration
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.storage.handle import Handle
from tests.standin.translation import translate_condition, translate_value
from tests.standin.translation.plan import Plan, Scope
from tests.standin.tsql.nodes import (
    AddToTable,
    CreateIndex,
    DropTable,
    Modification,
    ObjectName,
    SqlText,
    Statement,
    TypeName,
)

#: Isolation levels whose reads lock until the transaction ends, or see it as it began: both are
#: had by making the transaction the only writer.
_SERIALISED = ("REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT")
#: What a fault of the stand-in itself raises: the client is told, the log has the rest.
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    sqlite3.Error,
)
_log = logging.getLogger(__name__)
_TERMINATED = Notice(number=3621, message="The statement has been terminated.")


#: What is said to be terminated. An error of SELECT is not followed by 3621.
_TERMINABLE = (Modification, CreateIndex, AddToTable)


def _in_order(failure: Failure) -> tuple[Failure, ...]:
    """The errors of one statement, each on its own."""
    followers = (replace(follower, line=failure.line) for follower in failure.followed_by)
    return replace(failure, followed_by=()), *followers


def last_error(failure: Failure) -> Failure:
    """What @@ERROR and the ERROR_ functions tell of a statement with several errors."""
    return _in_order(failure)[-1]


class BatchEnded(Exception):
    """The batch is over, and whatever called it."""


class ScopeEnded(BatchEnded):
    """The batch, or the text of the EXEC, is over: what called it goes on."""


class Batch:
    """One batch, or the text of one EXEC with variables of its own."""

    def __init__(self, state: EngineSession, plans: PlanCache) -> None:
        self.state = state
        self.session = state.session
        self.plans = plans
        self.variables = Variables()
        self.table_variables: list[ObjectName] = []

    @property
    def handle(self) -> Handle:
        """The hold on the current database."""
        return self.state.handle

    def run(self, statements: Iterable[Statement]) -> Iterator[Result]:
        """Execute statements in order; errors outside of TRY are results like others.

        Raises BatchEnded when an error ends the batch; inside TRY, StatementFailed.
        """
        for statement in statements:
            try:
                yield from self._execute(statement)
            except StatementFailed as error:
                if self.state.tries:
                    raise
                yield from self._report(error, statement)

    def _execute(self, statement: Statement) -> Iterator[Result]:
        try:
            self.handle.set_clock()
            self.session.activity.statement = statement
            yield from handler_of(statement)(self, statement)
        except StatementFailed as error:
            failure = error.failure
            if failure.line == 1 and statement.line > 1:
                failure = replace(failure, line=statement.line)
            self.state.error = last_error(failure).number
            self._doom(failure)
            raise StatementFailed(failure) from error
        except _FAULTS as error:
            _log.exception("a fault of the stand-in in line %d of a batch", statement.line)
            raise StatementFailed(fault(error)) from error

    def _doom(self, failure: Failure) -> None:
        """Inside TRY, an error that would roll the transaction back dooms it instead."""
        if not self.state.tries or not self.session.transaction.count:
            return
        if self._reach(failure) is Reach.TRANSACTION:
            self.session.transaction.doomed = True

    def _report(self, error: StatementFailed, statement: Statement) -> Iterator[Result]:
        failure = error.failure
        reach = self._reach(failure)
        if reach is Reach.TRANSACTION and self.session.transaction.count:
            failure = replace(failure, rolls_back=True)
        *before, last = _in_order(failure)
        if isinstance(statement, _TERMINABLE) and is_terminated_statement(failure):
            last = replace(last, notices=(_TERMINATED,))
        yield from (*before, last)
        if reach is not Reach.STATEMENT:
            raise ScopeEnded if reach is Reach.SCOPE else BatchEnded

    def _reach(self, failure: Failure) -> Reach:
        xact_abort = self.state.option("XACT_ABORT")
        return reach_of(failure, xact_abort=xact_abort)

    # Values and plans

    def scope(self) -> Scope:
        """What names mean to a translation."""
        return Scope(self.handle.catalog, self.variables.types, rights=self.state.rights)

    def declared(self, name: TypeName) -> SqlType:
        """The type behind a declaration, an alias type's base included."""
        alias = self.handle.catalog.alias_type(name.name, name.schema)
        return alias.type if alias else from_declaration(name.name, name.arguments)

    def plan_key(self, kind: str, text: object) -> tuple[object, ...]:
        """The key of a plan: everything a translation depends on."""
        database = self.handle.database
        types = tuple(self.variables.types.items())
        version = self.handle.catalog.version
        return kind, str(database.path), version, text, types, self.state.rights

    def bind(self, parameters: Iterable[str]) -> dict[str, object]:
        """The values of a plan's parameters, in storage form."""
        return {name: self._bound(name) for name in parameters}

    def _bound(self, name: str) -> object:
        if name.startswith("s_"):
            return session_value(name.removeprefix("s_"), self.state)
        return self.variables.bound(name)

    def fetch(self, plan: Plan) -> sqlite3.Cursor:
        """Begin to read a plan's rows."""
        return self.handle.run(plan.sql, self.bind(plan.parameters))

    def value(self, text: SqlText) -> tuple[object, SqlType]:
        """An expression's value in storage form, with its type."""
        plan = self.plans.get(
            self.plan_key("value", text.text), lambda: translate_value(text.text, self.scope())
        )
        return self._one(plan), plan.columns[0].type

    def condition(self, text: SqlText) -> bool:
        """Whether a condition is true; unknown is not."""
        plan = self.plans.get(
            self.plan_key("condition", text.text),
            lambda: translate_condition(text.text, self.scope()),
        )
        return self._one(plan) == 1

    def _one(self, plan: Plan) -> object:
        with self.handle.own_failures():
            return self.handle.connection.execute(plan.sql, self.bind(plan.parameters)).fetchone()[
                0
            ]

    # Changes

    @contextlib.contextmanager
    def changing(self, *, nowait: bool = False) -> Iterator[Handle]:
        """Around everything that changes rows or tables, or locks them."""
        self.state.refuse_if_doomed()
        seconds = 0.0 if nowait else self.state.lock_seconds
        explicit = self.session.transaction.count > 0
        with self.handle.statement(explicit=explicit, lock_seconds=seconds):
            yield self.handle

    @property
    def reads_lock(self) -> bool:
        """Whether reads take the write lock too, because of the transaction's isolation level."""
        return self.session.transaction.count > 0 and self.session.isolation_level in _SERIALISED

    def begin_implicitly(self) -> None:
        """SET IMPLICIT_TRANSACTIONS ON: the first statement that touches a table begins one."""
        if self.state.option("IMPLICIT_TRANSACTIONS") and not self.session.transaction.count:
            self.session.transaction.begin()

    def counted(self, count: int) -> Result:
        """A statement's row count as the client is told of it: not at all under NOCOUNT."""
        self.state.row_count = count
        self.state.error = 0
        return Executed() if self.state.option("NOCOUNT") else RowCount(count)

    def done(self, row_count: int = 0) -> Result:
        """The end of a statement that tells no count; ``row_count`` is what @@ROWCOUNT becomes.

        Microsoft Learn, "@@ROWCOUNT (Transact-SQL)": an assignment makes it 1, SET <option>, USE,
        PRINT, BEGIN TRANSACTION and their kind 0.
        """
        self.state.row_count = row_count
        self.state.error = 0
        return Executed()

    def close(self) -> None:
        """The batch is over: its table variables go."""
        for name in self.table_variables:
            if self.handle.catalog.find_table(name) is not None:
                with self.changing() as handle:
                    execute_definition(DropTable((name,)), handle)

    def child(self) -> Batch:
        """A batch inside this one: EXEC of a text."""
        return Batch(self.state, self.plans)
