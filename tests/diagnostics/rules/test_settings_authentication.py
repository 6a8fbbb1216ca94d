from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import NOT_ASKED
from tests.configuration.entries import (
    DRIVER_17,
    all_ids,
    entry,
    facts,
    findings,
    ids,
    mssql_python,
    project,
)


def odbc(extra: str, **more: Any) -> Any:
    return entry(extra=f"MARS_Connection=yes;{extra}", **more)


class TestAuthModeUnknown:
    @pytest.mark.parametrize(
        ("mode", "hint"),
        [
            ("ActiveDirectoryManagedIdentity", "Did you mean ActiveDirectoryMsi?"),
            ("ActiveDirectoryBogus", "Use one of SqlPassword, "),
            ("Msi", "Did you mean ActiveDirectoryMsi?"),
            ("ActiveDirectoryDeviceCodeFlow", "Only mssql-python knows it"),
            (" ActiveDirectoryMsi", "Remove the blanks: 'Authentication=ActiveDirectoryMsi'."),
            (" ActiveDirectoryDefault", "Only mssql-python knows it"),
        ],
    )
    def test_a_value_that_odbc_refuses_is_an_error(self, mode: str, hint: str) -> None:
        values = odbc(f"Authentication={mode}")
        (finding,) = findings(128, values)
        assert finding.id == "mssql_ops.E128"
        assert f"['extra_params']: Authentication={mode!r} is refused" in finding.message
        assert hint in finding.hint
        assert finding.about == "Authentication"
        assert all_ids(values) == ["mssql_ops.E128"]

    @pytest.mark.parametrize("mode", ["ActiveDirectoryDeviceFlow", "Bogus", ""])
    def test_a_value_that_mssql_python_refuses_is_an_error(self, mode: str) -> None:
        assert all_ids(mssql_python(extra=f"Authentication={mode}")) == ["mssql_ops.E128"]

    @pytest.mark.parametrize(
        "mode",
        ["SqlPassword", "sqlpassword", "ActiveDirectoryMSI", "ActiveDirectoryIntegrated", ""],
    )
    def test_a_mode_of_odbc_is_fine_in_any_case(self, mode: str) -> None:
        assert all_ids(odbc(f"Authentication={mode}")) == []
        assert ids(128, entry(extra=f"Authentication={mode}", options={"driver": DRIVER_17})) == []

    @pytest.mark.parametrize(
        "mode", ["ActiveDirectoryDefault", "ActiveDirectoryDeviceCode", " ActiveDirectoryMsi"]
    )
    def test_mssql_python_knows_more(self, mode: str) -> None:
        assert all_ids(mssql_python(extra=f"Authentication={mode}")) == []

    @pytest.mark.parametrize(
        "values",
        [
            entry(extra="Authentication=Bogus", options={"driver": "FreeTDS"}),
            entry(extra="Authentication=Bogus", options={"dsn": "shop"}),
            odbc("Authentication =Bogus"),
        ],
        ids=["freetds", "dsn", "ignored by the driver"],
    )
    def test_what_nobody_knows_to_be_refused_is_left_alone(self, values: Any) -> None:
        assert ids(128, values) == []

    def test_what_could_be_a_secret_is_not_shown(self) -> None:
        (finding,) = findings(128, odbc("Authentication=SqlPassword PWD=hunter2"))
        assert "hunter2" not in repr(finding)


class TestAuthDefaultOnOdbc:
    @pytest.mark.parametrize("mode", ["ActiveDirectoryDefault", "activedirectorydevicecode"])
    def test_is_an_error_on_linux_and_a_warning_on_windows(self, mode: str) -> None:
        values = odbc(f"Authentication={mode}")
        (finding,) = findings(129, values)
        assert finding.id == "mssql_ops.E129"
        assert "known to mssql-python only" in finding.message
        assert "'mssql_python'" in finding.hint
        assert all_ids(values) == ["mssql_ops.E129"]
        assert all_ids(values, about_project=project(platform="nt")) == ["mssql_ops.W129"]

    @pytest.mark.parametrize(
        "values",
        [
            mssql_python(extra="Authentication=ActiveDirectoryDefault"),
            odbc("Authentication=ActiveDirectoryMsi"),
            odbc("Authentication=ActiveDirectoryDefaults"),
            entry(extra="Authentication=ActiveDirectoryDefault", options={"dsn": "shop"}),
        ],
        ids=["mssql_python", "known", "unknown to all", "dsn"],
    )
    def test_other_drivers_and_other_modes_are_other_matters(self, values: Any) -> None:
        assert ids(129, values) == []


class TestAuthNeedsCredentials:
    MODES = ("SqlPassword", "ActiveDirectoryPassword", "ActiveDirectoryServicePrincipal")

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("rest", ["", ";UID=svc", ";PWD=made-up"])
    def test_without_both_the_driver_refuses(self, mode: str, rest: str) -> None:
        for values in (
            odbc(f"Authentication={mode}{rest}", USER="", PASSWORD=""),
            mssql_python(extra=f"Authentication={mode}{rest}", USER="", PASSWORD=""),
        ):
            (finding,) = findings(131, values)
            assert finding.id == "mssql_ops.E131"
            assert "(FA003)" in finding.message
            assert mode in finding.message

    def test_a_password_alone_is_never_sent(self) -> None:
        values = odbc("Authentication=SqlPassword", USER="")
        assert all_ids(values) == ["mssql_ops.E131"]

    @pytest.mark.parametrize(
        ("mode", "letter"), [("SqlPassword", "W"), ("ActiveDirectoryServicePrincipal", "E")]
    )
    def test_an_empty_password_reaches_the_server(self, mode: str, letter: str) -> None:
        values = odbc(f"Authentication={mode}", PASSWORD="")
        (finding,) = findings(131, values)
        assert "['PASSWORD'] is empty" in finding.message
        assert all_ids(values) == [f"mssql_ops.{letter}131"]

    @pytest.mark.parametrize("mode", ["SqlPassword", "ActiveDirectoryServicePrincipal"])
    def test_both_are_fine_wherever_they_stand(self, mode: str) -> None:
        assert all_ids(odbc(f"Authentication={mode}")) == []
        assert ids(131, odbc(f"Authentication={mode};UID=a;PWD=b", USER="", PASSWORD="")) == []

    @pytest.mark.parametrize(
        "values",
        [
            odbc("Authentication=ActiveDirectoryMsi", USER="", PASSWORD=""),
            odbc("Authentication=", USER="", PASSWORD=""),
            odbc("Authentication=Bogus", USER="", PASSWORD=""),
            odbc("Authentication=SqlPassword", USER="", TOKEN="t"),
            odbc("Authentication=SqlPassword", PASSWORD=None),
            entry(extra="Authentication=SqlPassword", options={"dsn": "shop"}, USER=""),
            entry(USER="", PASSWORD=""),
        ],
        ids=["msi", "empty", "unknown", "token", "wrong type", "dsn", "integrated"],
    )
    def test_what_needs_none_or_is_another_matter(self, values: Any) -> None:
        assert ids(131, values) == []


class TestAuthWithTrusted:
    def test_both_are_refused(self) -> None:
        values = odbc("Authentication=ActiveDirectoryMsi;Trusted_Connection=YES")
        (finding,) = findings(132, values)
        assert finding.id == "mssql_ops.E132"
        assert "(FA001)" in finding.message
        assert finding.hint == "Remove Trusted_Connection."
        assert all_ids(values) == ["mssql_ops.E132"]

    def test_both_are_refused_by_mssql_python_where_odbc_logs_in(self) -> None:
        extra = "Authentication=ActiveDirectoryIntegrated;Trusted_Connection=yes"
        assert ids(132, mssql_python(extra=extra)) == ["mssql_ops.E132"]

    @pytest.mark.parametrize(
        "values",
        [
            odbc("Authentication=ActiveDirectoryMsi;Trusted_Connection=no"),
            odbc("Authentication=ActiveDirectoryMsi", Trusted_Connection="yes"),
            odbc("Authentication=;Trusted_Connection=yes"),
            odbc("Trusted_Connection=yes"),
            odbc("Authentication=ActiveDirectoryMsi;Trusted_Connection =yes"),
            mssql_python(extra="Authentication=ActiveDirectoryMsi;Trusted_Connection=yes"),
        ],
        ids=["no", "the setting", "empty", "alone", "ignored", "taken out by mssql-python"],
    )
    def test_what_the_driver_accepts_is_fine(self, values: Any) -> None:
        assert ids(132, values) == []


class TestAuthAdpasswordDeprecated:
    def test_is_a_warning(self) -> None:
        values = odbc("Authentication=activedirectorypassword")
        (finding,) = findings(140, values)
        assert finding.id == "mssql_ops.W140"
        assert "ActiveDirectoryPassword is deprecated" in finding.message
        assert all_ids(values) == ["mssql_ops.W140"]

    @pytest.mark.parametrize("mode", ["SqlPassword", "ActiveDirectoryPasswords"])
    def test_another_mode_is_not(self, mode: str) -> None:
        assert ids(140, odbc(f"Authentication={mode}")) == []


def test_a_rule_about_the_project_is_not_asked_where_nobody_looked() -> None:
    values = odbc("Authentication=ActiveDirectoryDefault")
    assert facts(values, about_project=NOT_ASKED).project is NOT_ASKED  # type: ignore[arg-type]
    assert ids(129, values, about_project=NOT_ASKED) == []
