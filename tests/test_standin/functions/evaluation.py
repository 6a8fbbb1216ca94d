"""Runs single expressions and queries of T-SQL on an empty database in memory."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping

from tests.standin.catalog.initialising import initialise
from tests.standin.catalog.store import Catalog
from tests.standin.engine import Failure, StatementFailed
from tests.standin.runtime import DatabaseFacts, Runtime, install
from tests.standin.sqltypes import declaration
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.translation import translate_select, translate_value
from tests.standin.translation.parameters import session_parameter, variable_parameter
from tests.standin.translation.plan import Plan, Scope

#: Wall clock and UTC of every statement here.
NOW = dt.datetime(2024, 2, 29, 13, 14, 15, 678901)
UTC_NOW = dt.datetime(2024, 2, 29, 11, 14, 15, 678901)

_DATABASE = DatabaseFacts(name="app", database_id=5, collation="SQL_Latin1_General_CP1_CI_AS")


class Evaluation:
    """One database; ``session`` are the values that plans ask the session for."""

    def __init__(self) -> None:
        self.runtime = Runtime(
            now=NOW,
            utc_now=UTC_NOW,
            databases=lambda: (_DATABASE,),
        )
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        initialise(self.connection)
        install(self.connection, self.runtime)
        self.catalog = Catalog(self.connection, "app")
        self.session: dict[str, object] = {}
        self.variables: dict[str, tuple[SqlType, object]] = {}
        self.reset()

    def reset(self) -> None:
        """A new session."""
        self.session = {"datefirst": 7, "schema_name": "dbo", "db_name": "app"}
        self.variables = {}
        self.runtime.identity_current = lambda object_id: None

    def value(self, text: str) -> object:
        """The value of an expression, in storage form."""
        ((value,),) = self._run(translate_value(text, self._scope()))
        return value

    def type(self, text: str) -> str:
        """The type of an expression as it would be declared."""
        (column,) = translate_value(text, self._scope()).columns
        return declaration(column.type)

    def rows(self, text: str) -> list[tuple[object, ...]]:
        """The rows of a query, in storage form."""
        return self._run(translate_select(text, self._scope()))

    def column_type(self, text: str) -> str:
        """The type of a query's first column."""
        return declaration(translate_select(text, self._scope()).columns[0].type)

    def failure(self, text: str) -> Failure:
        """The error that an expression ends with."""
        try:
            value = self.rows(text) if text.upper().startswith("SELECT") else self.value(text)
        except StatementFailed as error:
            return error.failure
        raise AssertionError(f"no error but {value!r}")

    def _scope(self) -> Scope:
        types = {name: kind for name, (kind, _) in self.variables.items()}
        return Scope(self.catalog, types)

    def _run(self, plan: Plan) -> list[tuple[object, ...]]:
        parameters = self._parameters()
        wanted = {name: parameters[name] for name in plan.parameters}
        self.runtime.failure = None
        try:
            return self.connection.execute(plan.sql, wanted).fetchall()
        except sqlite3.OperationalError:
            if self.runtime.failure is None:
                raise
            raise self.runtime.failure from None

    def _parameters(self) -> Mapping[str, object]:
        session = {session_parameter(key): value for key, value in self.session.items()}
        values = {variable_parameter(name): value for name, (_, value) in self.variables.items()}
        return session | values
