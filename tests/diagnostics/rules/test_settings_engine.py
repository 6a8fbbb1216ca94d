from __future__ import annotations

import pytest

from tests.configuration.entries import entry, findings, ids


class TestEngineLegacy:
    @pytest.mark.parametrize("engine", ["sql_server.pyodbc", "sqlserver_ado", "django_pyodbc"])
    def test_a_retired_name_is_an_error(self, engine: str) -> None:
        (finding,) = findings(101, entry(ENGINE=engine))
        assert finding.id == "mssql_ops.E101"
        assert f"DATABASES['default']['ENGINE'] is {engine!r}" in finding.message
        assert "'mssql'" in finding.hint

    def test_mssql_is_fine(self) -> None:
        assert ids(101, entry()) == []

    @pytest.mark.parametrize("engine", ["acme.sql_server.pyodbc", "sql_server.pyodbc2", "mssql2"])
    def test_a_name_that_only_looks_alike_is_left_alone(self, engine: str) -> None:
        assert ids(101, entry(ENGINE=engine)) == []


class TestNameMissing:
    def test_an_empty_name_is_an_error(self) -> None:
        (finding,) = findings(102, entry(NAME=""))
        assert finding.id == "mssql_ops.E102"
        assert "DATABASES['default']['NAME'] is empty" in finding.message

    def test_an_absent_name_is_an_error(self) -> None:
        values = entry()
        del values["NAME"]
        assert ids(102, values) == ["mssql_ops.E102"]

    def test_an_empty_name_is_an_error_beside_a_dsn(self) -> None:
        assert ids(102, entry(NAME="", options={"dsn": "shop"})) == ["mssql_ops.E102"]

    def test_a_name_is_fine(self) -> None:
        assert ids(102, entry()) == []

    @pytest.mark.parametrize("name", [None, 5])
    def test_none_and_another_type_are_other_matters(self, name: object) -> None:
        assert ids(102, entry(NAME=name)) == []
