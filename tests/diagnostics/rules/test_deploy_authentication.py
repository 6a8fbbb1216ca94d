"""Rules 208 to 214: who production logs in as, and what it keeps to do so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.views.debug import SafeExceptionReporterFilter

from django_mssql_ops.diagnostics.registry import judge
from tests.configuration.entries import entry, facts, findings, ids, mssql_python

ON_AZURE = "shop.database.windows.net"
SECRET = "Xq9#vT7zKw"


def deployed(values: Any) -> list[str]:
    """All that the rules of this file say about one entry."""
    found = judge(facts(values), stage="settings", deploy=True)
    return [finding.id for finding in found if 208 <= finding.rule <= 214]


def without_password(**top: Any) -> Any:
    values = entry(**top)
    del values["PASSWORD"]
    return values


class TestLoginSa:
    @pytest.mark.parametrize("user", ["sa", "SA", "sa "])
    def test_sa_is_an_error(self, user: str) -> None:
        (finding,) = findings(208, entry(USER=user))
        assert finding.id == "mssql_ops.E208"
        assert finding.message.startswith(f"DATABASES['default']['USER'] is {user!r}: ")

    def test_sa_in_extra_params_is_sa(self) -> None:
        assert ids(208, mssql_python(extra="UID=sa")) == ["mssql_ops.E208"]

    @pytest.mark.parametrize("user", ["sales", "", "sa_app", "app\\sa"])
    def test_another_login_is_fine(self, user: str) -> None:
        assert ids(208, entry(USER=user)) == []

    def test_an_identity_of_that_name_is_another_thing(self) -> None:
        assert ids(208, entry(USER="sa", extra="Authentication=ActiveDirectoryMsi")) == []

    def test_on_azure_it_is_still_one_finding(self) -> None:
        assert deployed(entry(USER="sa", HOST=ON_AZURE)) == ["mssql_ops.E208"]


class TestSqlAuthOnAzure:
    @pytest.mark.parametrize("extra", ["", "Authentication=SqlPassword", "Authentication="])
    def test_a_password_is_a_warning(self, extra: str) -> None:
        (finding,) = findings(209, entry(HOST=ON_AZURE, extra=extra))
        assert finding.id == "mssql_ops.W209"
        assert "is a stored password for Azure SQL" in finding.message
        assert "ActiveDirectoryMsi" in finding.hint

    @pytest.mark.parametrize(
        "mode", ["ActiveDirectoryMsi", "ActiveDirectoryServicePrincipal", "ActiveDirectoryTypo"]
    )
    def test_entra_is_fine_and_a_typo_is_another_matter(self, mode: str) -> None:
        assert ids(209, entry(HOST=ON_AZURE, extra=f"Authentication={mode}")) == []

    def test_on_a_server_of_ones_own_it_is_fine(self) -> None:
        assert ids(209, entry()) == []
        assert ids(209, entry(HOST="database.windows.net.example.com")) == []

    def test_no_password_is_another_matter(self) -> None:
        assert ids(209, without_password(HOST=ON_AZURE)) == []
        assert ids(209, without_password(HOST=ON_AZURE, USER="", TOKEN="made-up")) == []


class TestAdPassword:
    @pytest.mark.parametrize("make", [entry, mssql_python])
    def test_it_is_an_error(self, make: Any) -> None:
        (finding,) = findings(210, make(extra="Authentication=ActiveDirectoryPassword"))
        assert finding.id == "mssql_ops.E210"
        assert "second factor" in finding.message

    @pytest.mark.parametrize("mode", ["SqlPassword", "ActiveDirectoryMsi", ""])
    def test_another_mode_is_fine(self, mode: str) -> None:
        assert ids(210, entry(extra=f"Authentication={mode}")) == []

    def test_on_azure_it_is_one_finding(self) -> None:
        values = entry(HOST=ON_AZURE, extra="Authentication=ActiveDirectoryPassword")
        assert deployed(values) == ["mssql_ops.E210"]


class TestInteractiveAuth:
    @pytest.mark.parametrize("mode", ["ActiveDirectoryInteractive", "ActiveDirectoryDeviceCode"])
    def test_waiting_for_a_person_is_an_error(self, mode: str) -> None:
        (finding,) = findings(211, mssql_python(extra=f"Authentication={mode.lower()}"))
        assert finding.id == "mssql_ops.E211"
        assert f"has Authentication={mode}: every login waits for a person" in finding.message

    @pytest.mark.parametrize("mode", ["ActiveDirectoryDefault", "ActiveDirectoryIntegrated", ""])
    def test_another_mode_is_fine(self, mode: str) -> None:
        assert ids(211, mssql_python(extra=f"Authentication={mode}")) == []


class TestTokenInSettings:
    def test_a_token_is_a_warning_and_not_quoted(self) -> None:
        (finding,) = findings(213, without_password(USER="", TOKEN=SECRET))
        assert finding.id == "mssql_ops.W213"
        assert "DATABASES['default']['TOKEN'] is fixed when the process starts" in finding.message
        assert SECRET not in repr(finding)

    @pytest.mark.parametrize("token", ["", "  ", None, 7])
    def test_what_can_be_no_token_is_another_matter(self, token: Any) -> None:
        assert ids(213, entry(TOKEN=token)) == []

    def test_no_token_is_fine(self) -> None:
        assert ids(213, entry()) == []


class TestSecretInExtraParams:
    def test_a_password_is_a_warning_and_not_quoted(self) -> None:
        (finding,) = findings(214, entry(extra=f"Encrypt=yes;PWD={SECRET}"))
        assert (finding.id, finding.about) == ("mssql_ops.W214", "PWD")
        assert "holds the secret of PWD, which Django's error reports print" in finding.message
        assert "PASSWORD" in finding.hint
        assert SECRET not in repr(finding)

    def test_a_key_stores_secret_has_another_remedy(self) -> None:
        (finding,) = findings(214, entry(extra=f"KeyStoreSecret={SECRET}"))
        assert finding.about == "KeyStoreSecret"
        assert "KeyVaultManagedIdentity" in finding.hint

    def test_each_of_several_is_named_once(self) -> None:
        extra = f"PWD={SECRET};KeyStoreSecret={SECRET};PWD=other"
        abouts = [finding.about for finding in findings(214, entry(extra=extra))]
        assert abouts == ["PWD", "KeyStoreSecret"]

    def test_a_keyword_that_no_driver_knows_may_be_a_secret_too(self) -> None:
        (finding,) = findings(214, entry(extra=f"Encrypt=yes;Password {SECRET}=x"))
        assert finding.about == "unnamed"
        assert "at position 2" in finding.message
        assert SECRET not in repr(finding)

    def test_the_rest_of_a_password_with_a_semicolon_is_not_told_apart(self) -> None:
        (finding,) = findings(214, entry(extra=f"PWD=half;{SECRET}=rest"))
        assert finding.about == "PWD"
        assert SECRET not in repr(finding)

    def test_no_secret_is_fine(self) -> None:
        extra = "Encrypt=yes;KeyStoreAuthentication=KeyVaultManagedIdentity;APP=shop"
        assert ids(214, entry(extra=extra)) == []

    def test_djangos_reports_print_it_indeed(self) -> None:
        """What the rule claims, and that the remedy on its page is one."""
        databases = {"default": {"PASSWORD": "hidden", "OPTIONS": {"extra_params": SECRET}}}
        cleansed = SafeExceptionReporterFilter().cleanse_setting("DATABASES", databases)
        assert SECRET in repr(cleansed)
        assert "hidden" not in repr(cleansed)

        class HideExtraParams(SafeExceptionReporterFilter):
            hidden_settings = re.compile(
                SafeExceptionReporterFilter.hidden_settings.pattern + "|EXTRA_PARAMS", re.I
            )

        assert SECRET not in repr(HideExtraParams().cleanse_setting("DATABASES", databases))
