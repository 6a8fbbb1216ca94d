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
