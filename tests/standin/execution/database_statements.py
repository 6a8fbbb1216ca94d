"""CREATE, ALTER and DROP DATABASE, DBCC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors import failure
from tests.standin.errors.transactions import (
    database_state_in_use,
    not_in_transaction,
    unknown_database,
)
from tests.standin.execution.batch import Batch
from tests.standin.execution.handlers import executes
from tests.standin.session import Session
from tests.standin.storage.database import Database
from tests.standin.tsql import nodes
from tests.standin.tsql.names import parse_name

#: What becomes of the other sessions (ALTER DATABASE SET options, <termination>).
_BY_FORCE: Final = "ROLLBACK IMMEDIATE"
_TERMINATIONS: Final = frozenset({"", "NO_WAIT", _BY_FORCE})


@executes(nodes.CreateDatabase)
def create_database(batch: Batch, node: nodes.CreateDatabase) -> Iterator[Result]:
    _outside_of_transactions(batch, "CREATE DATABASE")
    batch.state.databases.create(node.name, node.collation)
    yield batch.done()


@executes(nodes.DropDatabase)
def drop_database(batch: Batch, node: nodes.DropDatabase) -> Iterator[Result]:
    _outside_of_transactions(batch, "DROP DATABASE")
    for name in node.names:
        if node.if_exists and batch.state.databases.find(name) is None:
            continue
        batch.state.databases.drop(name)
    yield batch.done()


@executes(nodes.AlterDatabase)
def alter_database(batch: Batch, node: nodes.AlterDatabase) -> Iterator[Result]:
    """SET SINGLE_USER, MULTI_USER, READ_ONLY and READ_WRITE.

    WITH ROLLBACK IMMEDIATE ends every other session of the database. Without it the product waits
    until they are gone, or fails with 5070 under WITH NO_WAIT; here it always fails.
    """
    _outside_of_transactions(batch, "ALTER DATABASE")
    name = node.name or batch.session.database
    database = batch.state.databases.find(name)
    if database is None:
        raise unknown_database(name)
    setting, _, termination = node.change.partition(" WITH ")
    _check_setting(setting, termination, node.change)
    if setting != "MULTI_USER":
        _have_alone(batch, database, by_force=termination == _BY_FORCE)
    if setting in ("READ_ONLY", "READ_WRITE"):
        database.read_only = setting == "READ_ONLY"
    yield batch.done()


def _check_setting(setting: str, termination: str, written: str) -> None:
    known = setting in ("READ_ONLY", "READ_WRITE", "MULTI_USER") and termination in _TERMINATIONS
    if not known and (setting, termination) != ("SINGLE_USER", _BY_FORCE):
        raise StatementFailed(not_supported(f"ALTER DATABASE … SET {written}"))


def _have_alone(batch: Batch, database: Database, *, by_force: bool) -> None:
    others = database.users - {batch.session}
    if others and not by_force:
        raise database_state_in_use(database.name)
    for other in others:
        if isinstance(other, Session):
            database.leave(other)
            other.end()


@executes(nodes.Dbcc)
def dbcc(batch: Batch, node: nodes.Dbcc) -> Iterator[Result]:
    if node.command != "CHECKIDENT":
        raise StatementFailed(not_supported(f"DBCC {node.command}"))
    yield from _check_identity(batch, node)


def _check_identity(batch: Batch, node: nodes.Dbcc) -> Iterator[Result]:
    if len(node.arguments) != 3 or node.arguments[1].text.upper() != "RESEED":
        raise StatementFailed(not_supported("DBCC CHECKIDENT without RESEED and a value"))
    name = str(batch.value(node.arguments[0])[0])
    table = batch.handle.catalog.find_table(parse_name(name))
    if table is None:
        raise failure(
            2501, f'Cannot find a table or object with the name "{name}". Check the system catalog.'
        )
    if table.identity_column is None:
        raise failure(7997, f"'{table.name}' does not contain an identity column.")
    value = batch.value(node.arguments[2])[0]
    with batch.changing() as handle:
        handle.identities.reseed(handle, table.object_id, int(str(value)))
    yield batch.done()


def _outside_of_transactions(batch: Batch, statement: str) -> None:
    if batch.session.transaction.count:
        raise not_in_transaction(statement)
