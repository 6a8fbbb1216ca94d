from __future__ import annotations

import pytest

from django_mssql_ops.configuration.keywords import (
    ENCRYPT_17,
    ENCRYPT_18,
    KEYWORDS,
    canonical,
    is_known_anywhere,
    known_keywords,
    setting_instead,
    suggest,
)


def test_the_tables_are_keyed_in_lower_case() -> None:
    for table in KEYWORDS.values():
        assert all(key == key.lower() for key in table)


def test_driver_18_knows_all_that_driver_17_knows_and_more() -> None:
    more = KEYWORDS["18"].keys() - KEYWORDS["17"].keys()
    assert KEYWORDS["17"].keys() < KEYWORDS["18"].keys()
    assert {"hostnameincertificate", "servercertificate", "ipaddresspreference"} <= more


def test_what_driver_17_takes_for_encrypt_means_the_same_to_driver_18() -> None:
    assert ENCRYPT_17.items() < ENCRYPT_18.items()


@pytest.mark.mssql_python
def test_the_allow_list_is_the_one_of_mssql_python() -> None:
    constants = pytest.importorskip("mssql_python.constants")
    allowed = constants._ALLOWED_CONNECTION_STRING_PARAMS
    reserved = {key for key, name in allowed.items() if name in constants._RESERVED_PARAMETERS}
    assert KEYWORDS["mssql_python"].keys() == allowed.keys() - reserved
    for first in KEYWORDS["mssql_python"]:
        for second in KEYWORDS["mssql_python"]:
            same = canonical(first, "mssql_python") == canonical(second, "mssql_python")
            assert same == (allowed[first] == allowed[second])


@pytest.mark.parametrize("family", ["dsn", "path", "other"])
def test_nobody_knows_the_keywords_of_an_unknown_driver(family: str) -> None:
    assert known_keywords(family) is None  # type: ignore[arg-type]


def test_names_are_compared_without_case_and_outer_blanks() -> None:
    assert is_known_anywhere(" encrypt ")
    assert not is_known_anywhere("Encript")


def test_synonyms_are_one_on_mssql_python_only() -> None:
    assert canonical("Addr", "mssql_python") == "server"
    assert canonical("Addr", "18") == "addr"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Encript", "Encrypt"),
        ("TrustServerCert", "TrustServerCertificate"),
        ("trust_server_certificate", "TrustServerCertificate"),
        ("Trust Server Certificate", "TrustServerCertificate"),
        ("MultipleActiveResultSets", "MARS_Connection"),
        ("Integrated Security", "Trusted_Connection"),
        ("Application Name", "APP"),
        ("Packet Size", "PacketSize"),
        ("Password", "PWD"),
        ("HostNameInCert", "HostnameInCertificate"),
        ("AplicationIntent", "ApplicationIntent"),
        ("Frobnicate", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)
def test_suggests_what_was_meant(name: str, meant: str) -> None:
    assert suggest(name, KEYWORDS["18"].values()) == meant


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("Connect Timeout", "OPTIONS['connection_timeout']"),
        ("ConnectionTimeout ", "OPTIONS['connection_timeout']"),
        ("login_timeout", "OPTIONS['connection_timeout']"),
        ("Command Timeout", "OPTIONS['query_timeout']"),
        ("Connection Pooling", "settings.DATABASE_CONNECTION_POOLING"),
        ("POOLING", "settings.DATABASE_CONNECTION_POOLING"),
        ("ConnectRetryCount", ""),
        ("Pool", ""),
        ("", ""),
    ],
)
def test_knows_where_mssql_django_has_what_others_have_as_a_keyword(
    name: str, setting: str
) -> None:
    assert setting_instead(name) == setting


def test_what_is_a_setting_instead_is_no_keyword_of_microsofts_drivers() -> None:
    for family in ("17", "18", "mssql_python"):
        assert not any(setting_instead(name) for name in KEYWORDS[family])
