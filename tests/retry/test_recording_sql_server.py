"""What is noted of a SQL Server alias, through both drivers, over sockets."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import Error, transaction

from django_mssql_ops.errors import Phase as DriverPhase
from django_mssql_ops.errors import driver_errors
from django_mssql_ops.retry.effects import AliasEffects, Effects
from django_mssql_ops.retry.reset import hard_reset
from tests.retry.conftest import ALIAS
from tests.standin import StandIn
from tests.standin.engine import Failure
from tests.standin.script import Drop, Phase

pytestmark = pytest.mark.socket

INSERT = "INSERT INTO ledger (a) VALUES (%s)"
SENT = "INSERT INTO ledger (a) VALUES (?)"
DEADLOCK = Failure(number=1205, severity=13, message="deadlock victim", rolls_back=True)


@pytest.fixture
def table(wrapper: Any) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger (a int)")
    return wrapper


@contextlib.contextmanager
def level() -> Iterator[Effects]:
    effects = Effects()
    effects.open()
    try:
        yield effects
    finally:
        effects.close()


def only(effects: Effects) -> AliasEffects:
    [found] = effects.aliases
    return found


def insert(wrapper: Any, value: int = 1) -> None:
    with wrapper.cursor() as cursor:
        cursor.execute(INSERT, [value])


def count(wrapper: Any) -> int:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger")
        found: int = cursor.fetchone()[0]
        return found


def test_a_write_outside_a_transaction(table: Any) -> None:
    with level() as effects:
        insert(table)
        assert count(table) == 1
    found = only(effects)
    assert (found.alias, found.is_sql_server, found.was_open) == (ALIAS, True, True)
    assert found.statements == 2
    assert found.writes_outside == [SENT]
    assert not found.in_outer_block


def test_a_transaction_that_is_committed(table: Any) -> None:
    with level() as effects:
        with transaction.atomic(using=ALIAS):
            insert(table)
            assert only(effects).writes_open == [SENT]
        found = only(effects)
        assert (found.writes_open, found.writes_committed) == ([], [SENT])
    assert (found.writes_outside, found.commit_failures) == ([], [])
    assert count(table) == 1


def test_a_transaction_that_is_rolled_back(table: Any) -> None:
    with level() as effects:
        with contextlib.suppress(ZeroDivisionError), transaction.atomic(using=ALIAS):
            insert(table)
            raise ZeroDivisionError
        found = only(effects)
        assert (found.writes_open, found.writes_committed, found.writes_outside) == ([], [], [])
    assert count(table) == 0


def test_savepoints_are_no_writes(table: Any) -> None:
    with level() as effects, transaction.atomic(using=ALIAS), transaction.atomic(using=ALIAS):
        count(table)
    found = only(effects)
    assert (found.writes_open, found.writes_committed, found.writes_outside) == ([], [], [])


def test_an_outer_block_is_somebody_elses(table: Any) -> None:
    with transaction.atomic(using=ALIAS), level() as effects:
        insert(table)
        with transaction.atomic(using=ALIAS):
            insert(table)
    found = only(effects)
    assert found.in_outer_block
    assert found.writes_in_outer == [SENT, SENT]
    assert (found.writes_open, found.writes_committed, found.writes_outside) == ([], [], [])


def test_levels_nest(table: Any) -> None:
    with level() as outer, transaction.atomic(using=ALIAS):
        insert(table)
        with level() as inner:
            insert(table)
        assert only(inner).in_outer_block
        assert only(outer).writes_open == [SENT, SENT]
    assert only(outer).writes_committed == [SENT, SENT]
    assert only(inner).writes_in_outer == [SENT]


def test_a_connection_made_in_the_attempt(wrapper: Any) -> None:
    with level() as effects, wrapper.cursor() as cursor:
        cursor.execute("SELECT 1")
    found = only(effects)
    assert not found.was_open
    assert found.writes_outside == []


def test_a_login_that_fails_is_a_use(wrapper: Any, standin: StandIn) -> None:
    wrapper.ensure_connection()
    wrapper.close()
    standin.script.on(Phase.LOGIN, Drop.RESET)
    # mssql-python has a connection in its pool.
    with level() as effects, contextlib.suppress(Error):
        wrapper.ensure_connection()
    assert only(effects).alias == ALIAS


def test_a_statement_that_fails_outside(table: Any, standin: StandIn) -> None:
    standin.script.on("INSERT INTO ledger (a) VALUES (2)", DEADLOCK, times=1)
    with level() as effects, pytest.raises(Error) as raised, table.cursor() as cursor:
        cursor.execute("INSERT INTO ledger (a) VALUES (2)")
    found = only(effects)
    [(text, error)] = found.failures_outside
    assert text == "INSERT INTO ledger (a) VALUES (2)"
    assert raised.value.__cause__ is error
    assert found.writes_outside == []


def test_a_commit_that_fails(table: Any, standin: StandIn) -> None:
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    with level() as effects, pytest.raises(Error), transaction.atomic(using=ALIAS):
        insert(table)
    found = only(effects)
    assert len(found.commit_failures) == 1
    assert found.writes_committed == []


def test_a_commit_of_nothing_that_fails(table: Any, standin: StandIn) -> None:
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    with level() as effects, pytest.raises(Error), transaction.atomic(using=ALIAS):
        count(table)
    assert only(effects).commit_failures == []


def test_raw_cursors_are_seen(table: Any) -> None:
    with level() as effects:
        raw = table.connection.cursor()
        raw.execute("INSERT INTO ledger (a) VALUES (7)")
        raw.close()
        table.connection.execute("INSERT INTO ledger (a) VALUES (8)").close()
    assert len(only(effects).writes_outside) == 2


def test_switching_autocommit_on_commits(table: Any) -> None:
    with level() as effects:
        transaction.set_autocommit(False, using=ALIAS)
        insert(table)
        assert only(effects).writes_open == [SENT]
        transaction.set_autocommit(True, using=ALIAS)
    found = only(effects)
    assert (found.writes_open, found.writes_committed, found.writes_outside) == ([], [SENT], [])


def test_callbacks(table: Any) -> None:
    called: list[int] = []
    with level() as effects:
        with transaction.atomic(using=ALIAS):
            transaction.on_commit(lambda: called.append(1), using=ALIAS)
            assert only(effects).callbacks == 0
        assert only(effects).callbacks == 1
        transaction.on_commit(lambda: called.append(2), using=ALIAS)
    assert called == [1, 2]
    assert only(effects).callbacks == 2


def test_many_rows_are_several_statements(table: Any, standin: StandIn) -> None:
    standin.script.on(re.compile("INSERT INTO ledger"), DEADLOCK)
    with level() as effects, pytest.raises(Error), table.cursor() as cursor:
        cursor.executemany(INSERT, [(1,), (2,)])
    found = only(effects)
    assert [text for text, _ in found.failures_outside] == [f"{SENT};\n{SENT}"]
    assert found.writes_outside == []


def test_the_proxies_pass_for_what_they_stand_for(table: Any) -> None:
    connection = table.connection
    assert isinstance(connection, table.Database.Connection)
    cursor = connection.cursor()
    cursor.arraysize = 7
    assert cursor.arraysize == 7
    assert cursor.connection is connection
    assert cursor.execute("SELECT 1") is cursor
    assert next(iter(cursor))[0] == 1
    with connection.cursor() as inside:
        assert inside.execute("SELECT 2").fetchone()[0] == 2
    cursor.close()
    assert not hasattr(connection, "no_such_thing")
    assert not hasattr(cursor, "no_such_thing")


def test_phases_are_told_as_before(table: Any, standin: StandIn) -> None:
    def phases(when: Any) -> list[DriverPhase]:
        count(table)  # connects, for which there is a COMMIT of nothing
        standin.script.on(when, Drop.RESET, times=1)
        with pytest.raises(Error) as raised, transaction.atomic(using=ALIAS):
            insert(table)
        hard_reset(ALIAS)
        return [error.phase for error in driver_errors(raised.value)]

    moments = ("TM_COMMIT", re.compile("INSERT INTO ledger"))
    before = [phases(moment) for moment in moments]
    with level():
        recorded = [phases(moment) for moment in moments]
    assert recorded == before
    assert DriverPhase.COMMIT in recorded[0]
    assert recorded[1][-1] is DriverPhase.EXECUTE
