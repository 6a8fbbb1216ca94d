from __future__ import annotations

import pytest

from tests.configuration.entries import DRIVER_17, entry, findings, ids, mssql_python


class TestExtraParamsType:
    @pytest.mark.parametrize("value", [{"Encrypt": "yes"}, ["Encrypt=yes"], b"Encrypt=yes", 5])
    def test_anything_but_text_is_an_error(self, value: object) -> None:
        (finding,) = findings(110, entry(extra=value))
        assert finding.id == "mssql_ops.E110"
        assert f"['extra_params'] is a {type(value).__name__}:" in finding.message
        assert "Encrypt=yes;" in finding.hint

    @pytest.mark.parametrize("value", ["Encrypt=yes", ""])
    def test_text_is_fine(self, value: str) -> None:
        assert ids(110, entry(extra=value)) == []

    @pytest.mark.parametrize("value", [None, {}, []])
    def test_what_the_backend_skips_is_fine(self, value: object) -> None:
        assert ids(110, entry(options={"extra_params": value})) == []


class TestExtraParamsUnknownKeyword:
    @pytest.mark.parametrize(
        ("extra", "name", "hint"),
        [
            ("Encript=yes", "Encript", "Did you mean Encrypt?"),
            ("TrustServerCert=yes", "TrustServerCert", "Did you mean TrustServerCertificate?"),
            ("Application Name=x", "Application Name", "Did you mean APP?"),
            ("Packet Size=512", "Packet Size", "Did you mean PacketSize?"),
            ("Connect Timeout=5", "Connect Timeout", "Use OPTIONS['connection_timeout'] instead."),
            ("Pooling=no", "Pooling", "Use settings.DATABASE_CONNECTION_POOLING instead."),
            ("PORT=1444", "PORT", "Use 'PORT' instead."),
            ("SERVERNAME=db", "SERVERNAME", "Use 'HOST' instead."),
            ("Frobnicate=1", "Frobnicate", "Remove it or correct its spelling."),
        ],
    )
    def test_an_unknown_keyword_is_a_warning(self, extra: str, name: str, hint: str) -> None:
        (finding,) = findings(112, entry(extra=f"APP=shop;{extra};Encrypt=yes"))
        assert finding.id == "mssql_ops.W112"
        assert "DATABASES['default']['OPTIONS']['extra_params']" in finding.message
        assert repr(name) in finding.message
        assert finding.hint == hint
        assert finding.about == name

    def test_a_blank_before_the_equals_sign_makes_a_keyword_unknown(self) -> None:
        (finding,) = findings(112, entry(extra="Encrypt =no"))
        assert "'Encrypt =...'" in finding.message
        assert "because of the blank" in finding.message

    def test_what_may_be_the_rest_of_a_password_is_not_named(self) -> None:
        (finding,) = findings(112, entry(extra="PWD=hun;ter2=x;Encrypt=yes"))
        assert "position 2" in finding.message
        assert finding.about == "position 2"
        assert "ter2" not in finding.message
        assert "braces" in finding.hint

    def test_a_keyword_is_named_once(self) -> None:
        named = findings(112, entry(extra="Encript=yes;Encrypt =no;Encript=no;encript=x"))
        assert [finding.about for finding in named] == ["Encript", "Encrypt ", "encript"]

    def test_known_keywords_are_fine(self) -> None:
        extra = "encrypt=yes; TRUSTSERVERCERTIFICATE=no;HostNameInCertificate=db;APP={a;b=c}"
        assert ids(112, entry(extra=extra)) == []

    def test_the_newer_keywords_are_fine_on_driver_17(self) -> None:
        values = entry(options={"driver": DRIVER_17}, extra="HostnameInCertificate=db;Encript=no")
        assert len(ids(112, values)) == 1

    @pytest.mark.parametrize(
        "values",
        [
            mssql_python(extra="Encript=yes"),
            entry(options={"driver": "FreeTDS"}, extra="TDS_Version=7.4;Encript=yes"),
            entry(options={"dsn": "shop"}, extra="Encript=yes"),
        ],
        ids=["mssql_python", "freetds", "dsn"],
    )
    def test_another_driver_is_not_judged(self, values: dict[str, object]) -> None:
        assert ids(112, values) == []

    def test_a_pair_that_odbc_loses_is_another_matter(self) -> None:
        assert ids(112, entry(extra="junk;Encript=yes")) == []
