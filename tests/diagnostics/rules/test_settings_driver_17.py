from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import (
    DRIVER_17,
    DRIVER_18,
    all_ids,
    entry,
    findings,
    ids,
    implicit,
    mssql_python,
)

#: Without it mssql-django takes MARS for granted, which is another rule's matter.
MARS = "MARS_Connection=yes;"
SEVENTEEN = {"driver": DRIVER_17}


class TestV18KeywordOn17:
    @pytest.mark.parametrize(
        "keyword",
        ["HostnameInCertificate", "ServerCertificate", "IpAddressPreference", "LongAsMax",
         "GetDataExtensions", "RetryExec", "ConcatNullYieldsNull", "PacketSize"],
    )  # fmt: skip
    def test_driver_17_ignores_it(self, keyword: str) -> None:
        values = entry(extra=f"{MARS}{keyword}=yes", options=SEVENTEEN)
        (finding,) = findings(124, values)
        assert finding.id == "mssql_ops.W124"
        assert f"{DRIVER_17!r} ignores {keyword}" in finding.message
        assert finding.about == keyword
        assert all_ids(values, installed=(DRIVER_17,)) == ["mssql_ops.W124"]

    def test_a_path_tells_the_version(self) -> None:
        options = {"driver": "/lib/libmsodbcsql-17.10.so.6.1", "host_is_server": True}
        values = entry(extra="ServerCertificate=/x.pem", options=options)
        assert ids(124, values) == ["mssql_ops.W124"]

    def test_the_backend_may_fall_back(self) -> None:
        values = implicit(extra=MARS + "HostnameInCertificate=db")
        (finding,) = findings(124, values)
        assert "Driver 17, to which mssql-django may fall back, ignores" in finding.message
        assert all_ids(values) == ["mssql_ops.W124", "mssql_ops.W147"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(extra="HostnameInCertificate=db"),
            entry(extra="KeepAlive=30;Replication=yes;Encript=yes", options=SEVENTEEN),
            # What does not arrive is another matter.
            entry(extra="HostnameInCertificate =db", options=SEVENTEEN),
            entry(extra="junk;HostnameInCertificate=db", options=SEVENTEEN),
            entry(extra="HostnameInCertificate=db", options={**SEVENTEEN, "dsn": "shop"}),
            *(
                entry(extra="HostnameInCertificate=db", options={"driver": driver})
                for driver in ("FreeTDS", "SQL Server Native Client 11.0")
            ),
            implicit(),
            mssql_python(extra="HostnameInCertificate=db"),
        ],
    )
    def test_driver_18_and_older_keywords_are_fine(self, values: Any) -> None:
        assert ids(124, values) == []


class TestStrictOn17:
    @pytest.mark.parametrize("value", ["strict", "Mandatory", "optional"])
    def test_a_fallback_would_be_refused(self, value: str) -> None:
        values = implicit(extra=f"{MARS}Encrypt={value}")
        (finding,) = findings(125, values)
        assert finding.id == "mssql_ops.W125"
        assert f"Encrypt={value.lower()} is unknown to Driver 17" in finding.message
        assert repr(DRIVER_18) in finding.hint
        assert all_ids(values) == ["mssql_ops.W125", "mssql_ops.W147"]

    def test_rule_115_speaks_where_driver_17_is_named(self) -> None:
        values = entry(extra=MARS + "Encrypt=strict", options=SEVENTEEN)
        assert all_ids(values, installed=(DRIVER_17,)) == ["mssql_ops.E115"]

    def test_rule_115_speaks_where_no_driver_takes_the_value(self) -> None:
        values = implicit(extra=MARS + "Encrypt=true")
        assert all_ids(values) == ["mssql_ops.E115", "mssql_ops.W147"]

    @pytest.mark.parametrize(
        "values",
        [
            entry(extra="Encrypt=strict"),
            implicit(),
            implicit(extra="Encrypt=yes;Encrypt=strict"),
            implicit(extra="Encrypt=no"),
            implicit(extra="Encrypt ={strict}"),
            implicit(extra="Encrypt={strict"),
            mssql_python(extra="Encrypt=strict"),
        ],
    )
    def test_what_both_take_is_fine(self, values: Any) -> None:
        assert ids(125, values) == []
