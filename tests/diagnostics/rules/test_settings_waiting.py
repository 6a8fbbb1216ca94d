from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python, project

AZURE = "shop.database.windows.net"


def waiting(timeout: object, retries: object = 0, pause: object = 5, **more: Any) -> Any:
    options = {
        "connection_timeout": timeout,
        "connection_retries": retries,
        "connection_retry_backoff_time": pause,
    }
    return entry(options=options, **more)


class TestConnectionTimeoutAzure:
    @pytest.mark.parametrize("seconds", [1, 15, 29])
    def test_a_short_time_is_a_warning(self, seconds: int) -> None:
        values = waiting(seconds, HOST=AZURE)
        (finding,) = findings(167, values)
        assert finding.id == "mssql_ops.W167"
        assert f"['connection_timeout'] is {seconds}" in finding.message
        assert "less than the 30 seconds" in finding.message
        assert all_ids(values) == ["mssql_ops.W167"]

    @pytest.mark.parametrize(
        "values",
        [
            waiting(30, HOST=AZURE),
            waiting(0, HOST=AZURE),
            waiting(5, HOST=f"{AZURE}.example.com"),
            waiting(5),
        ],
        ids=["30", "unset", "looks alike", "elsewhere"],
    )
    def test_what_is_long_enough_or_elsewhere_is_fine(self, values: Any) -> None:
        assert ids(167, values) == []

    def test_its_advice_fits_into_the_budget(self) -> None:
        assert all_ids(waiting(30, HOST=AZURE)) == []
        assert all_ids(waiting(60, HOST=AZURE)) == []


class TestConnectionTimeoutUnset:
    @pytest.mark.parametrize("make", [entry, mssql_python])
    def test_is_an_information(self, make: Any) -> None:
        values = make(options={"connection_timeout": 0, "connection_retries": 1})
        (finding,) = findings(168, values)
        assert finding.id == "mssql_ops.I168"
        assert "['connection_timeout'] is not set" in finding.message
        assert "15 seconds" in finding.message
        assert all_ids(values) == ["mssql_ops.I168"]

    def test_an_absent_one_is_the_same(self) -> None:
        values = waiting(0, 1)
        del values["OPTIONS"]["connection_timeout"]
        assert all_ids(values) == ["mssql_ops.I168"]

    @pytest.mark.parametrize("seconds", [1, 15, "16", None, True, -1])
    def test_a_number_is_fine_and_another_type_another_matter(self, seconds: object) -> None:
        assert ids(168, waiting(seconds)) == []

    @pytest.mark.parametrize("options", [{"dsn": "shop"}, {"driver": "FreeTDS"}])
    def test_the_default_of_another_driver_is_not_known(self, options: dict[str, Any]) -> None:
        assert ids(168, entry(options={**options, "connection_timeout": 0})) == []


class TestConnectBudget:
    @pytest.mark.parametrize(
        ("timeout", "retries", "pause", "total"),
        [(15, 5, 5, "115 seconds"), (0, 5, 5, "115 seconds"), (1, 10, 5, "61 seconds")],
    )
    def test_a_long_wait_is_a_warning(
        self, timeout: int, retries: int, pause: int, total: str
    ) -> None:
        (finding,) = findings(169, waiting(timeout, retries, pause))
        assert finding.id == "mssql_ops.W169"
        assert f"lets a worker wait {total} for a connection" in finding.message
        assert "CONNECT_BUDGET" in finding.hint

    def test_is_one_finding(self) -> None:
        assert all_ids(waiting(15, 5)) == ["mssql_ops.W169"]

    @pytest.mark.parametrize(
        ("timeout", "hint"),
        [
            (15, "Set 'connection_retries' to 2 or less"),
            (40, "Set 'connection_retries' to 0, or"),
            (90, "Set 'connection_timeout' below 60 and"),
        ],
    )
    def test_the_hint_names_what_fits(self, timeout: int, hint: str) -> None:
        (finding,) = findings(169, waiting(timeout, 9))
        assert finding.hint.startswith(hint)

    @given(st.integers(1, 100), st.integers(0, 50), st.integers(0, 50), st.integers(1, 200))
    def test_who_follows_the_hint_is_done(
        self, timeout: int, retries: int, pause: int, budget: int
    ) -> None:
        about = project(connect_budget=float(budget))
        found = findings(169, waiting(timeout, retries, pause), about_project=about)
        if found and "'connection_retries' to" in found[0].hint and timeout <= budget:
            fitting = int(found[0].hint.split()[3].rstrip(","))
            assert ids(169, waiting(timeout, fitting, pause), about_project=about) == []
            assert ids(169, waiting(timeout, fitting + 1, pause), about_project=about) != []

    def test_mssql_python_is_tried_once(self) -> None:
        """Its errors have no number, so mssql-django finds none to try again for."""
        waits = {"connection_timeout": 30, "connection_retries": 99}
        assert ids(169, mssql_python(options=waits)) == []
        (finding,) = findings(169, mssql_python(options={**waits, "connection_timeout": 61}))
        assert "lets a worker wait 61 seconds for a connection: 1 attempt" in finding.message

    def test_exactly_the_budget_is_fine(self) -> None:
        assert ids(169, waiting(60)) == []
        assert ids(169, waiting(61)) == ["mssql_ops.W169"]

    def test_the_project_may_allow_more(self) -> None:
        assert ids(169, waiting(15, 5), about_project=project(connect_budget=115.0)) == []
        (finding,) = findings(169, waiting(15, 5), about_project=project(connect_budget=2.5))
        assert "more than the 2.5 of" in finding.message

    @pytest.mark.parametrize(
        "values",
        [
            waiting("15", 99),
            waiting(15, None),
            waiting(15, 99, 1.5),
            waiting(True, 99),
            waiting(15, -1),
            waiting(-90, -90),
        ],
    )
    def test_other_types_and_negative_numbers_are_other_matters(self, values: Any) -> None:
        assert ids(169, values) == []

    def test_a_number_that_is_too_long_to_be_written_is_not(self) -> None:
        (finding,) = findings(169, waiting(10**5000, 10**5000))
        assert len(finding.message) < 400

    def test_the_default_of_another_driver_is_not_guessed(self) -> None:
        values = entry(options={"dsn": "shop", "connection_timeout": 0})
        assert ids(169, values) == []
