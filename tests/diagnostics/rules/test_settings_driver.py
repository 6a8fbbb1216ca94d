from __future__ import annotations

import pytest

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import Facts, Unreadable
from django_mssql_ops.diagnostics.registry import judge
from tests.configuration.entries import (
    DRIVER_17,
    DRIVER_18,
    all_ids,
    entry,
    findings,
    ids,
    implicit,
    mssql_python,
)

LIBRARY = "/opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.6.so.2.1"


class TestDriverIsPath:
    @pytest.mark.parametrize("driver", [LIBRARY, "libmsodbcsql.so", "msodbcsql18.dll"])
    def test_a_file_is_an_error(self, driver: str) -> None:
        (finding,) = findings(142, entry(options={"driver": driver}))
        assert finding.id == "mssql_ops.E142"
        assert (
            f"DATABASES['default']['OPTIONS']['driver'] is the file {driver!r}" in finding.message
        )
        assert DRIVER_18 in finding.hint

    @pytest.mark.parametrize(
        "driver",
        [DRIVER_18, "FreeTDS", "SQL Server Native Client 11.0", "/usr/lib/odbc/libtdsodbc.so"],
    )
    def test_a_name_is_fine_and_so_is_the_file_of_freetds(self, driver: str) -> None:
        assert ids(142, entry(options={"driver": driver})) == []

    def test_host_is_server_and_dsn_and_mssql_python_are_other_matters(self) -> None:
        path = {"driver": LIBRARY}
        assert ids(142, entry(options={**path, "host_is_server": True})) == []
        assert ids(142, entry(options={**path, "dsn": "shop"})) == []
        assert ids(142, mssql_python(options=path)) == []


class TestDriverBraced:
    @pytest.mark.parametrize("driver", [f"{{{DRIVER_18}}}", f"{{{DRIVER_17}", "{FreeTDS}"])
    def test_braces_are_an_error(self, driver: str) -> None:
        values = entry(options={"driver": driver})
        (finding,) = findings(144, values)
        assert finding.id == "mssql_ops.E144"
        assert f"DATABASES['default']['OPTIONS']['driver'] is {driver!r}" in finding.message
        assert repr(driver.strip("{}")) in finding.hint
        assert all_ids(values) == ["mssql_ops.E144"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(),
            entry(options={"driver": "Acme {new}"}),
            entry(options={"driver": "{x}", "dsn": "shop"}),
            mssql_python(options={"driver": "{x}"}),
        ],
    )
    def test_a_bare_name_and_one_that_is_not_used_are_fine(self, values: object) -> None:
        assert ids(144, values) == []


class TestDriverLegacy:
    @pytest.mark.parametrize(
        "driver",
        [
            "SQL Server",
            "sql server",
            "SQL Server Native Client 11.0",
            "ODBC Driver 11 for SQL Server",
            "ODBC Driver 13 for SQL Server",
            "ODBC Driver 13.1 for SQL Server",
        ],
    )
    def test_a_retired_driver_is_an_error(self, driver: str) -> None:
        values = entry(options={"driver": driver})
        (finding,) = findings(145, values)
        assert finding.id == "mssql_ops.E145"
        assert f"DATABASES['default']['OPTIONS']['driver'] is {driver!r}" in finding.message
        assert repr(DRIVER_18) in finding.hint
        assert all_ids(values) == ["mssql_ops.E145"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(),
            entry(options={"driver": DRIVER_17}),
            entry(options={"driver": "ODBC Driver 19 for SQL Server"}),
            entry(options={"driver": "SQL Server 2"}),
            entry(options={"driver": "FreeTDS"}),
            entry(options={"driver": "SQL Server", "dsn": "shop"}),
            mssql_python(options={"driver": "SQL Server"}),
        ],
    )
    def test_a_current_driver_and_one_that_is_not_used_are_fine(self, values: object) -> None:
        assert ids(145, values) == []


class TestDriverNotInstalled:
    def test_a_name_that_is_not_registered_is_an_error(self) -> None:
        (finding,) = findings(146, entry(), installed=(DRIVER_17, "FreeTDS"))
        assert finding.id == "mssql_ops.E146"
        assert repr(DRIVER_18) in finding.message
        assert f"registered: FreeTDS, {DRIVER_17}" in finding.message
        assert "use_bundled_driver()" in finding.hint

    def test_freetds_is_installed_by_another_package(self) -> None:
        (finding,) = findings(146, entry(options={"driver": "FreeTDS"}))
        assert "tdsodbc" in finding.hint
        assert "msodbcsql" not in finding.hint

    def test_nothing_registered_at_all(self) -> None:
        (finding,) = findings(146, entry(), installed=())
        assert "registered: none" in finding.message

    def test_a_registered_name_is_fine_in_any_case(self) -> None:
        assert ids(146, entry()) == []
        assert ids(146, entry(options={"driver": DRIVER_18.lower()})) == []

    @pytest.mark.parametrize("driver", [f"{{{DRIVER_18}}}", "{x}", "SQL Server"])
    def test_a_name_in_braces_and_a_retired_one_are_other_matters(self, driver: str) -> None:
        assert ids(146, entry(options={"driver": driver}), installed=()) == []

    def test_a_blank_too_many_makes_another_name(self) -> None:
        assert ids(146, entry(options={"driver": f"{DRIVER_18} "})) == ["mssql_ops.E146"]

    def test_the_backend_tries_driver_17_when_none_is_named(self) -> None:
        assert ids(146, implicit(), installed=(DRIVER_17,)) == []
        (finding,) = findings(146, implicit(), installed=("FreeTDS",))
        assert DRIVER_17 in finding.message

    @pytest.mark.parametrize(
        "values",
        [
            mssql_python(),
            entry(options={"dsn": "shop"}),
            entry(options={"driver": LIBRARY}),
            entry(options={"driver": 18}),
        ],
        ids=["mssql_python", "dsn", "path", "wrong type"],
    )
    def test_who_does_not_use_a_registered_name_is_not_asked(self, values: object) -> None:
        assert ids(146, values, installed=()) == []

    def test_what_could_not_be_read_is_unknown_and_no_error(self) -> None:
        facts = Facts(
            alias="default",
            settings=read_settings("default", entry()),
            installed_drivers=Unreadable("permission denied"),
        )
        (finding,) = (f for f in judge(facts, stage="settings") if f.rule == 146)
        assert finding.id == "mssql_ops.U146"


class TestDriverImplicit:
    def test_no_driver_is_a_warning(self) -> None:
        (finding,) = findings(147, implicit())
        assert finding.id == "mssql_ops.W147"
        assert "DATABASES['default']['OPTIONS']['driver'] is not set" in finding.message
        assert repr(DRIVER_18) in finding.hint

    def test_the_default_written_out_is_fine(self) -> None:
        assert ids(147, entry()) == []

    def test_a_dsn_and_mssql_python_do_not_fall_back(self) -> None:
        assert ids(147, implicit(options={"dsn": "shop"})) == []
        assert ids(147, mssql_python()) == []
