"""Rules 423 to 430 and 433: the database's state and options."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagnostics.rules.building import (
    ERROR,
    INFO,
    UNKNOWN,
    WARNING,
    database,
    facts,
    findings,
    only,
    server,
    settings,
    severities,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

#: Rule -> the facts of the database that it needs.
NEEDS = {
    423: ("state", "user_access"),
    424: ("updateability",),
    425: ("read_committed_snapshot",),
    426: ("snapshot_isolation",),
    427: ("compatibility_level",),
    428: ("auto_close",),
    429: ("auto_shrink",),
    430: ("page_verify",),
    433: ("collation", "tempdb_collation"),
}


def of(number: int, **changes: Any) -> list[Any]:
    return severities(number, facts(database=database(**changes), server=server()))


@pytest.mark.parametrize("number", NEEDS)
def test_a_healthy_database_gives_no_finding_but_information(number: int) -> None:
    assert of(number) == ([INFO] if number == 433 else [])


@pytest.mark.parametrize("state", ["RESTORING", "RECOVERY_PENDING", "SUSPECT", "OFFLINE"])
def test_423_a_database_that_is_not_online_is_an_error(state: str) -> None:
    found = only(423, facts(database=database(state=state)))
    assert (found.severity, found.message) == (ERROR, f"the database is {state}")


@pytest.mark.parametrize("access", ["SINGLE_USER", "RESTRICTED_USER"])
def test_423_a_database_that_lets_few_in_is_an_error(access: str) -> None:
    found = only(423, facts(database=database(user_access=access)))
    assert found.severity is ERROR
    assert access in found.message
    assert "MULTI_USER" in found.hint


def test_423_both_problems_are_told() -> None:
    assert of(423, state="RESTORING", user_access="SINGLE_USER") == [ERROR, ERROR]


@pytest.mark.parametrize(
    ("intent", "updateability", "expected"),
    [
        ("readwrite", "READ_ONLY", [ERROR]),
        ("readwrite", "READ_WRITE", []),
        ("readonly", "READ_ONLY", []),
        ("readonly", "READ_WRITE", [INFO]),
    ],
)
def test_424_the_database_must_be_what_the_alias_is_meant_for(
    intent: str, updateability: str, expected: list[Any]
) -> None:
    known = facts(
        settings=settings(application_intent=intent),
        database=database(updateability=updateability),
    )
    assert severities(424, known) == expected


def test_425_readers_that_wait_for_writers_are_a_warning() -> None:
    found = only(425, facts(database=database(read_committed_snapshot=False)))
    assert found.severity is WARNING
    assert "READ_COMMITTED_SNAPSHOT ON" in found.hint


def test_425_where_nobody_writes_nobody_waits() -> None:
    assert of(425, read_committed_snapshot=False, updateability="READ_ONLY") == []
    assert of(425, read_committed_snapshot=False, updateability=NOTHING_READ) == [WARNING]


@pytest.mark.parametrize("asked", ["SNAPSHOT", "snapshot", " Snapshot "])
@pytest.mark.parametrize("state", ["OFF", "IN_TRANSITION_TO_ON", "IN_TRANSITION_TO_OFF"])
def test_426_snapshot_without_permission_to_use_it_is_an_error(asked: str, state: str) -> None:
    known = facts(
        settings=settings(isolation_level=asked), database=database(snapshot_isolation=state)
    )
    found = only(426, known)
    assert found.severity is ERROR
    assert state in found.message


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        ("SNAPSHOT", "ON"),
        ("READ COMMITTED SNAPSHOT", "OFF"),
        ("READ COMMITTED", "OFF"),
        ("", "OFF"),
    ],
)
def test_426_any_other_isolation_level_needs_no_permission(asked: str, state: str) -> None:
    known = facts(
        settings=settings(isolation_level=asked), database=database(snapshot_isolation=state)
    )
    assert findings(426, known) == []


@pytest.mark.parametrize(
    ("level", "expected"),
    [(100, [ERROR]), (120, [ERROR]), (130, [WARNING]), (150, [WARNING]), (160, []), (170, [])],
)
def test_427_a_level_below_the_servers_warns_and_one_below_django_fails(
    level: int, expected: list[Any]
) -> None:
    assert of(427, compatibility_level=level) == expected


@pytest.mark.parametrize("edition", [5, 8, 12])
def test_427_a_managed_server_has_no_level_of_its_own(edition: int) -> None:
    managed = server(version=(16, 0), engine_edition=edition)
    assert not findings(427, facts(database=database(compatibility_level=150), server=managed))
    old = facts(database=database(compatibility_level=120), server=managed)
    assert severities(427, old) == [ERROR]


@pytest.mark.parametrize("version", [(), (18, 0)])
def test_427_a_server_of_unknown_release_is_compared_with_nothing(
    version: tuple[int, ...],
) -> None:
    known = facts(database=database(compatibility_level=130), server=server(version=version))
    assert findings(427, known) == []


def test_427_the_release_and_both_levels_are_named() -> None:
    known = facts(database=database(compatibility_level=140), server=server())
    assert only(427, known).message == (
        "the compatibility level is 140, SQL Server 2022's own is 160"
    )


def test_428_auto_close_is_an_error() -> None:
    assert of(428, auto_close=True) == [ERROR]


def test_429_auto_shrink_is_a_warning() -> None:
    assert of(429, auto_shrink=True) == [WARNING]


@pytest.mark.parametrize("option", ["NONE", "TORN_PAGE_DETECTION"])
def test_430_pages_without_a_checksum_are_a_warning(option: str) -> None:
    found = only(430, facts(database=database(page_verify=option)))
    assert found.severity is WARNING
    assert option in found.message


def test_433_a_collation_that_is_not_tempdbs_is_a_warning() -> None:
    known = facts(database=database(collation="Latin1_General_100_CI_AS_SC_UTF8"))
    _, found = findings(433, known)
    assert (found.severity, found.about) == (WARNING, "tempdb")
    assert "Latin1_General_100_CI_AS_SC_UTF8" in found.message
    assert "SQL_Latin1_General_CP1_CI_AS" in found.message


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", []),
        ("SQL_Latin1_General_CP1_CI_AS", []),
        ("Latin1_General_100_BIN2_UTF8", [WARNING]),
    ],
)
def test_433_tests_must_compare_as_production_does(wanted: str, expected: list[Any]) -> None:
    known = facts(settings=settings(test_collation=wanted), database=database())
    assert severities(433, known) == [INFO, *expected]


def test_433_two_differences_are_two_warnings() -> None:
    known = facts(settings=settings(test_collation="A"), database=database(collation="B"))
    assert severities(433, known) == [INFO, WARNING, WARNING]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQL_Latin1_General_CP1_CI_AS", ": text is compared without regard to case"),
        ("Latin1_General_100_CS_AI_SC_UTF8", ": text is compared with regard to case"),
        ("Latin1_General_100_BIN2_UTF8", ": text is compared by the numbers of its characters"),
        ("Latin1_General_BIN", ": text is compared by the numbers of its characters"),
        # No such collation, but a server may say what it likes.
        ("Cyrillic", ""),
    ],
)
def test_433_how_text_is_compared_is_told(name: str, words: str) -> None:
    found = only(433, facts(database=database(collation=name, tempdb_collation=name)))
    assert (found.severity, found.about) == (INFO, "database")
    assert found.message == f"the database's collation is {name}{words}"


@pytest.mark.parametrize(
    ("number", "field"), [(number, field) for number in NEEDS for field in NEEDS[number]]
)
def test_a_fact_that_could_not_be_read_is_unknown(number: int, field: str) -> None:
    assert of(number, **{field: NOTHING_READ}) == [UNKNOWN]


@pytest.mark.parametrize("number", NEEDS)
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    assert severities(number, facts(database=NOTHING_READ, server=server())) == [UNKNOWN]
    assert findings(number, facts(database=NOTHING_RUN, server=server())) == []


def test_427_needs_the_server_as_well() -> None:
    assert severities(427, facts(database=database(), server=NOTHING_READ)) == [UNKNOWN]
    assert findings(427, facts(database=database(), server=NOTHING_RUN)) == []
