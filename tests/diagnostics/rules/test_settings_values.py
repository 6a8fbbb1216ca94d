from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import DRIVER_17, all_ids, entry, findings, ids, mssql_python

NOBODY: dict[str, Any] = {"USER": "", "PASSWORD": ""}


class TestTrustedConnectionValue:
    @pytest.mark.parametrize("value", ["true", "1", "", "yes ", " no", "{yes}"])
    def test_anything_but_yes_and_no_is_an_error(self, value: str) -> None:
        values = entry(Trusted_Connection=value, **NOBODY)
        (finding,) = findings(106, values)
        assert finding.id == "mssql_ops.E106"
        assert f"DATABASES['default']['Trusted_Connection'] is {value!r}" in finding.message
        assert all_ids(values) == ["mssql_ops.E106"]

    def test_mssql_python_drops_the_blanks(self) -> None:
        assert ids(106, mssql_python(Trusted_Connection=" yes ", **NOBODY)) == []
        assert ids(106, mssql_python(Trusted_Connection="", **NOBODY)) == ["mssql_ops.E106"]

    @pytest.mark.parametrize("value", ["yes", "NO", "Yes"])
    def test_yes_and_no_are_fine(self, value: str) -> None:
        assert ids(106, entry(Trusted_Connection=value, **NOBODY)) == []

    @pytest.mark.parametrize(
        "values",
        [
            entry(**NOBODY),
            entry(Trusted_Connection="true"),
            entry(Trusted_Connection="true", TOKEN="x", **NOBODY),
            entry(Trusted_Connection="true", extra="Authentication=ActiveDirectoryMsi", **NOBODY),
            entry(Trusted_Connection="true", options={"driver": "FreeTDS"}, **NOBODY),
            # Nobody knows the driver behind a DSN.
            entry(Trusted_Connection="true", options={"dsn": "shop"}, **NOBODY),
            mssql_python(Trusted_Connection="true", extra="Trusted_Connection=no", **NOBODY),
            # Rule 105 is about these:
            entry(Trusted_Connection=True, **NOBODY),
            entry(Trusted_Connection="true", USER=5),
        ],
    )
    def test_what_is_not_used_is_not_judged(self, values: Any) -> None:
        assert ids(106, values) == []


class TestIsolationLevelValue:
    @pytest.mark.parametrize("level", ["READ_COMMITTED", "serialisable", "snapshot isolation", " "])
    def test_another_word_is_an_error(self, level: str) -> None:
        values = entry(options={"isolation_level": level})
        (finding,) = findings(163, values)
        assert finding.id == "mssql_ops.E163"
        assert f"['OPTIONS']['isolation_level'] is {level!r}" in finding.message
        assert "SERIALIZABLE" in finding.hint
        assert all_ids(values) == ["mssql_ops.E163"]

    @pytest.mark.parametrize(
        "level", ["SNAPSHOT", "read committed", "Repeatable\tRead", " SERIALIZABLE ", "", None]
    )
    @pytest.mark.parametrize("driver", ["FreeTDS", DRIVER_17])
    def test_a_level_is_fine(self, level: object, driver: str) -> None:
        assert ids(163, entry(options={"isolation_level": level, "driver": driver})) == []

    def test_another_type_is_another_matter(self) -> None:
        assert ids(163, entry(options={"isolation_level": 4096})) == []
