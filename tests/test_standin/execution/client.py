"""A client of the engine without a wire: text in, results out."""

from __future__ import annotations

from collections.abc import Iterable

from tests.standin.engine import Failure, Notice, Result, ResultSet, Statement, StatementFailed
from tests.standin.profiles import SQLSERVER2022
from tests.standin.session import Session
from tests.standin.sql_engine import SqlEngine


class Client:
    """One session of an engine."""

    def __init__(self, engine: SqlEngine, spid: int = 51, database: str = "app") -> None:
        self.engine = engine
        self.session = Session(
            spid=spid,
            profile=SQLSERVER2022,
            login="app",
            database=database,
            databases=engine.databases,
            pause=lambda seconds: None,
            on_transaction=lambda event: engine.transaction_changed(self.session, event),
        )

    def results(self, text: str) -> list[Result]:
        """Everything that a batch answers; rows are read. A failure that ends it comes last."""
        found: list[Result] = []
        try:
            for result in self.engine.execute(self.session, Statement(text)):
                found.append(_read(result))
                if isinstance(result, Failure) and result.rolls_back:
                    self.session.transaction.abandon()
        except StatementFailed as error:
            found.append(error.failure)
        return found

    def run(self, text: str) -> list[Result]:
        """The results of a batch in which nothing may fail."""
        results = self.results(text)
        failures = [result for result in results if isinstance(result, Failure)]
        assert not failures, failures
        return results

    def rows(self, text: str) -> list[tuple[object, ...]]:
        """The rows of the only SELECT of a batch."""
        sets = [result for result in self.run(text) if isinstance(result, ResultSet)]
        assert len(sets) == 1, sets
        return list(sets[0].rows)

    def value(self, text: str) -> object:
        """The only value of a batch."""
        ((value,),) = self.rows(text)
        return value

    def failures(self, text: str) -> list[Failure]:
        """The errors of a batch."""
        return [result for result in self.results(text) if isinstance(result, Failure)]

    def numbers(self, text: str) -> list[int]:
        """Their numbers."""
        return [failure.number for failure in self.failures(text)]

    def printed(self, text: str) -> list[str]:
        """What a batch PRINTs."""
        return [result.message for result in self.run(text) if isinstance(result, Notice)]

    def close(self) -> None:
        """End the session as the server does."""
        self.session.transaction.abandon()
        self.engine.session_ended(self.session)


def _read(result: Result) -> Result:
    if isinstance(result, ResultSet):
        rows: Iterable[tuple[object, ...]] = list(result.rows)
        return ResultSet(result.columns, rows)
    return result
