"""Rules 418 and 420: version and edition of the server."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from django_mssql_ops.diagnostics.lifecycle import (
    ENGINE_EDITIONS,
    EVERGREEN_EDITIONS,
    OLDEST_SUPPORTED_MAJOR,
    RELEASES,
)
from tests.diagnostics.rules.building import (
    ERROR,
    INFO,
    UNKNOWN,
    WARNING,
    facts,
    findings,
    only,
    server,
    severities,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

SUPPORTED = [major for major in RELEASES if major >= OLDEST_SUPPORTED_MAJOR]


def at_noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("major", SUPPORTED)
def test_418_support_ends_in_two_steps_on_the_day_after_its_last(major: int) -> None:
    release, day = RELEASES[major], dt.timedelta(days=1)
    steps: list[tuple[dt.date, list[Any]]] = [
        (release.mainstream_ends, []),
        (release.mainstream_ends + day, [WARNING]),
        (release.extended_ends, [WARNING]),
        (release.extended_ends + day, [ERROR]),
    ]
    for today, expected in steps:
        known = facts(server=server(version=(major, 0, 1000, 6)), now=at_noon(today))
        assert severities(418, known) == expected, today


def test_418_dates_and_version_are_named() -> None:
    known = facts(server=server(version=(15, 0, 4430, 1)), now=at_noon(dt.date(2026, 9, 1)))
    assert only(418, known).message == (
        "SQL Server 2019 (15.0.4430.1) is out of mainstream support since 2025-02-28; "
        "security updates end on 2030-01-08"
    )


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ((13, 0, 7000), "SQL Server 2016 (13.0.7000)"),
        ((12, 0, 6449), "SQL Server 2014 (12.0.6449)"),
        ((10, 50, 6000), "version 10.50.6000 (10.50.6000)"),
    ],
)
def test_418_a_release_that_the_backend_does_not_support_is_an_error(
    version: tuple[int, ...], name: str
) -> None:
    # Before the end of any support: that it is too old for the backend counts alone.
    known = facts(server=server(version=version), now=at_noon(dt.date(2015, 1, 1)))
    found = only(418, known)
    assert found.severity is ERROR
    assert found.message == (
        f"the server is {name}; mssql-django 2.0 supports SQL Server 2017 and later"
    )


def test_418_a_release_from_the_future_is_only_mentioned() -> None:
    found = only(418, facts(server=server(version=(18, 0, 100))))
    assert found.severity is INFO
    assert "18.0.100" in found.message


@pytest.mark.parametrize("edition", sorted(EVERGREEN_EDITIONS))
def test_418_what_microsoft_updates_itself_is_not_judged_by_its_version(edition: int) -> None:
    """Azure SQL Database says 12.0, as SQL Server 2014 does."""
    known = facts(server=server(version=(12, 0, 2000, 8), engine_edition=edition))
    assert findings(418, known) == []


def test_418_a_version_that_could_not_be_parsed_is_not_judged() -> None:
    assert findings(418, facts(server=server(version=()))) == []


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (1, [INFO]),
        (2, [INFO]),
        (3, [INFO]),
        (4, [INFO]),
        (5, [INFO]),
        (6, [ERROR]),
        (7, [INFO]),
        (8, [INFO]),
        (9, [WARNING]),
        (11, [ERROR]),
        (12, [INFO]),
        (0, [INFO]),
        (99, [INFO]),
    ],
)
def test_420_editions_are_judged_by_what_the_backend_can_do_there(
    edition: int, expected: list[Any]
) -> None:
    known = facts(server=server(engine_edition=edition))
    assert severities(420, known) == expected
    name = ENGINE_EDITIONS.get(edition, f"EngineEdition {edition}")
    assert all(name in found.message for found in findings(420, known))


def test_420_the_servers_own_word_tells_a_developer_edition_from_enterprise() -> None:
    assert only(420, facts(server=server())).message == (
        "the engine edition is Enterprise; the server calls itself Developer Edition (64-bit)"
    )
    nameless = facts(server=server(engine_edition=5, edition=""))
    assert only(420, nameless).message == "the engine edition is Azure SQL Database"


@pytest.mark.parametrize("number", [418, 420])
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    assert only(number, facts(server=NOTHING_READ)).severity is UNKNOWN
    assert findings(number, facts(server=NOTHING_RUN)) == []


def test_the_release_table_is_in_order_and_consistent() -> None:
    majors = list(RELEASES)
    assert majors == sorted(majors)
    for major, release in RELEASES.items():
        assert release.mainstream_ends < release.extended_ends
        assert release.compatibility_level == major * 10
