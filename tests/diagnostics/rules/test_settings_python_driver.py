from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.configuration.keywords import KEYWORDS
from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python, project

SOUND = {"mssql-django": "2.0.0", "pyodbc": "5.5.0", "mssql-python": "1.15.0"}


class TestPythonDriverValue:
    @pytest.mark.parametrize("value", ["mssqlpython", "mssql python", "pymssql", True, ["x"]])
    def test_another_value_is_an_error(self, value: object) -> None:
        values = entry(options={"python_driver": value})
        (finding,) = findings(151, values)
        assert finding.id == "mssql_ops.E151"
        assert "DATABASES['default']['OPTIONS']['python_driver'] is '" in finding.message
        assert "it uses pyodbc" in finding.message
        assert all_ids(values) == ["mssql_ops.E151"]

    @pytest.mark.parametrize(
        "value", ["mssql_python", "MSSQL-Python", " python ", "pyodbc", "PyODBC", "", None, False]
    )
    def test_what_is_known_or_empty_is_fine(self, value: object) -> None:
        assert ids(151, entry(options={"python_driver": value})) == []

    def test_no_value_is_fine(self) -> None:
        assert ids(151, entry()) == []


class TestPythonDriverIgnoredOption:
    @pytest.mark.parametrize("name", ["driver", "dsn", "host_is_server", "unicode_results"])
    def test_an_option_of_pyodbc_is_a_warning(self, name: str) -> None:
        values = mssql_python(options={name: "x"})
        (finding,) = findings(152, values)
        assert finding.id == "mssql_ops.W152"
        assert f"['OPTIONS'][{name!r}] has no effect" in finding.message
        assert finding.about == name
        assert all_ids(values) == ["mssql_ops.W152"]

    def test_each_is_told_apart(self) -> None:
        named = findings(152, mssql_python(options={"driver": "x", "dsn": "y"}))
        assert [finding.about for finding in named] == ["driver", "dsn"]

    @pytest.mark.parametrize("name", ["connection_timeout", "datefirst", "setencoding"])
    def test_an_option_of_both_is_fine(self, name: str) -> None:
        assert ids(152, mssql_python(options={name: 7})) == []

    def test_on_pyodbc_they_are_fine(self) -> None:
        assert ids(152, entry(options={"host_is_server": True, "unicode_results": True})) == []


class TestPythonDriverKeyword:
    @pytest.mark.parametrize(
        ("extra", "name", "hint"),
        [
            ("MARS_Connection=yes", "MARS_Connection", "mssql-python has no MARS"),
            ("APP=shop", "APP", "always calls itself MSSQL-Python"),
            ("Connect Timeout=5", "Connect Timeout", "OPTIONS['connection_timeout']"),
            ("Encript=yes", "Encript", "Did you mean Encrypt?"),
            ("PORT=1444", "PORT", "Use 'PORT' instead."),
            ("UseFMTONLY=yes", "UseFMTONLY", "only the ODBC driver behind pyodbc has it"),
            ("Frobnicate=1", "Frobnicate", "Remove it or correct its spelling."),
        ],
    )
    def test_an_unknown_keyword_is_an_error(self, extra: str, name: str, hint: str) -> None:
        values = mssql_python(extra=f"Encrypt=yes;{extra}")
        (finding,) = findings(153, values)
        assert finding.id == "mssql_ops.E153"
        assert f"mssql-python refuses the keyword {name!r}" in finding.message
        assert hint in finding.hint
        assert finding.about == name
        assert all_ids(values) == ["mssql_ops.E153"]

    @pytest.mark.parametrize("keyword", ["HostnameInCertificate", "Packet Size", "UID"])
    def test_a_keyword_without_a_value_is_refused_too(self, keyword: str) -> None:
        values = mssql_python(extra=f"{keyword}=;Encrypt=yes")
        (finding,) = findings(153, values)
        assert "has no value" in finding.message
        assert finding.about == keyword
        assert all_ids(values) == ["mssql_ops.E153"]

    def test_an_empty_secret_is_not_told_from_a_hidden_one(self) -> None:
        assert ids(153, mssql_python(extra="PWD=;Encrypt=yes")) == []

    def test_every_keyword_without_a_value_is_named_by_one_rule(self) -> None:
        for keyword in KEYWORDS["mssql_python"].keys() - {"pwd"}:
            assert len(all_ids(mssql_python(extra=f"{keyword}="))) == 1, keyword

    def test_what_may_be_the_rest_of_a_password_is_not_named(self) -> None:
        (finding,) = findings(153, mssql_python(extra="PWD=hun;ter2=x"))
        assert "position 2" in finding.message
        assert "ter2" not in repr(finding)

    @pytest.mark.parametrize(
        "extra",
        [
            "Encrypt=yes;Trust_Server_Certificate=no;Packet Size=512;ADDR=db",
            "  encrypt = strict ; KeepAlive=30",
        ],
    )
    def test_its_own_keywords_are_fine_synonyms_and_blanks_included(self, extra: str) -> None:
        assert ids(153, mssql_python(extra=extra)) == []

    def test_on_pyodbc_it_is_another_matter(self) -> None:
        assert ids(153, entry(extra="Encript=yes")) == []


class TestPythonDriverBlankPassword:
    @pytest.mark.parametrize(
        "extra",
        ["Encrypt=yes", "Authentication=SqlPassword", "Authentication=ActiveDirectoryPassword"],
    )
    def test_is_an_error(self, extra: str) -> None:
        (finding,) = findings(154, mssql_python(PASSWORD="", extra=extra))
        assert finding.id == "mssql_ops.E154"
        assert "DATABASES['default']['PASSWORD'] is empty" in finding.message

    def test_is_one_finding(self) -> None:
        without = mssql_python(PASSWORD="")
        del without["PASSWORD"]
        needing = mssql_python(PASSWORD="", extra="Authentication=SqlPassword")
        assert all_ids(mssql_python(PASSWORD="")) == ["mssql_ops.E154"]
        assert all_ids(needing) == ["mssql_ops.E154"]

    def test_the_mode_that_mssql_django_forgets_is_refused_too(self) -> None:
        values = mssql_python(PASSWORD="", extra="Authentication=ActiveDirectoryDeviceCode")
        assert all_ids(values) == ["mssql_ops.E154"]

    @pytest.mark.parametrize(
        "values",
        [
            mssql_python(),
            mssql_python(USER="", PASSWORD=""),
            mssql_python(PASSWORD="", extra="PWD=made-up"),
            mssql_python(PASSWORD="", extra="Authentication=ActiveDirectoryMsi"),
            mssql_python(PASSWORD="", TOKEN="t"),
            mssql_python(PASSWORD=None),
            entry(PASSWORD=""),
        ],
        ids=["password", "no user", "PWD", "msi", "token", "wrong type", "pyodbc"],
    )
    def test_what_sends_no_empty_password_is_fine(self, values: Any) -> None:
        assert ids(154, values) == []


class TestPythonDriverAlwaysEncrypted:
    @pytest.mark.parametrize(
        "extra",
        [
            "ColumnEncryption=Enabled",
            "columnencryption=Disabled",
            "ColumnEncryption=Enabled;KeyStoreAuthentication=KeyVaultClientSecret;"
            "KeyStorePrincipalId=x;KeyStoreSecret=hunter2",
        ],
    )
    def test_is_one_error(self, extra: str) -> None:
        values = mssql_python(extra=extra)
        (finding,) = findings(155, values)
        assert finding.id == "mssql_ops.E155"
        assert "does not support Always Encrypted" in finding.message
        assert "hunter2" not in repr(finding)
        assert all_ids(values) == ["mssql_ops.E155"]

    def test_pyodbc_supports_it(self) -> None:
        assert ids(155, entry(extra="ColumnEncryption=Enabled")) == []

    def test_encryption_of_the_connection_is_fine(self) -> None:
        assert ids(155, mssql_python(extra="Encrypt=strict")) == []


class TestPythonDriverMissing:
    @pytest.mark.parametrize(
        ("versions", "said"),
        [
            ({"mssql-python": None}, "which is not installed"),
            ({"mssql-python": "1.14.2"}, "of which 1.14.2 is installed"),
            ({"mssql-python": "0.9"}, "of which 0.9 is installed"),
            ({"mssql-django": "1.8.0"}, "mssql-django 1.8.0 does not know it"),
            ({"mssql-django": "1.8.0", "mssql-python": None}, "does not know it"),
        ],
    )
    def test_is_one_error(self, versions: dict[str, str | None], said: str) -> None:
        installed = {k: v for k, v in {**SOUND, **versions}.items() if v is not None}
        about = project(versions=installed)
        (finding,) = findings(156, mssql_python(), about_project=about)
        assert finding.id == "mssql_ops.E156"
        assert said in finding.message
        assert "python -m pip install" in finding.hint
        assert all_ids(mssql_python(), about_project=about) == ["mssql_ops.E156"]

    @pytest.mark.parametrize("version", ["1.15.0", "1.16.0", "2.0", "1.15.0rc1"])
    def test_a_newer_one_is_fine(self, version: str) -> None:
        about = project(versions={**SOUND, "mssql-python": version})
        assert ids(156, mssql_python(), about_project=about) == []

    def test_pyodbc_needs_none(self) -> None:
        assert ids(156, entry(), about_project=project(versions={})) == []
