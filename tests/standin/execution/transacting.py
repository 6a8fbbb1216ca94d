"""Transactions by T-SQL; those by transaction manager requests come in by the wire half."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standin.engine import Result
from tests.standin.execution.batch import Batch
from tests.standin.execution.handlers import executes
from tests.standin.tsql import nodes


def _name(batch: Batch, written: str) -> str:
    """The name of a transaction or savepoint, which may be a variable's value."""
    if not written.startswith("@"):
        return written
    return str(batch.variables.find(written).stored or "")


@executes(nodes.BeginTransaction)
def begin(batch: Batch, node: nodes.BeginTransaction) -> Iterator[Result]:
    batch.session.transaction.begin(_name(batch, node.name))
    yield batch.done()


@executes(nodes.CommitTransaction)
def commit(batch: Batch, node: nodes.CommitTransaction) -> Iterator[Result]:
    batch.session.transaction.commit()
    yield batch.done()


@executes(nodes.RollbackTransaction)
def roll_back(batch: Batch, node: nodes.RollbackTransaction) -> Iterator[Result]:
    name = _name(batch, node.name)
    transaction = batch.session.transaction
    if name and transaction.doomed and not transaction.is_named(name):
        # A doomed transaction can only be rolled back whole (Microsoft Learn, XACT_STATE).
        batch.state.refuse_if_doomed()
    transaction.rollback(name)
    yield batch.done()


@executes(nodes.SaveTransaction)
def save(batch: Batch, node: nodes.SaveTransaction) -> Iterator[Result]:
    batch.state.refuse_if_doomed()
    batch.session.transaction.save(_name(batch, node.name))
    yield batch.done()
