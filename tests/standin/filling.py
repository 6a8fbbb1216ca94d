"""A script that fills a database before anybody connects."""

from __future__ import annotations

from dataclasses import replace

from tests.standin.engine import Failure, ResultSet, Statement, StatementFailed
from tests.standin.server import StandIn
from tests.standin.session import Session
from tests.standin.tsql.parser import split_script

#: The session's number: up to 50 belong to the server itself.
_SPID = 50


class ScriptFailed(Exception):
    """A batch of a script failed; says which, and how."""


def fill(standin: StandIn, script: str, database: str) -> None:
    """Run the batches of a script, which GO separates, until one fails: ScriptFailed."""
    engine = standin.engine
    session = Session(
        spid=_SPID,
        profile=replace(standin.configuration.profile, updateability="READ_WRITE"),
        login="sa",
        database=database,
        databases=engine.databases,
        on_transaction=lambda event: engine.transaction_changed(session, event),
    )
    try:
        for number, batch in enumerate(split_script(script), 1):
            failure = _failure_of(standin, session, batch)
            if failure is not None:
                where = f"batch {number}, line {failure.line}"
                raise ScriptFailed(f"{where}: {failure.message} ({failure.number})")
    finally:
        session.transaction.abandon()
        engine.session_ended(session)


def _failure_of(standin: StandIn, session: Session, batch: str) -> Failure | None:
    try:
        for result in standin.engine.execute(session, Statement(batch)):
            if isinstance(result, Failure):
                return result
            if isinstance(result, ResultSet):
                for _ in result.rows:
                    pass
    except StatementFailed as error:
        return error.failure
    return None
