from __future__ import annotations

import pytest

from tests.configuration.entries import all_ids, entry, findings, ids


class TestIsolationReadUncommitted:
    @pytest.mark.parametrize("level", ["READ UNCOMMITTED", "read uncommitted"])
    def test_is_a_warning(self, level: str) -> None:
        values = entry(options={"isolation_level": level})
        (finding,) = findings(164, values)
        assert finding.id == "mssql_ops.W164"
        assert f"['isolation_level'] is {level!r}" in finding.message
        assert "READ_COMMITTED_SNAPSHOT" in finding.hint
        assert all_ids(values) == ["mssql_ops.W164"]

    @pytest.mark.parametrize("level", ["READ COMMITTED", "SNAPSHOT", "READ_UNCOMMITTED", "", None])
    def test_another_level_is_another_matter(self, level: object) -> None:
        assert ids(164, entry(options={"isolation_level": level})) == []

    def test_an_alias_that_only_reads_may_do_that(self) -> None:
        extra = "MARS_Connection=yes;ApplicationIntent=ReadOnly"
        values = entry(extra=extra, options={"isolation_level": "READ UNCOMMITTED"})
        assert ids(164, values) == []
