"""Rules 216, 218 and 220: how production uses the database."""

from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import entry, findings, ids, mssql_python


class TestQueryTimeoutNone:
    def test_zero_is_a_warning(self) -> None:
        (finding,) = findings(216, entry(options={"query_timeout": 0}))
        assert finding.id == "mssql_ops.W216"
        assert "['query_timeout'] is 0 or absent" in finding.message

    def test_so_is_none_at_all(self) -> None:
        values = mssql_python()
        del values["OPTIONS"]["query_timeout"]
        assert ids(216, values) == ["mssql_ops.W216"]

    def test_a_limit_is_fine(self) -> None:
        assert ids(216, entry(options={"query_timeout": 1})) == []

    @pytest.mark.parametrize("value", ["30", True, None, 1.5])
    def test_what_is_no_number_of_seconds_is_another_matter(self, value: Any) -> None:
        assert ids(216, entry(options={"query_timeout": value})) == []


class TestReadUncommitted:
    @pytest.mark.parametrize(
        "level", ["READ UNCOMMITTED", "read uncommitted", " READ  UNCOMMITTED"]
    )
    def test_dirty_reads_are_a_warning(self, level: str) -> None:
        (finding,) = findings(218, entry(options={"isolation_level": level}))
        assert finding.id == "mssql_ops.W218"
        assert "isolation_level'] is READ UNCOMMITTED: under load" in finding.message
        assert "READ_COMMITTED_SNAPSHOT" in finding.hint

    @pytest.mark.parametrize("level", ["READ COMMITTED", "SNAPSHOT", "", None])
    def test_other_levels_are_fine(self, level: Any) -> None:
        assert ids(218, entry(options={"isolation_level": level})) == []

    def test_an_alias_that_only_reads_may(self) -> None:
        options = {"isolation_level": "READ UNCOMMITTED"}
        assert ids(218, entry(extra="ApplicationIntent=ReadOnly", options=options)) == []


class TestSystemDb:
    @pytest.mark.parametrize("name", ["master", "MASTER", "model", "msdb", "tempdb", " tempdb"])
    def test_a_database_of_the_server_is_an_error(self, name: str) -> None:
        (finding,) = findings(220, entry(NAME=name))
        assert finding.id == "mssql_ops.E220"
        assert finding.message.startswith(f"DATABASES['default']['NAME'] is {name!r}: ")

    def test_none_means_master(self) -> None:
        (finding,) = findings(220, entry(NAME=None))
        assert finding.id == "mssql_ops.E220"
        assert "would go to 'master'" in finding.message

    @pytest.mark.parametrize("name", ["shop", "mastermind", "tempdb2", ""])
    def test_a_database_of_ones_own_is_fine(self, name: str) -> None:
        assert ids(220, entry(NAME=name)) == []

    def test_a_wrong_type_is_another_matter(self) -> None:
        assert ids(220, entry(NAME=7)) == []
