from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.configuration.entries import DRIVER_17, all_ids, entry, findings, ids, mssql_python

#: Without it mssql-django takes MARS for granted, which is another rule's matter.
MARS = "MARS_Connection=yes;"
UNKNOWN_DRIVERS = [{"driver": "FreeTDS"}, {"dsn": "shop"}, {"driver": "Acme"}]
SWITCHES = [
    "AnsiNPW",
    "AutoTranslate",
    "MultiSubnetFailover",
    "QuotedId",
    "Regional",
    "Trusted_Connection",
    "TrustServerCertificate",
    "UseFMTONLY",
]
#: Number, keyword, a value that is accepted and one that is not.
JUDGED = [
    (116, "TrustServerCertificate", "yes", "true"),
    (118, "ApplicationIntent", "ReadOnly", "Read-Only"),
    (119, "ConnectRetryCount", "3", "256"),
    (120, "ConnectRetryInterval", "10", "0"),
]
judged = pytest.mark.parametrize(("number", "keyword", "good", "bad"), JUDGED)


@judged
class TestEveryKeyword:
    """What holds for all of them."""

    def test_a_refused_value_is_an_error(
        self, number: int, keyword: str, good: str, bad: str
    ) -> None:
        values = entry(extra=f"{MARS}{keyword}={bad}")
        (finding,) = findings(number, values)
        assert finding.id == f"mssql_ops.E{number}"
        assert finding.message == (
            f"DATABASES['default']['OPTIONS']['extra_params']: {keyword}={bad!r} is refused by the "
            "driver"
        )
        assert finding.about == keyword
        assert all_ids(values) == [finding.id]

    def test_mssql_python_hands_it_to_the_same_driver(
        self, number: int, keyword: str, good: str, bad: str
    ) -> None:
        assert all_ids(mssql_python(extra=f"{keyword}={bad}")) == [f"mssql_ops.E{number}"]
        assert all_ids(mssql_python(extra=f"{keyword}=")) == [f"mssql_ops.E{number}"]
        assert ids(number, mssql_python(extra=f"{keyword}= {good} ;Encrypt=yes")) == []

    def test_an_accepted_value_is_fine(
        self, number: int, keyword: str, good: str, bad: str
    ) -> None:
        assert all_ids(entry(extra=f"{MARS}{keyword}={good}")) == []
        assert ids(number, entry(extra=f"{keyword.upper()}={{{good.upper()}}}")) == []

    def test_blanks_belong_to_the_value_on_pyodbc(
        self, number: int, keyword: str, good: str, bad: str
    ) -> None:
        for value in (f" {good}", f"{good} ", f"{{ {good}}}"):
            assert ids(number, entry(extra=f"{keyword}={value};APP=x")) == [f"mssql_ops.E{number}"]

    def test_only_the_first_that_arrives_counts(
        self, number: int, keyword: str, good: str, bad: str
    ) -> None:
        for extra in (
            f"{keyword}={good};{keyword}={bad}",
            f"junk;{keyword}={bad}",
            f"APP={{x}}y;{keyword}={bad}",
            f"{keyword} ={bad}",
        ):
            assert ids(number, entry(extra=extra)) == []

    @pytest.mark.parametrize("options", UNKNOWN_DRIVERS)
    def test_an_unknown_driver_is_not_judged(
        self, number: int, keyword: str, good: str, bad: str, options: dict[str, str]
    ) -> None:
        assert ids(number, entry(extra=f"{keyword}={bad}", options=options)) == []

    def test_driver_17_is_judged(self, number: int, keyword: str, good: str, bad: str) -> None:
        values = entry(extra=f"{MARS}{keyword}={bad}", options={"driver": DRIVER_17})
        assert all_ids(values, installed=(DRIVER_17,)) == [f"mssql_ops.E{number}"]

    def test_a_value_with_another_pair_in_it_is_not_quoted(
        self, number: int, keyword: str, good: str, bad: str
    ) -> None:
        (finding,) = findings(number, entry(extra=f"{keyword}={good} PWD=hunter2"))
        assert "hunter2" not in repr(finding)


class TestYesnoValue:
    @pytest.mark.parametrize("keyword", SWITCHES)
    @pytest.mark.parametrize("value", ["true", "1", "on", "Enabled"])
    def test_each_switch_takes_yes_and_no_only(self, keyword: str, value: str) -> None:
        values = entry(extra=f"{MARS}{keyword}={value}")
        (finding,) = findings(116, values)
        assert f"{keyword}={value!r} is refused" in finding.message
        assert all_ids(values) == ["mssql_ops.E116"]

    @pytest.mark.parametrize("keyword", [*SWITCHES, "MARS_Connection"])
    @pytest.mark.parametrize("value", ["yes", "NO", "{Yes}"])
    def test_yes_and_no_are_fine(self, keyword: str, value: str) -> None:
        assert ids(116, entry(extra=f"{keyword}={value}")) == []

    def test_mars_is_a_switch_as_well(self) -> None:
        assert all_ids(entry(extra="MARS_Connection=true")) == ["mssql_ops.E116"]

    def test_an_empty_value_may_pass_on_pyodbc(self) -> None:
        values = entry(extra=MARS + "Regional=")
        (finding,) = findings(116, values)
        assert finding.id == "mssql_ops.W116"
        assert "Regional has no value" in finding.message
        assert all_ids(values) == ["mssql_ops.W116"]

    def test_several_are_told_apart(self) -> None:
        named = findings(116, entry(extra="Regional=1;TrustServerCertificate=true"))
        assert {finding.about for finding in named} == {"Regional", "TrustServerCertificate"}

    def test_the_hint_is_about_the_blanks_where_they_are_the_fault(self) -> None:
        (finding,) = findings(116, entry(extra="TrustServerCertificate= yes"))
        assert finding.hint == "Remove the blanks: 'TrustServerCertificate=yes;'."
        (finding,) = findings(116, entry(extra="TrustServerCertificate= true"))
        assert finding.hint == "Use yes or no."

    def test_what_the_backend_shadows_is_another_matter(self) -> None:
        values = entry(USER="", PASSWORD="", extra="Trusted_Connection=true")
        assert ids(116, values) == []

    def test_mssql_python_refuses_the_keyword_itself(self) -> None:
        assert ids(116, mssql_python(extra="Regional=1")) == []

    def test_the_synonym_of_mssql_python(self) -> None:
        values = mssql_python(extra="Trust_Server_Certificate=true")
        assert all_ids(values) == ["mssql_ops.E116"]

    @pytest.mark.parametrize("extra", ["Encrypt=true", "LongAsMax=1", "ApplicationIntent=true"])
    def test_other_keywords_are_other_matters(self, extra: str) -> None:
        assert ids(116, entry(extra=extra)) == []


class TestApplicationIntentValue:
    @pytest.mark.parametrize("value", ["Read-Only", "yes", "ReadOnly;ReadOnly=", "Read Write"])
    def test_another_word_is_an_error(self, value: str) -> None:
        expected = [] if ";" in value else ["mssql_ops.E118"]
        assert ids(118, entry(extra=f"ApplicationIntent={value}")) == expected

    def test_an_empty_value_may_pass_on_pyodbc(self) -> None:
        assert all_ids(entry(extra=MARS + "ApplicationIntent=")) == ["mssql_ops.W118"]


class TestRetryKeywords:
    """Each row was measured with msodbcsql 18.6.2.1."""

    @pytest.mark.parametrize("value", ["0", "255", "010", "099", "{5}", ""])
    def test_counts_that_the_driver_takes(self, value: str) -> None:
        assert ids(119, entry(extra=f"ConnectRetryCount={value}")) == []

    @pytest.mark.parametrize("value", ["256", "-1", "+1", "x", "1.0", "0x5", "0005", "٣"])
    def test_counts_that_it_refuses(self, value: str) -> None:
        assert ids(119, entry(extra=f"ConnectRetryCount={value}")) == ["mssql_ops.E119"]

    @pytest.mark.parametrize("value", ["1", "60", "05", "{5}"])
    def test_intervals_that_the_driver_takes(self, value: str) -> None:
        assert ids(120, entry(extra=f"ConnectRetryInterval={value}")) == []

    @pytest.mark.parametrize("value", ["0", "61", "-1", "+1", "x", "1.5", "010", "060"])
    def test_intervals_that_it_refuses(self, value: str) -> None:
        assert ids(120, entry(extra=f"ConnectRetryInterval={value}")) == ["mssql_ops.E120"]

    def test_an_empty_interval_may_pass_on_pyodbc(self) -> None:
        assert all_ids(entry(extra=MARS + "ConnectRetryInterval=")) == ["mssql_ops.W120"]

    @given(st.text())
    def test_no_text_breaks_a_rule(self, text: str) -> None:
        values: Any = entry(extra=f"ConnectRetryCount={text};ConnectRetryInterval={text}")
        assert len(ids(119, values)) <= 1
        assert len(ids(120, values)) <= 1
