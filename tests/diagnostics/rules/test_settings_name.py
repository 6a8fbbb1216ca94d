from __future__ import annotations

import pytest

from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python


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


class TestNameNoneMaster:
    def test_none_is_a_warning(self) -> None:
        (finding,) = findings(103, entry(NAME=None))
        assert finding.id == "mssql_ops.W103"
        assert "DATABASES['default']['NAME'] is None" in finding.message
        assert all_ids(entry(NAME=None)) == ["mssql_ops.W103"]

    @pytest.mark.parametrize("name", ["", "None", "shop", 5])
    def test_anything_else_is_another_matter(self, name: object) -> None:
        assert ids(103, entry(NAME=name)) == []

    def test_extra_params_name_the_database_for_mssql_python(self) -> None:
        assert ids(103, mssql_python(NAME=None)) == ["mssql_ops.W103"]
        assert ids(103, mssql_python(NAME=None, extra="Database=shop")) == []


class TestNameSystemDb:
    @pytest.mark.parametrize("name", ["master", "MSDB", "model ", "TempDB"])
    def test_a_database_of_the_server_is_a_warning(self, name: str) -> None:
        (finding,) = findings(104, entry(NAME=name))
        assert finding.id == "mssql_ops.W104"
        assert f"DATABASES['default']['NAME'] is {name!r}" in finding.message
        assert all_ids(entry(NAME=name)) == ["mssql_ops.W104"]

    def test_the_database_in_extra_params_counts_for_mssql_python(self) -> None:
        (finding,) = findings(104, mssql_python(extra="Database=master"))
        assert "['extra_params']: Database is 'master'" in finding.message

    @pytest.mark.parametrize("name", ["shop", "master2", "", None, "Resource"])
    def test_another_name_is_fine(self, name: object) -> None:
        assert ids(104, entry(NAME=name)) == []
