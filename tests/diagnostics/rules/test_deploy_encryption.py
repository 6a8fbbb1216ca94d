"""Rules 201 to 205: production without encryption, or with a server that nobody asked who it is."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import judge
from tests.configuration.entries import (
    DRIVER_17,
    DRIVER_18,
    entry,
    facts,
    findings,
    ids,
    implicit,
    mssql_python,
)

ON_AZURE = "shop.database.windows.net"
ENTRA = "Authentication=ActiveDirectoryMsi"


def with_17(extra: str = "", **top: Any) -> Any:
    return entry(extra=extra, options={"driver": DRIVER_17}, **top)


def of_encryption(values: Any) -> list[str]:
    """All that the rules of this file say about one entry."""
    known: Facts = facts(values)
    found = judge(known, stage="settings", deploy=True)
    return [finding.id for finding in found if 201 <= finding.rule <= 205]


class TestEncryptDisabled:
    @pytest.mark.parametrize("value", ["no", "optional", "No"])
    def test_encrypt_no_is_an_error(self, value: str) -> None:
        (finding,) = findings(201, entry(extra=f"Encrypt={value}"))
        assert finding.id == "mssql_ops.E201"
        assert finding.message.startswith(
            f"DATABASES['default']['OPTIONS']['extra_params'] has Encrypt={value}: "
        )

    def test_through_mssql_python_too(self) -> None:
        assert ids(201, mssql_python(extra="Encrypt=no")) == ["mssql_ops.E201"]

    def test_through_a_dsn_too_as_the_keyword_beats_the_file(self) -> None:
        assert ids(201, entry(extra="Encrypt=no", options={"dsn": "shop"})) == ["mssql_ops.E201"]

    def test_within_this_machine_it_is_a_warning(self) -> None:
        assert ids(201, entry(extra="Encrypt=no", HOST="localhost")) == ["mssql_ops.W201"]

    @pytest.mark.parametrize("extra", ["", "Encrypt=yes", "Encrypt=strict", "Encrypt=mandatory"])
    def test_encryption_is_fine(self, extra: str) -> None:
        assert ids(201, entry(extra=extra)) == []

    def test_freetds_has_no_such_keyword(self) -> None:
        assert ids(201, entry(extra="Encrypt=no", options={"driver": "FreeTDS"})) == []

    def test_a_value_that_the_driver_refuses_is_another_matter(self) -> None:
        assert ids(201, entry(extra="Encrypt=false")) == []


class TestEncryptImplicit17:
    def test_driver_17_and_no_word_about_encryption_is_an_error(self) -> None:
        (finding,) = findings(202, with_17())
        assert finding.id == "mssql_ops.E202"
        assert f"does not set Encrypt, and {DRIVER_17!r}" in finding.message
        assert "Encrypt=yes" in finding.hint

    @pytest.mark.parametrize(
        "driver",
        ["ODBC Driver 13 for SQL Server", "SQL Server Native Client 11.0"],
    )
    def test_older_drivers_are_no_better(self, driver: str) -> None:
        assert ids(202, entry(extra="", options={"driver": driver})) == ["mssql_ops.E202"]

    def test_an_empty_value_is_no_word(self) -> None:
        assert ids(202, with_17("Encrypt=")) == ["mssql_ops.E202"]

    def test_within_this_machine_it_is_a_warning(self) -> None:
        assert ids(202, with_17(HOST="127.0.0.1")) == ["mssql_ops.W202"]

    @pytest.mark.parametrize("extra", ["Encrypt=yes", ENTRA])
    def test_what_makes_driver_17_encrypt_is_fine(self, extra: str) -> None:
        assert ids(202, with_17(extra)) == []

    def test_a_token_makes_it_encrypt_as_well(self) -> None:
        assert ids(202, with_17(TOKEN="made-up")) == []

    def test_driver_18_encrypts_by_itself(self) -> None:
        assert ids(202, entry(extra="")) == []

    def test_encryption_switched_off_is_one_finding(self) -> None:
        assert of_encryption(with_17("Encrypt=no")) == ["mssql_ops.E201"]


class TestEncryptImplicitFallback:
    def test_no_driver_and_no_word_about_encryption_is_a_warning(self) -> None:
        (finding,) = findings(203, implicit(extra=""))
        assert finding.id == "mssql_ops.W203"
        assert "production machine without Driver 18" in finding.message
        assert DRIVER_18 in finding.hint

    def test_either_word_is_enough(self) -> None:
        assert ids(203, implicit(extra="Encrypt=yes")) == []
        assert ids(203, implicit(extra=ENTRA)) == []
        assert ids(203, entry(extra="")) == []

    def test_who_cannot_fall_back_is_fine(self) -> None:
        assert ids(203, mssql_python(extra="")) == []
        assert ids(203, implicit(extra="", options={"dsn": "shop"})) == []

    def test_nothing_leaves_this_machine(self) -> None:
        assert ids(203, implicit(extra="", HOST="localhost")) == []

    def test_encryption_switched_off_is_one_finding(self) -> None:
        assert of_encryption(implicit(extra="Encrypt=no")) == ["mssql_ops.E201"]


class TestTrustServerCertificate:
    @pytest.mark.parametrize("make", [entry, implicit, mssql_python])
    def test_it_is_an_error(self, make: Any) -> None:
        (finding,) = findings(204, make(extra="Encrypt=yes;TrustServerCertificate=yes"))
        assert finding.id == "mssql_ops.E204"
        assert "TrustServerCertificate=yes: any machine on the way" in finding.message

    def test_any_case(self) -> None:
        assert ids(204, entry(extra="trustservercertificate=YES")) == ["mssql_ops.E204"]

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", ".", ""])
    def test_nobody_stands_in_between_on_this_machine(self, host: str) -> None:
        assert ids(204, entry(extra="TrustServerCertificate=yes", HOST=host)) == []

    @pytest.mark.parametrize(
        "extra",
        ["TrustServerCertificate=no", "Encrypt=strict;TrustServerCertificate=yes", "APP=yes"],
    )
    def test_where_the_certificate_is_checked_it_is_fine(self, extra: str) -> None:
        assert ids(204, entry(extra=extra)) == []

    def test_freetds_has_no_such_keyword(self) -> None:
        values = entry(extra="TrustServerCertificate=yes", options={"driver": "FreeTDS"})
        assert ids(204, values) == []

    def test_on_azure_it_is_the_other_rule(self) -> None:
        values = entry(extra="TrustServerCertificate=yes", HOST=ON_AZURE)
        assert of_encryption(values) == ["mssql_ops.E205"]


class TestTrustServerCertificateAzure:
    @pytest.mark.parametrize(
        "host",
        [
            ON_AZURE,
            f"tcp:{ON_AZURE}",
            "SHOP.Database.Windows.NET",
            "shop.database.fabric.microsoft.com",
        ],
    )
    def test_it_is_an_error(self, host: str) -> None:
        (finding,) = findings(205, entry(extra="TrustServerCertificate=yes", HOST=host))
        assert finding.id == "mssql_ops.E205"
        assert "which Azure SQL never needs" in finding.message

    def test_a_host_that_only_looks_like_azure_is_the_other_rule(self) -> None:
        values = entry(extra="TrustServerCertificate=yes", HOST=f"{ON_AZURE}.example.com")
        assert of_encryption(values) == ["mssql_ops.E204"]

    def test_a_certificate_that_is_checked_is_fine(self) -> None:
        assert ids(205, entry(extra="Encrypt=yes", HOST=ON_AZURE)) == []
