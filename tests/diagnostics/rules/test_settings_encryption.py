from __future__ import annotations

import pytest

from tests.configuration.entries import DRIVER_17, all_ids, entry, findings, ids, mssql_python


@pytest.mark.parametrize("value", ["true", "false", "1", "on", "required", "{yes }", " yes"])
def test_a_value_that_the_driver_refuses_is_an_error(value: str) -> None:
    (finding,) = findings(115, entry(extra=f"Encrypt={value}"))
    assert finding.id == "mssql_ops.E115"
    assert "DATABASES['default']['OPTIONS']['extra_params']: Encrypt=" in finding.message


def test_the_hint_says_what_is_accepted() -> None:
    (finding,) = findings(115, entry(extra="Encrypt=true"))
    assert "yes, mandatory, no, optional, strict" in finding.hint
    (finding,) = findings(115, entry(extra="Encrypt=strict ;APP=x"))
    assert finding.hint == "Remove the blanks: 'Encrypt=strict;'."


@pytest.mark.parametrize("value", ["yes", "No", "MANDATORY", "optional", "Strict", "{yes}"])
def test_what_driver_18_accepts_is_fine(value: str) -> None:
    assert ids(115, entry(extra=f"Encrypt={value}")) == []
    assert ids(115, mssql_python(extra=f"Encrypt={value}")) == []


def test_no_encrypt_is_fine() -> None:
    assert ids(115, entry(extra="APP=x")) == []


@pytest.mark.parametrize("value", ["mandatory", "optional", "strict"])
def test_driver_17_accepts_yes_and_no_only(value: str) -> None:
    seventeen = {"driver": DRIVER_17}
    assert ids(115, entry(options=seventeen, extra=f"Encrypt={value}")) == ["mssql_ops.E115"]
    assert ids(115, entry(options=seventeen, extra="Encrypt=yes")) == []


def test_only_the_first_occurrence_counts() -> None:
    assert ids(115, entry(extra="Encrypt=yes;Encrypt=bogus")) == []
    assert ids(115, entry(extra="Encrypt=bogus;Encrypt=yes")) == ["mssql_ops.E115"]


def test_an_empty_value_depends_on_what_follows() -> None:
    assert ids(115, entry(extra="Encrypt=")) == ["mssql_ops.W115"]
    assert ids(115, mssql_python(extra="Encrypt=")) == ["mssql_ops.E115"]


def test_blanks_are_dropped_on_the_way_to_mssql_python() -> None:
    assert ids(115, mssql_python(extra="Encrypt = yes ;ApplicationIntent=ReadOnly")) == []


@pytest.mark.parametrize(
    "options", [{"driver": "FreeTDS"}, {"dsn": "shop"}], ids=["freetds", "dsn"]
)
def test_an_unknown_driver_is_not_judged(options: dict[str, str]) -> None:
    assert ids(115, entry(options=options, extra="Encrypt=bogus")) == []


def test_a_brace_left_open_is_another_matter() -> None:
    assert ids(115, entry(extra="Encrypt={yes;APP=x")) == []


class TestStrictWithTrust:
    @pytest.mark.parametrize(
        "extra",
        ["Encrypt=strict;TrustServerCertificate=yes", "trustservercertificate=YES;encrypt=Strict"],
    )
    def test_trust_beside_strict_is_a_warning(self, extra: str) -> None:
        values = entry(extra=f"MARS_Connection=yes;{extra}")
        (finding,) = findings(126, values)
        assert finding.id == "mssql_ops.W126"
        assert "Encrypt=strict ignores TrustServerCertificate=yes" in finding.message
        assert all_ids(values) == ["mssql_ops.W126"]

    def test_the_synonym_of_mssql_python(self) -> None:
        values = mssql_python(extra="Encrypt=strict;Trust_Server_Certificate=yes")
        assert all_ids(values) == ["mssql_ops.W126"]

    @pytest.mark.parametrize(
        "extra",
        [
            "Encrypt=strict",
            "Encrypt=strict;TrustServerCertificate=no",
            "Encrypt=strict;TrustServerCertificate=true",
            "Encrypt=yes;TrustServerCertificate=yes",
            "Encrypt=yes;Encrypt=strict;TrustServerCertificate=yes",
            "Encrypt=strict;TrustServerCertificate =yes",
        ],
    )
    def test_one_without_the_other_is_fine(self, extra: str) -> None:
        assert ids(126, entry(extra=extra)) == []

    def test_driver_17_has_no_strict(self) -> None:
        extra = "Encrypt=strict;TrustServerCertificate=yes"
        assert ids(126, entry(extra=extra, options={"driver": DRIVER_17})) == []


def test_a_value_with_another_pair_in_it_is_not_quoted() -> None:
    (finding,) = findings(115, entry(extra="Encrypt=yes PWD=hunter2"))
    assert "hunter2" not in finding.message + finding.hint
