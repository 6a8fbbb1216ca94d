"""The questions through both drivers, against every product that the stand-in stands in for."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.errors import classify
from django_mssql_ops.health.probing.opening import Own, open_own
from django_mssql_ops.health.server.facts import (
    Blocked,
    IdleTransactions,
    Role,
    ServerFacts,
    Sessions,
)
from django_mssql_ops.health.server.reading import ServerReader
from tests.health.conftest import LIMIT
from tests.standin import StandIn
from tests.standin.engine import Failure
from tests.standin.fixtures import StartStandIn
from tests.standin.profiles import (
    AZURE_SQL_DATABASE,
    FABRIC,
    MANAGED_INSTANCE,
    SQLSERVER2017,
    SQLSERVER2019,
    SQLSERVER2022,
    SQLSERVER2025,
    Profile,
)
from tests.standin.script import Delay
from tests.testing.aliases import alias, entry_for

pytestmark = pytest.mark.socket

ENCRYPTED = "Encrypt=yes;TrustServerCertificate=yes"
#: A login to which nobody has granted anything.
POOR: dict[str, Any] = {"view_server_state": False, "is_db_owner": False}
NOT_PERMITTED = "the login may not read it"
BIG_AZURE = replace(AZURE_SQL_DATABASE, service_objective="S3", max_sessions=900)


@contextmanager
def opened(
    standin: StandIn, driver: str, extra: str = ENCRYPTED, *, query_timeout: int = 10
) -> Iterator[Own]:
    """The own connection to a stand-in that has a certificate of its own."""
    name = f"shop_{standin.port}"
    entry = entry_for(standin.port, driver, extra_params=extra)
    with alias(name, entry):
        own = open_own(name, login_timeout=10, query_timeout=query_timeout)
        with closing(own):
            yield own


def read(standin: StandIn, driver: str, extra: str = ENCRYPTED) -> ServerFacts:
    settings = read_settings("shop", entry_for(standin.port, driver, extra_params=extra))
    with opened(standin, driver, extra) as own:
        return ServerReader().read(own, settings)


def reason(fact: object) -> str:
    assert isinstance(fact, Unreadable)
    return fact.reason


@pytest.mark.parametrize(
    "profile",
    [SQLSERVER2017, SQLSERVER2019, SQLSERVER2022, SQLSERVER2025, MANAGED_INSTANCE, BIG_AZURE],
    ids=lambda profile: profile.name,
)
def test_every_fact_of_every_product(
    start_standin: StartStandIn, driver: str, profile: Profile
) -> None:
    standin = start_standin(profile=profile)
    facts = read(standin, driver)
    azure = profile is BIG_AZURE
    assert facts.encrypted is True
    assert facts.auth_scheme == "SQL"
    assert facts.role is (Role.PRIMARY if azure else Role.STANDALONE)
    assert (facts.is_writable, facts.state) == (True, "ONLINE")
    assert facts.row_versioning is profile.read_committed_snapshot
    assert facts.sessions == Sessions(total=1, running=1, sleeping=0, dormant=0, other=0)
    assert facts.session_limit == (900 if azure else 32767)
    assert facts.idle_transactions == IdleTransactions(count=0, oldest_seconds=0)
    assert facts.blocked == Blocked(count=0, longest_seconds=0)
    assert facts.driver_major == 18
    assert facts.fell_back is False


@pytest.mark.parametrize(
    "profile", [SQLSERVER2019, SQLSERVER2022, BIG_AZURE], ids=lambda profile: profile.name
)
def test_without_permissions_the_free_facts_are_there(
    start_standin: StartStandIn, driver: str, profile: Profile
) -> None:
    facts = read(start_standin(profile=replace(profile, **POOR)), driver)
    assert (facts.auth_scheme, facts.is_writable, facts.state) == ("SQL", True, "ONLINE")
    assert facts.encrypted is True, "the driver insists on it"
    assert reason(facts.sessions) == NOT_PERMITTED
    assert reason(facts.idle_transactions) == NOT_PERMITTED
    assert reason(facts.blocked) == NOT_PERMITTED
    if profile is BIG_AZURE:
        assert reason(facts.role) == reason(facts.session_limit) == NOT_PERMITTED
    else:
        assert (facts.role, facts.session_limit) == (Role.STANDALONE, 32767)


@pytest.mark.parametrize(
    ("granted", "sees_sessions", "sees_encryption"),
    [("VIEW SERVER PERFORMANCE STATE", True, False), ("VIEW SERVER SECURITY STATE", False, True)],
)
def test_half_a_permission_opens_half_of_the_views(
    start_standin: StartStandIn, granted: str, sees_sessions: bool, sees_encryption: bool
) -> None:
    profile = replace(SQLSERVER2022, **POOR, granted=(granted,))
    facts = read(start_standin(profile=profile), "pyodbc", "Encrypt=no")
    assert isinstance(facts.sessions, Sessions) is sees_sessions
    assert (facts.encrypted is False) is sees_encryption


def test_a_small_service_objective_keeps_two_views_to_itself(
    start_standin: StartStandIn, driver: str
) -> None:
    """VIEW DATABASE STATE is not enough there, which only the attempt shows."""
    standin = start_standin(profile=replace(AZURE_SQL_DATABASE, service_objective="S0"))
    facts = read(standin, driver)
    assert reason(facts.blocked) == "the login lacks the permission (error 300)"
    assert isinstance(facts.sessions, Sessions)
    assert (facts.session_limit, facts.role) == (600, Role.PRIMARY)


def test_a_product_without_a_view(start_standin: StartStandIn, driver: str) -> None:
    facts = read(start_standin(profile=FABRIC), driver)
    assert reason(facts.session_limit) == "error 208 while it was read"
    assert isinstance(facts.sessions, Sessions)


@pytest.mark.parametrize(
    ("role", "writable"), [("PRIMARY", "READ_WRITE"), ("SECONDARY", "READ_ONLY")]
)
def test_replicas(start_standin: StartStandIn, role: str, writable: str) -> None:
    profile = replace(SQLSERVER2022, replica_role=role, updateability=writable)
    facts = read(start_standin(profile=profile), "pyodbc")
    assert facts.role is Role[role]
    assert facts.is_writable is (writable == "READ_WRITE")
    poor = read(start_standin(profile=replace(profile, **POOR)), "pyodbc")
    assert reason(poor.role) == NOT_PERMITTED


def test_an_error_of_the_server_is_a_fact_less_and_no_outage(standin: StandIn, driver: str) -> None:
    refusal = Failure(number=1222, message="svc at db7", severity=16)
    standin.script.on(re.compile("dm_exec_sessions"), refusal)
    facts = read(standin, driver)
    assert reason(facts.sessions) == reason(facts.blocked)
    assert reason(facts.sessions).endswith("while it was read")
    assert facts.state == "ONLINE"
    assert "db7" not in repr(facts)


def test_one_request_and_one_packet_a_look_once_the_rights_are_known(
    standin: StandIn, driver: str
) -> None:
    settings = read_settings("shop", entry_for(standin.port, driver))
    reader = ServerReader()
    with opened(standin, driver, "Encrypt=no") as own:
        reader.read(own, settings)
        before = standin.counters.connections[-1]
        reader.read(own, settings)
        after = standin.counters.connections[-1]
        assert after.request_count == before.request_count + 1
        assert after.bytes_out - before.bytes_out < 4_096 / 2


def test_a_time_out_is_raised_for_the_prober(standin: StandIn, driver: str) -> None:
    standin.script.on(re.compile("dm_exec_sessions"), Delay(LIMIT))
    settings = read_settings("shop", entry_for(standin.port, driver))
    with opened(standin, driver, query_timeout=1) as own:
        with pytest.raises(Exception, match=r"(?i)time-?out") as caught:
            ServerReader().read(own, settings)
        own.select_one()
    failure = classify(caught.value)
    assert failure is not None
    assert failure.is_timeout


def test_an_idle_transaction_and_who_waits_for_it(standin: StandIn, driver: str) -> None:
    settings = read_settings("shop", entry_for(standin.port, driver))
    with opened(standin, driver) as own, another(standin) as idle, another(standin) as waiting:
        run(idle, "CREATE TABLE held (id int)")
        run(idle, "INSERT INTO held VALUES (1)")
        run(idle, "BEGIN TRANSACTION")
        run(idle, "UPDATE held SET id = 2")
        thread = threading.Thread(target=run, args=(waiting, "UPDATE held SET id = 3"))
        thread.start()
        try:
            facts = eventually(
                lambda: ServerReader().read(own, settings), lambda seen: _count(seen) == 1
            )
            assert isinstance(facts.idle_transactions, IdleTransactions)
            assert facts.idle_transactions.count == 1
            assert isinstance(facts.sessions, Sessions)
            assert (facts.sessions.sleeping, facts.sessions.total) == (1, 3)
        finally:
            run(idle, "ROLLBACK")
            thread.join(LIMIT)
        assert _count(ServerReader().read(own, settings)) == 0


def another(standin: StandIn) -> closing[Own]:
    """A connection of the same program, to the alias that is open."""
    return closing(open_own(f"shop_{standin.port}", login_timeout=10, query_timeout=10))


def _count(facts: ServerFacts) -> int:
    return facts.blocked.count if isinstance(facts.blocked, Blocked) else -1


def run(own: Own, sql: str) -> None:
    cursor = own.connection.cursor()
    cursor.execute(sql)
    cursor.close()


def eventually(
    look: Callable[[], ServerFacts], is_it: Callable[[ServerFacts], bool]
) -> ServerFacts:
    ends_at = time.monotonic() + LIMIT
    while not is_it(seen := look()):
        assert time.monotonic() < ends_at, seen
    return seen
