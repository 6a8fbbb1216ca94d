from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import DRIVER_17, all_ids, entry, findings, ids, mssql_python

LIBRARY = "/opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.6.so.2.1"
PATH = {"driver": LIBRARY, "host_is_server": True}
FREETDS = {"driver": "FreeTDS"}


class TestHostHasPortTwice:
    @pytest.mark.parametrize("host", ["db,1444", "tcp:db,1444", "db\\sales,1444", "db , 1444"])
    @pytest.mark.parametrize("build", [entry, mssql_python])
    def test_two_ports_are_an_error(self, host: str, build: Any) -> None:
        values = build(HOST=host, PORT=1433)
        (finding,) = findings(157, values)
        assert finding.id == "mssql_ops.E157"
        assert finding.message.startswith(f"DATABASES['default']['HOST'] is {host!r}")
        assert "PORT '1433' is ignored" in finding.message
        assert all_ids(values) == ["mssql_ops.E157"]

    def test_what_port_holds_does_not_matter_then(self) -> None:
        assert all_ids(entry(HOST="db,1444", PORT="abc")) == ["mssql_ops.E157"]

    def test_a_path_to_microsofts_driver_ignores_the_port_as_well(self) -> None:
        values = entry(HOST="db,1444", PORT="1500", options=PATH)
        assert all_ids(values) == ["mssql_ops.E157"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(HOST="db,1444"),
            entry(HOST="db", PORT="1444"),
            entry(HOST="db,1444", PORT=1444),
            entry(HOST="db,1444,1433"),
            entry(HOST="db,1444", PORT="1433", options={"dsn": "shop"}),
            entry(HOST="db,1444", PORT="1433", extra="Addr=db"),
            entry(HOST="db,1444", PORT="1433", options=FREETDS),
            mssql_python(HOST="db,1444", PORT="1433", extra="Server=db"),
        ],
    )
    def test_one_port_or_one_that_is_not_used_is_fine(self, values: Any) -> None:
        assert ids(157, values) == []


class TestHostColonPort:
    @pytest.mark.parametrize("host", ["db:1444", "tcp:db:1444", "10.0.0.5:1444", "db:1444\\sales"])
    @pytest.mark.parametrize("port", ["", "1433"])
    def test_a_colon_is_an_error(self, host: str, port: str) -> None:
        (finding,) = findings(158, entry(HOST=host, PORT=port))
        assert finding.id == "mssql_ops.E158"
        assert f"['HOST'] is {host!r}: the driver takes a port behind a comma" in finding.message
        assert all_ids(entry(HOST=host, PORT=port)) == ["mssql_ops.E158"]
        assert all_ids(mssql_python(HOST=host, PORT=port)) == ["mssql_ops.E158"]

    def test_a_comma_behind_it_does_not_help(self) -> None:
        values = entry(HOST="db:1444,1433", PORT="1500")
        assert all_ids(values) == ["mssql_ops.E158"]

    @pytest.mark.parametrize("host", ["::1", "fe80::1", "tcp:db", "tcp:db,1444", "db,1444", ""])
    def test_an_address_and_a_protocol_are_fine(self, host: str) -> None:
        assert ids(158, entry(HOST=host)) == []

    def test_freetds_looks_it_up_elsewhere(self) -> None:
        assert ids(158, entry(HOST="db:1444", options=FREETDS)) == []


class TestHostBlankWithPort:
    @pytest.mark.parametrize("host", ["", "  "])
    def test_a_port_without_a_host_is_a_warning(self, host: str) -> None:
        (finding,) = findings(160, entry(HOST=host, PORT="1444"))
        assert finding.id == "mssql_ops.W160"
        assert "DATABASES['default']['HOST'] is empty and PORT is set" in finding.message
        assert all_ids(entry(HOST=host, PORT="1444")) == ["mssql_ops.W160"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(HOST=""),
            entry(HOST="", PORT=0),
            entry(HOST=".", PORT="1444"),
            entry(HOST="", PORT="1444", options={"dsn": "shop"}),
            entry(HOST="", PORT="1444", extra="Address=db"),
            mssql_python(HOST="", PORT="1444"),
        ],
    )
    def test_the_local_machine_by_itself_is_fine(self, values: Any) -> None:
        assert ids(160, values) == []


class TestPortInvalid:
    @pytest.mark.parametrize("port", ["0", "65536", "14.33", "abc", -5, "1433/tcp", "١٤٣٣"])
    @pytest.mark.parametrize("build", [entry, mssql_python])
    def test_no_port_is_an_error(self, port: object, build: Any) -> None:
        (finding,) = findings(162, build(PORT=port))
        assert finding.id == "mssql_ops.E162"
        assert f"DATABASES['default']['PORT'] is {str(port)!r}" in finding.message
        assert finding.about == "PORT"
        assert all_ids(build(PORT=port)) == ["mssql_ops.E162"]

    @pytest.mark.parametrize("port", [1433.0, True, ["1433"], b"1433"])
    def test_another_type_is_an_error(self, port: object) -> None:
        (finding,) = findings(162, entry(PORT=port))
        assert f"is a value of type {type(port).__name__}" in finding.message
        assert all_ids(entry(PORT=port)) == ["mssql_ops.E162"]

    @pytest.mark.parametrize("host", ["db,", "db,abc", "db\\sales,70000"])
    def test_a_port_in_the_host_is_judged_too(self, host: str) -> None:
        (finding,) = findings(162, entry(HOST=host))
        assert f"DATABASES['default']['HOST'] is {host!r}" in finding.message
        assert finding.about == "HOST"
        assert all_ids(entry(HOST=host)) == ["mssql_ops.E162"]

    def test_another_makers_driver_gets_it_with_host_is_server(self) -> None:
        direct = {**FREETDS, "host_is_server": True}
        assert ids(162, entry(PORT="abc", options=direct)) == ["mssql_ops.E162"]
        assert ids(162, entry(PORT="abc", options=FREETDS)) == []
        assert all_ids(entry(PORT="abc", options=PATH)) == ["mssql_ops.E162"]

    @pytest.mark.parametrize(
        "values",
        [
            *(
                entry(PORT=port)
                for port in ("", None, 0, False, 1, 65535, "1433", " 1433 ", "01433")
            ),
            entry(HOST="db,1444"),
            entry(PORT="abc", options={"dsn": "shop"}),
            entry(PORT="abc", extra="Addr=db"),
            entry(HOST="db", PORT="1444", options={"driver": DRIVER_17}),
        ],
    )
    def test_a_port_and_what_is_skipped_are_fine(self, values: Any) -> None:
        assert ids(162, values) == []


class TestDriverPathPortLost:
    def test_a_port_beside_a_path_is_an_error(self) -> None:
        values = entry(PORT="1444", options=PATH)
        (finding,) = findings(143, values)
        assert finding.id == "mssql_ops.E143"
        assert "DATABASES['default']['PORT'] is '1444'" in finding.message
        assert "connects to 1433" in finding.message
        assert all_ids(values) == ["mssql_ops.E143"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(options=PATH),
            entry(PORT=1433, options=PATH),
            entry(PORT="1444"),
            # Rule 142 says that nothing at all is reached so:
            entry(PORT="1444", options={"driver": LIBRARY}),
            # FreeTDS knows the keyword.
            entry(
                PORT="1444",
                options={"driver": "/usr/lib/libtdsodbc.so", "host_is_server": True},
            ),
            entry(PORT="1444", options={**PATH, "dsn": "shop"}),
            mssql_python(PORT="1444", options=PATH),
        ],
    )
    def test_the_default_port_and_other_drivers_are_fine(self, values: Any) -> None:
        assert ids(143, values) == []


@pytest.mark.parametrize("number", [157, 158, 160, 162])
def test_what_may_hold_a_secret_is_not_quoted(number: int) -> None:
    values = entry(HOST="db,1;PWD=hunter2", PORT="Password: hunter2")
    assert "hunter2" not in repr(findings(number, values))
