from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import DRIVER_17, all_ids, entry, findings, ids, mssql_python
from tests.configuration.entries import project as about


class TestMarsUnsetPosix:
    @pytest.mark.parametrize("extra", ["", "Encrypt=yes", "MARS=yes;Encrypt=yes"])
    def test_is_a_warning(self, extra: str) -> None:
        (finding,) = findings(174, entry(extra=extra))
        assert finding.id == "mssql_ops.W174"
        assert "['extra_params'] has no MARS_Connection" in finding.message
        assert "'MARS_Connection=no'" in finding.hint

    def test_is_one_finding(self) -> None:
        assert all_ids(entry(extra="Encrypt=yes")) == ["mssql_ops.W174"]

    def test_driver_17_is_no_other(self) -> None:
        assert ids(174, entry(extra="", options={"driver": DRIVER_17})) == ["mssql_ops.W174"]

    def test_a_file_of_microsofts_driver_is_no_other(self) -> None:
        path = {"driver": "/opt/libmsodbcsql-18.6.so.2.1", "host_is_server": True}
        assert all_ids(entry(extra="", options=path)) == ["mssql_ops.W174"]

    @pytest.mark.parametrize(
        "extra", ["MARS_Connection=yes", "mars_connection=no", "Encrypt=yes; MARS_CONNECTION=No"]
    )
    def test_either_value_is_fine(self, extra: str) -> None:
        assert all_ids(entry(extra=extra)) == []

    def test_on_windows_mssql_django_asks_for_it(self) -> None:
        assert ids(174, entry(extra=""), about_project=about(platform="nt")) == []

    @pytest.mark.parametrize(
        "values",
        [
            mssql_python(),
            entry(extra="", options={"dsn": "shop"}),
            entry(extra="", options={"driver": "FreeTDS"}),
            entry(extra="", options={"driver": "/opt/libtdsodbc.so", "host_is_server": True}),
            # It does not get as far as that: rule 142.
            entry(extra="", options={"driver": "/opt/libmsodbcsql-18.6.so.2.1"}),
        ],
        ids=["mssql_python", "dsn", "freetds", "freetds by path", "server lost"],
    )
    def test_other_drivers_are_other_matters(self, values: Any) -> None:
        assert ids(174, values) == []
