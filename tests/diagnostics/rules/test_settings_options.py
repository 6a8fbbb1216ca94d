from __future__ import annotations

import pytest

from django_mssql_ops.configuration.option_names import OPTIONS
from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python


class TestOptionsUnknownKey:
    @pytest.mark.parametrize(
        ("key", "hint"),
        [
            ("conection_timeout", "Did you mean 'connection_timeout'?"),
            ("Driver", "Did you mean 'driver'?"),
            ("extraparams", "Did you mean 'extra_params'?"),
            ("query-timeout", "Did you mean 'query_timeout'?"),
            ("Encript", "Did you mean Encrypt? It belongs into the text of"),
            ("MultipleActiveResultSets", "Did you mean MARS_Connection?"),
            ("uid", "Set DATABASES['default']['USER'] instead."),
            ("ConnectionPooling", "Use settings.DATABASE_CONNECTION_POOLING instead."),
            ("timeout", "OPTIONS['connection_timeout']"),
            ("frobnicate", "Remove it"),
        ],
    )
    def test_an_unknown_key_is_a_warning_with_a_suggestion(self, key: str, hint: str) -> None:
        (finding,) = findings(107, entry(options={key: "x"}))
        assert finding.id == "mssql_ops.W107"
        assert f"DATABASES['default']['OPTIONS'] has the key {key!r}" in finding.message
        assert hint in finding.hint
        assert finding.about == key
        assert all_ids(entry(options={key: "x"})) == ["mssql_ops.W107"]

    def test_each_unknown_key_is_named(self) -> None:
        named = findings(107, entry(options={"one": 1, "driver": "x", 2: "two"}))
        assert ["'one'" in named[0].message, "'<int>'" in named[1].message] == [True, True]

    def test_a_backend_of_ones_own_may_read_more(self) -> None:
        own = {"ENGINE": "acme.sqlserver"}
        assert ids(107, entry(options={"shard_map": "eu"}, **own)) == []
        assert ids(107, entry(options={"conection_timeout": 5}, **own)) == ["mssql_ops.W107"]

    def test_every_option_of_the_backend_is_fine(self) -> None:
        assert ids(107, entry(options=dict.fromkeys(OPTIONS, ""))) == []

    @pytest.mark.parametrize("key", ["TOKEN", "Trusted_Connection", "CONN_MAX_AGE"])
    def test_a_setting_of_another_level_is_another_matter(self, key: str) -> None:
        assert ids(107, entry(options={key: "x"})) == []

    @pytest.mark.parametrize("key", ["Encrypt", "authentication", "MARS_CONNECTION"])
    def test_a_keyword_of_the_driver_is_another_matter(self, key: str) -> None:
        assert ids(107, entry(options={key: "x"})) == []


class TestOdbcKeywordAsOption:
    @pytest.mark.parametrize(
        ("key", "keyword"),
        [
            ("Encrypt", "Encrypt"),
            ("TrustServerCertificate", "TrustServerCertificate"),
            ("trustservercertificate", "TrustServerCertificate"),
            ("authentication", "Authentication"),
            ("Mars_Connection", "MARS_Connection"),
            ("ApplicationIntent", "ApplicationIntent"),
        ],
    )
    def test_a_keyword_among_the_options_is_an_error(self, key: str, keyword: str) -> None:
        (finding,) = findings(108, entry(options={key: "yes"}))
        assert finding.id == "mssql_ops.E108"
        assert f"DATABASES['default']['OPTIONS'][{key!r}] has no effect" in finding.message
        assert f"'{keyword}=...'" in finding.hint
        assert finding.about == key
        assert all_ids(entry(options={key: "yes"})) == ["mssql_ops.E108"]

    def test_the_keywords_of_mssql_python_are_known_too(self) -> None:
        values = mssql_python(options={"trust_server_certificate": "yes"})
        assert ids(108, values) == ["mssql_ops.E108"]

    def test_a_keyword_in_extra_params_is_fine(self) -> None:
        assert ids(108, entry(extra="Encrypt=yes")) == []

    @pytest.mark.parametrize("key", ["driver", "dsn", "Driver", "Encript", "collation", "uid"])
    def test_options_and_misspellings_are_another_matter(self, key: str) -> None:
        assert ids(108, entry(options={key: "x"})) == []
