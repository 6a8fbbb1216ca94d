"""Facts: reading by path, and what stands in the place of a fact that is not there."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from django_mssql_ops.diagnostics import facts as facts_module
from django_mssql_ops.diagnostics.facts import NOT_ASKED, Facts, NotRun, Outcome, Unreadable
from tests.diagnostics.rules.building import database, facts, session, settings, tcp


def test_a_path_reads_the_fact() -> None:
    known = facts(database=database(collation="Latin1_General_100_CI_AS_SC_UTF8"))
    assert known.read("database.collation") == "Latin1_General_100_CI_AS_SC_UTF8"
    assert known.read("settings.target.port") == 1433
    assert known.read("database") is known.database


def test_a_false_fact_is_read_as_it_is() -> None:
    assert facts(session=session(encrypted=False)).read("session.encrypted") is False


@pytest.mark.parametrize("nothing", [NotRun("--offline"), Unreadable("no permission")])
def test_a_path_through_a_stage_without_facts_ends_at_its_reason(
    nothing: NotRun | Unreadable,
) -> None:
    assert facts(database=nothing).read("database.collation") is nothing
    assert facts(database=nothing).read("database") is nothing


def test_a_fact_that_could_not_be_read_is_its_own_reason() -> None:
    reason = Unreadable("error 300")
    assert facts(session=session(encrypted=reason)).read("session.encrypted") is reason


def test_a_path_that_names_no_fact_is_a_bug_and_says_so() -> None:
    with pytest.raises(AttributeError, match="colation"):
        facts(database=database()).read("database.colation")


def test_nothing_is_asked_until_it_is() -> None:
    fresh = Facts(alias="default", settings=settings())
    stages = ("driver", "dns", "browser", "tcp", "prelogin", "tls", "login", "session", "server")
    assert all(getattr(fresh, stage) is NOT_ASKED for stage in (*stages, "database", "latency"))
    assert isinstance(fresh.installed_drivers, Unreadable)


def test_now_is_aware_so_that_no_expiry_is_compared_without_a_time_zone() -> None:
    assert Facts(alias="default", settings=settings()).now.utcoffset() == dt.timedelta(0)


def test_the_first_address_that_accepted_is_the_one_reached() -> None:
    reached = tcp(Outcome.REFUSED, Outcome.OK, Outcome.OK).reached
    assert reached is not None
    assert reached.address == "192.0.2.2"
    assert tcp(Outcome.REFUSED, Outcome.TIMED_OUT).reached is None


def test_every_kind_of_fact_is_frozen_and_has_slots() -> None:
    kinds = [
        kind
        for kind in vars(facts_module).values()
        if dataclasses.is_dataclass(kind) and isinstance(kind, type)
    ]
    assert len(kinds) > 10
    for kind in kinds:
        assert "__slots__" in vars(kind), kind
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
