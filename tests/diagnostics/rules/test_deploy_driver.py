"""Rules 221 and 222: is production's ODBC driver still cared for?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import Facts, NotRun, Unreadable
from django_mssql_ops.diagnostics.lifecycle import DRIVERS
from django_mssql_ops.diagnostics.registry import judge
from django_mssql_ops.findings import Finding
from tests.configuration.entries import DRIVER_17, DRIVER_18, entry, facts, implicit, mssql_python

IN_2026 = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
Versions = Mapping[str, tuple[int, ...]]
SOUND: Versions = {DRIVER_18: (18, 6, 2, 1), DRIVER_17: (17, 10, 6, 1)}


def known(values: Any, versions: Versions, **changes: Any) -> Facts:
    """The drivers of ``versions`` are the registered ones."""
    lower = {name.lower(): version for name, version in versions.items() if version}
    changes = {"driver_versions": lower, "now": IN_2026, **changes}
    return replace(facts(values, installed=tuple(versions)), **changes)


def deployed(known_facts: Facts) -> list[Finding]:
    """All that the rules of this file say."""
    found = judge(known_facts, stage="settings", deploy=True)
    return [finding for finding in found if finding.rule in (221, 222)]


def ids(known_facts: Facts) -> list[str]:
    return [finding.id for finding in deployed(known_facts)]


def with_17() -> Any:
    return entry(options={"driver": DRIVER_17})


class TestDriverOutdated:
    def test_a_driver_with_known_crashes_is_a_warning(self) -> None:
        (finding,) = deployed(known(entry(), {DRIVER_18: (18, 2, 1, 1)}))
        assert finding.id == "mssql_ops.W221"
        assert "is version 18.2.1.1; before 18.3.3 malformed data can crash" in finding.message
        assert "msodbcsql18" in finding.hint

    @pytest.mark.parametrize(
        ("version", "expected"),
        [
            ((17, 10, 5, 1), ["mssql_ops.W221"]),
            ((17, 9, 1, 1), ["mssql_ops.W221"]),
            ((17, 10, 6, 1), []),
            ((17, 10, 6), []),
        ],
    )
    def test_each_major_version_has_its_own_first_sound_release(
        self, version: tuple[int, ...], expected: list[str]
    ) -> None:
        assert ids(known(with_17(), {DRIVER_17: version})) == expected

    @pytest.mark.parametrize("version", [(18, 3, 3, 1), (18, 3, 3), (18, 6, 2, 1), (18, 10)])
    def test_a_sound_driver_is_fine(self, version: tuple[int, ...]) -> None:
        assert ids(known(entry(), {DRIVER_18: version})) == []

    def test_only_the_driver_that_is_used_counts(self) -> None:
        assert ids(known(entry(), {**SOUND, DRIVER_17: (17, 1)})) == []

    def test_names_are_compared_without_regard_to_case(self) -> None:
        values = entry(options={"driver": DRIVER_18})
        assert ids(known(values, {DRIVER_18.upper(): (18, 1, 1, 1)})) == ["mssql_ops.W221"]

    def test_the_driver_that_the_backend_falls_back_to_is_the_one_that_is_used(self) -> None:
        assert ids(known(implicit(), {DRIVER_17: (17, 2)})) == ["mssql_ops.W221"]
        assert ids(known(implicit(), {**SOUND, DRIVER_17: (17, 2)})) == []

    def test_a_library_that_does_not_tell_is_unknown(self) -> None:
        (finding,) = deployed(known(entry(), {DRIVER_18: ()}))
        assert finding.id == "mssql_ops.U221"

    def test_a_driver_that_is_not_registered_is_another_matter(self) -> None:
        assert ids(known(entry(), {"FreeTDS": (1, 4)})) == []

    @pytest.mark.parametrize(
        "values",
        [
            mssql_python(),
            entry(options={"dsn": "shop"}),
            entry(options={"driver": "FreeTDS"}),
            entry(options={"driver": "/opt/libmsodbcsql-18.1.so.1.1"}),
        ],
        ids=["mssql_python", "dsn", "freetds", "path"],
    )
    def test_who_does_not_name_microsofts_driver_is_not_asked(self, values: Any) -> None:
        assert ids(known(values, {DRIVER_18: (18, 1)})) == []

    def test_what_could_not_be_read_is_unknown_and_where_nobody_asked_it_is_silent(self) -> None:
        """mssql_check looks at the driver in a stage of its own."""
        unread = known(entry(), SOUND, driver_versions=Unreadable("permission denied"))
        assert ids(unread) == ["mssql_ops.U221"]
        assert ids(known(entry(), SOUND, driver_versions=NotRun("elsewhere"))) == []


class TestDriverEol:
    @pytest.mark.parametrize("major", sorted(DRIVERS))
    def test_support_ends_on_the_day_after_its_last(self, major: int) -> None:
        name, last = f"ODBC Driver {major} for SQL Server", DRIVERS[major].mainstream_ends
        values = entry(extra="Encrypt=yes", options={"driver": name})
        noon = dt.datetime.combine(last, dt.time(12), dt.UTC)
        sound = {name: (major, 99)}
        assert ids(known(values, sound, now=noon)) == []
        (finding,) = deployed(known(values, sound, now=noon + dt.timedelta(days=1)))
        assert finding.id == "mssql_ops.W222"
        assert f"is {name!r}, which has had no fixes since" in finding.message
        assert f"{last:%Y-%m-%d}" in finding.message

    def test_a_driver_without_support_is_one_finding(self) -> None:
        later = dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
        assert ids(known(with_17(), {DRIVER_17: (17, 1)}, now=later)) == ["mssql_ops.W222"]

    @pytest.mark.parametrize(
        "name", ["ODBC Driver 19 for SQL Server", "FreeTDS", "ODBC Driver for SQL Server"]
    )
    def test_what_the_table_does_not_know_is_not_judged(self, name: str) -> None:
        assert ids(known(entry(options={"driver": name}), {name: (1, 1)})) == []

    def test_who_does_not_use_the_name_is_not_asked(self) -> None:
        old = {"driver": "ODBC Driver 13 for SQL Server"}
        assert ids(known(mssql_python(options=old), SOUND)) == []
        assert ids(known(entry(options={**old, "dsn": "shop"}), SOUND)) == []


def test_every_major_version_that_has_sound_releases_names_its_own() -> None:
    for major, release in DRIVERS.items():
        assert release.oldest_sound is None or release.oldest_sound[0] == major
