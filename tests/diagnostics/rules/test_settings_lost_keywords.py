from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import DRIVER_17, all_ids, entry, findings, ids, mssql_python

#: Without it mssql-django takes MARS for granted, which is another rule's matter.
MARS = "MARS_Connection=yes;"
UNKNOWN_DRIVERS = [{"driver": "FreeTDS"}, {"dsn": "shop"}, {"driver": "Acme"}]


class TestExtraParamsMalformed:
    @pytest.mark.parametrize(
        ("extra", "sentence"),
        [
            ("Encrypt", "segment 2 (7 characters) is not keyword=value, and the driver loses it"),
            ("junk;Encrypt=no", "segment 2 (4 characters) is not keyword=value, and the driver "
             "loses it together with Encrypt"),
            ("=x;Encrypt=yes", "segment 2 (2 characters) is not keyword=value, and the driver "
             "loses it"),
            ("APP={a}b;Encrypt=yes", "text follows the closing brace of APP"),
            ("APP={a} ;Encrypt=yes", "text follows the closing brace of APP"),
            ("APP={a};WSID={b", "the brace of WSID is never closed"),
            ("Encrypt={yes;APP=x", "the brace of Encrypt is never closed"),
            ("MultiSubnetFailover={yes;APP=x", "the brace of MultiSubnetFailover is never closed"),
        ],
    )  # fmt: skip
    def test_what_is_lost_on_pyodbc_is_an_error(self, extra: str, sentence: str) -> None:
        values = entry(extra=MARS + extra)
        (finding,) = findings(111, values)
        assert finding.id == "mssql_ops.E111"
        assert f"DATABASES['default']['OPTIONS']['extra_params']: {sentence}" in finding.message
        assert finding.about
        assert all_ids(values) == ["mssql_ops.E111"]

    @pytest.mark.parametrize("extra", ["junk;Encrypt=yes", "=x", "Encrypt={yes}x", "Encrypt={yes"])
    def test_mssql_python_refuses_the_text(self, extra: str) -> None:
        values = mssql_python(extra=extra)
        assert all_ids(values) == ["mssql_ops.E111"]

    def test_several_are_told_apart(self) -> None:
        named = findings(111, entry(extra="a;b;Encrypt=yes;c;APP={x}y;WSID={z"))
        assert [f.about for f in named] == [
            "segment 1",
            "segment 2",
            "segment 4",
            "behind APP",
            "brace of WSID",
        ]

    def test_the_rest_of_a_password_is_neither_quoted_nor_named(self) -> None:
        named = findings(111, entry(extra="PWD=x;hunter2;hunter3=y"))
        assert "hunter" not in repr(named)
        assert "the pair behind it" in named[0].message

    @pytest.mark.parametrize(
        "extra",
        ["", ";;", " ; ", "Encrypt=yes;", "APP={a;b=c};Encrypt=yes", "APP={a}}b}", "APP={a} ",
         "APP=a}b", "APP=", "ServerSPN=x=y"],
    )  # fmt: skip
    def test_pairs_are_fine(self, extra: str) -> None:
        assert ids(111, entry(extra=extra)) == []

    def test_mssql_python_reads_on_behind_a_blank(self) -> None:
        assert ids(111, mssql_python(extra="Encrypt={yes} ;ApplicationIntent=ReadOnly")) == []


class TestExtraParamsDuplicate:
    @pytest.mark.parametrize(
        ("extra", "sentence", "about"),
        [
            ("Encrypt=no;Encrypt=strict", "has Encrypt twice: only the first counts", "encrypt"),
            ("APP=a;app=b;APP=c", "has APP twice: only the first counts", "app"),
            ("Addr=a;Address=b", "has Addr and Address, which are one: only", "addr"),
        ],
    )
    @pytest.mark.parametrize("driver", [DRIVER_17, "ODBC Driver 18 for SQL Server"])
    def test_two_of_one_are_a_warning_on_pyodbc(
        self, extra: str, sentence: str, about: str, driver: str
    ) -> None:
        values = entry(extra=MARS + extra, options={"driver": driver})
        (finding,) = findings(113, values)
        assert finding.id == "mssql_ops.W113"
        assert sentence in finding.message
        assert finding.about == about
        assert all_ids(values, installed=(driver,)) == ["mssql_ops.W113"]

    def test_mssql_python_refuses_them(self) -> None:
        values = mssql_python(extra="Encrypt=yes;encrypt=yes")
        (finding,) = findings(113, values)
        assert finding.id == "mssql_ops.E113"
        assert "has Encrypt twice, which mssql-python refuses" in finding.message
        assert all_ids(values) == ["mssql_ops.E113"]

    @pytest.mark.parametrize(
        ("extra", "names"),
        [
            ("Server=a;Addr=b", "Server and Addr"),
            (
                "TrustServerCertificate=no;Trust_Server_Certificate=yes",
                "TrustServerCertificate and Trust_Server_Certificate",
            ),
        ],
    )
    def test_mssql_python_takes_the_first_of_two_spellings(self, extra: str, names: str) -> None:
        values = mssql_python(extra=extra)
        (finding,) = findings(113, values)
        assert finding.id == "mssql_ops.W113"
        assert names in finding.message
        assert all_ids(values) == ["mssql_ops.W113"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(extra="Encrypt=yes;APP=x"),
            # A name with a blank is another name, a lost pair is no pair.
            entry(extra="Encrypt =yes;Encrypt=yes"),
            entry(extra="junk;Encrypt=yes;Encrypt=no"),
            # Unknown (112) and shadowed (114) are other matters.
            entry(extra="Encript=yes;Encript=no"),
            entry(extra="Database=a;Database=b"),
            *(entry(extra="Encrypt=yes;Encrypt=no", options=o) for o in UNKNOWN_DRIVERS),
        ],
    )
    def test_one_of_each_is_fine(self, values: Any) -> None:
        assert ids(113, values) == []


class TestExtraParamsShadowed:
    @pytest.mark.parametrize(
        ("extra", "setting"),
        [
            ("Server=other", "HOST"),
            ("Database=other", "NAME"),
            ("database=other;Database=third", "NAME"),
            ("UID=other", "USER"),
            ("PWD=hunter2", "PASSWORD"),
            ("Driver=FreeTDS", "OPTIONS['driver']"),
            ("DSN=other", "OPTIONS['driver']"),
        ],
    )
    def test_what_a_setting_writes_is_a_warning(self, extra: str, setting: str) -> None:
        values = entry(extra=MARS + extra)
        (finding,) = findings(114, values)
        name = extra.partition("=")[0]
        assert finding.id == "mssql_ops.W114"
        assert f"{name} is ignored, because {setting} comes first" in finding.message
        assert finding.about == name.lower()
        assert "hunter2" not in repr(finding)
        assert all_ids(values) == ["mssql_ops.W114"]

    def test_the_same_word_twice_is_fine(self) -> None:
        extra = MARS + "Trusted_Connection=Yes"
        assert all_ids(entry(USER="", PASSWORD="", extra=extra)) == []

    def test_trusted_connection_is_written_when_there_is_no_user(self) -> None:
        extra = MARS + "Trusted_Connection=no"
        assert all_ids(entry(USER="", PASSWORD="", extra=extra)) == ["mssql_ops.W114"]
        assert ids(114, entry(extra=extra)) == []
        assert ids(114, entry(USER="", TOKEN="x", extra=extra)) == []

    def test_no_password_is_written_for_a_managed_identity(self) -> None:
        extra = "Authentication=ActiveDirectoryMsi;PWD=x"
        assert ids(114, entry(extra=extra)) == []

    @pytest.mark.parametrize(
        "values",
        [
            entry(extra="Encrypt=yes;APP=shop"),
            # These two beat SERVER.
            entry(extra="Addr=other"),
            entry(extra="Address=other"),
            entry(USER="", PASSWORD="", extra="UID=svc;PWD=x"),
            # Rules 102 and 112:
            entry(NAME="", extra="Database=shop"),
            entry(extra="Database =shop"),
            mssql_python(extra="Server=other;Database=other;UID=other;PWD=x"),
            *(entry(extra="Database=other", options=o) for o in UNKNOWN_DRIVERS),
        ],
    )
    def test_what_counts_is_fine(self, values: Any) -> None:
        assert ids(114, values) == []
