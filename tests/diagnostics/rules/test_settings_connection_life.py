from __future__ import annotations

import pytest

from tests.configuration.entries import all_ids, entry, findings, ids


class TestConnAgeNoHealth:
    @pytest.mark.parametrize("age", [1, 0.5, 600])
    def test_a_kept_connection_that_nobody_asks_is_a_warning(self, age: float) -> None:
        values = entry(CONN_MAX_AGE=age)
        (finding,) = findings(178, values)
        assert finding.id == "mssql_ops.W178"
        assert "['CONN_HEALTH_CHECKS'] is not True" in finding.message
        assert all_ids(values) == ["mssql_ops.W178"]

    def test_for_ever_is_a_kept_connection_too(self) -> None:
        assert all_ids(entry(CONN_MAX_AGE=None)) == ["mssql_ops.W178", "mssql_ops.W179"]

    def test_with_health_checks_it_is_fine(self) -> None:
        assert all_ids(entry(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)) == []

    @pytest.mark.parametrize("age", [0, -1, "600", True])
    def test_what_is_not_kept_or_no_number_is_another_matter(self, age: object) -> None:
        assert ids(178, entry(CONN_MAX_AGE=age)) == []


class TestConnAgeUnlimited:
    def test_is_a_warning(self) -> None:
        values = entry(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)
        (finding,) = findings(179, values)
        assert finding.id == "mssql_ops.W179"
        assert "['CONN_MAX_AGE'] is None" in finding.message
        assert all_ids(values) == ["mssql_ops.W179"]

    @pytest.mark.parametrize("age", [0, 3600, "None"])
    def test_a_number_is_fine(self, age: object) -> None:
        assert ids(179, entry(CONN_MAX_AGE=age)) == []

    def test_no_value_is_fine(self) -> None:
        assert ids(179, entry()) == []
