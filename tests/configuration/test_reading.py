from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mssql.base import DatabaseWrapper

from django_mssql_ops.configuration import Target, read_settings
from django_mssql_ops.configuration.extra_params import Pair, segments
from django_mssql_ops.configuration.target import TargetProblem, read_server
from django_mssql_ops.exceptions import ConfigurationError
from tests.configuration.entries import entry, implicit, mssql_python, settings

needs_mssql_python = pytest.mark.skipif(
    not hasattr(DatabaseWrapper, "_uses_mssql_python"),
    reason="mssql-django before 2.0 knows pyodbc alone",
)


def test_reads_a_sound_entry() -> None:
    read = settings(entry(PORT=1444, extra="Encrypt=strict;MultiSubnetFailover=yes"))
    assert (read.name, read.user, read.has_password) == ("shop", "svc", True)
    assert read.target == Target(host="db.example.com", port=1444)
    assert (read.encrypt, read.multi_subnet_failover) == ("strict", True)
    assert read.wrong_types == {}


def test_an_empty_entry_has_the_backends_defaults() -> None:
    read = read_settings("default", {})
    assert (read.name, read.user, read.has_password, read.has_token) == ("", "", False, False)
    assert read.target == Target(host="localhost", port=1433)
    assert read.may_fall_back
    assert (read.connection_timeout, read.connection_retries) == (0, 5)


class TestTarget:
    """HOST and PORT, and who overrides them."""

    @pytest.mark.parametrize("port", [1444, "1444", " 1444 "], ids=repr)
    def test_port_may_be_int_or_str(self, port: object) -> None:
        assert settings(entry(PORT=port)).target == Target(host="db.example.com", port=1444)

    @pytest.mark.parametrize("port", ["", 0, None])
    def test_a_falsy_port_is_no_port(self, port: object) -> None:
        assert settings(entry(PORT=port)).target == Target(host="db.example.com", port=1433)

    def test_the_port_in_host_comes_first(self) -> None:
        read = settings(entry(HOST="db,1444", PORT="1433"))
        assert read.target == Target(host="db", port=1444)

    def test_a_named_instance_without_port_has_no_port(self) -> None:
        read = settings(entry(HOST="db\\sales"))
        assert read.target == Target(host="db", port=None, instance="sales")

    def test_a_blank_host_with_a_port_points_nowhere_on_pyodbc(self) -> None:
        read = settings(entry(HOST="", PORT="1444"))
        assert read.target is None
        assert "port but no host" in read.target_problem

    def test_a_blank_host_is_localhost_on_mssql_python(self) -> None:
        read = settings(mssql_python(HOST="", PORT="1444"))
        assert read.target == Target(host="localhost", port=1444)

    def test_a_bad_port_is_a_problem_in_words(self) -> None:
        read = settings(entry(PORT="14.33"))
        assert read.target is None
        assert "'14.33' is not a port" in read.target_problem

    @pytest.mark.parametrize("keyword", ["Addr", "Address"])
    def test_address_beats_host_on_pyodbc(self, keyword: str) -> None:
        assert settings(entry(extra=f"{keyword}=other,1444")).target == Target(
            host="other", port=1444
        )

    def test_server_in_extra_params_comes_too_late_on_pyodbc(self) -> None:
        assert settings(entry(extra="Server=other")).target == Target(host="db.example.com")

    @pytest.mark.parametrize("keyword", ["Server", "Addr", "Address"])
    def test_extra_params_win_on_mssql_python(self, keyword: str) -> None:
        read = settings(mssql_python(extra=f"{keyword}=other,1444", PORT="1500"))
        assert read.target == Target(host="other", port=1444)

    def test_a_dsn_decides_the_server(self) -> None:
        read = settings(entry(options={"dsn": "shop"}))
        assert read.target is None
        assert "dsn" in read.target_problem

    def test_a_dsn_can_be_overridden(self) -> None:
        read = settings(entry(options={"dsn": "shop"}, extra="Server=other"))
        assert read.target == Target(host="other")

    def test_freetds_looks_host_up_elsewhere(self) -> None:
        assert settings(entry(options={"driver": "FreeTDS"})).target is None
        direct = entry(options={"driver": "FreeTDS", "host_is_server": True}, PORT=1444)
        assert settings(direct).target == Target(host="db.example.com", port=1444)

    def test_a_path_loses_the_port(self) -> None:
        options = {"driver": "/opt/libmsodbcsql-18.6.so.2.1", "host_is_server": True}
        assert settings(entry(options=options, PORT=1444)).target == Target(host="db.example.com")


class TestName:
    @pytest.mark.parametrize(("name", "read"), [("shop", "shop"), ("", ""), (None, None)])
    def test_name_is_kept_apart_from_none(self, name: object, read: object) -> None:
        assert settings(entry(NAME=name)).name == read

    def test_extra_params_win_on_mssql_python_only(self) -> None:
        assert settings(mssql_python(extra="Database=other")).name == "other"
        assert settings(entry(extra="Database=other")).name == "shop"


class TestUser:
    def test_user_beats_uid_on_pyodbc(self) -> None:
        assert settings(entry(extra="UID=other")).user == "svc"

    def test_uid_beats_user_on_mssql_python(self) -> None:
        assert settings(mssql_python(extra="UID=other")).user == "other"

    def test_uid_counts_without_user_when_an_authentication_is_named(self) -> None:
        read = settings(entry(USER="", extra="Authentication=ActiveDirectoryMsi;UID=client"))
        assert read.user == "client"

    def test_uid_is_void_beside_a_trusted_connection(self) -> None:
        assert settings(entry(USER="", extra="UID=other")).user == ""
        assert settings(entry(USER="", Trusted_Connection="no", extra="UID=other")).user == "other"

    def test_a_password_in_extra_params_is_noticed(self) -> None:
        assert settings(entry(PASSWORD="", extra="PWD=x")).has_password
        assert not settings(entry(PASSWORD="")).has_password

    def test_a_token_is_there_whatever_its_value(self) -> None:
        assert settings(entry(TOKEN=None)).has_token
        assert not settings(entry()).has_token


class TestKeywords:
    def test_the_first_occurrence_wins(self) -> None:
        assert settings(entry(extra="Encrypt=no;Encrypt=strict")).encrypt == "no"

    def test_a_keyword_that_the_driver_does_not_see_has_no_effect(self) -> None:
        assert settings(entry(extra="Encrypt =no")).encrypt == "yes"
        assert settings(entry(extra="junk;Encrypt=no")).encrypt == "yes"
        assert settings(mssql_python(extra="Encrypt =no")).encrypt == "no"

    def test_encrypt_defaults_to_the_drivers_default(self) -> None:
        assert settings(entry()).encrypt == "yes"
        assert settings(entry(options={"driver": "ODBC Driver 17 for SQL Server"})).encrypt == "no"
        assert settings(mssql_python()).encrypt == "yes"

    def test_trust_plays_no_part_under_strict(self) -> None:
        assert settings(entry(extra="TrustServerCertificate=Yes")).trust_server_certificate
        strict = entry(extra="TrustServerCertificate=yes;Encrypt=strict")
        assert not settings(strict).trust_server_certificate

    def test_the_snake_case_synonym_is_mssql_pythons(self) -> None:
        extra = "Trust_Server_Certificate=yes"
        assert settings(mssql_python(extra=extra)).trust_server_certificate
        assert not settings(entry(extra=extra)).trust_server_certificate

    @pytest.mark.parametrize(
        ("extra", "mode"),
        [
            ("Authentication=ActiveDirectoryMsi", "activedirectorymsi"),
            ("Authentication=", ""),
            ("APP=x", None),
        ],
    )
    def test_authentication_is_absent_or_empty_or_a_mode(self, extra: str, mode: object) -> None:
        assert settings(entry(extra=extra)).authentication == mode

    def test_intent_and_names(self) -> None:
        read = settings(entry(extra="ApplicationIntent=ReadOnly;HostnameInCertificate=db"))
        assert (read.application_intent, read.hostname_in_certificate) == ("readonly", "db")
        assert settings(entry()).application_intent == "readwrite"

    def test_malformed_segments_are_named_by_place_and_size(self) -> None:
        read = settings(entry(extra="a;b;Encrypt=yes"))
        assert [str(segment) for segment in read.malformed] == [
            "segment 1 (1 characters)",
            "segment 2 (1 characters)",
        ]


class TestDriver:
    def test_only_an_absent_driver_may_fall_back(self) -> None:
        assert settings(implicit()).may_fall_back
        assert not settings(entry()).may_fall_back
        assert not settings(mssql_python()).may_fall_back
        assert not settings(implicit(options={"dsn": "shop"})).may_fall_back


class TestWrongTypes:
    @pytest.mark.parametrize(
        "name", ["NAME", "HOST", "USER", "PASSWORD", "TOKEN", "Trusted_Connection", "ENGINE"]
    )
    @pytest.mark.parametrize("value", [5, b"x", ["x"], {"PWD": "x"}, True, object()])
    def test_a_text_of_another_type_is_a_fact(self, name: str, value: Any) -> None:
        assert settings(entry(**{name: value})).wrong_types == {name: type(value).__name__}

    @pytest.mark.parametrize("name", ["HOST", "PASSWORD", "TOKEN", "Trusted_Connection"])
    def test_none_is_a_wrong_type_where_the_backend_needs_text(self, name: str) -> None:
        assert settings(entry(**{name: None})).wrong_types == {name: "NoneType"}

    @pytest.mark.parametrize("name", ["NAME", "USER", "PORT"])
    def test_none_is_fine_where_the_backend_takes_it(self, name: str) -> None:
        assert settings(entry(**{name: None})).wrong_types == {}

    @pytest.mark.parametrize("value", ["30", 2.5, None, True])
    def test_a_timeout_of_another_type_leaves_the_default(self, value: object) -> None:
        read = settings(entry(options={"connection_timeout": value}))
        assert read.connection_timeout == 0
        assert read.wrong_types == {"OPTIONS.connection_timeout": type(value).__name__}

    def test_a_driver_of_another_type_leaves_the_default(self) -> None:
        read = settings(entry(options={"driver": None}))
        assert read.driver_family == "18"
        assert read.wrong_types == {"OPTIONS.driver": "NoneType"}

    def test_a_collation_of_another_type(self) -> None:
        assert settings(entry(TEST={"COLLATION": 5})).wrong_types == {"TEST.COLLATION": "int"}

    def test_names_that_are_no_text_are_named_by_type(self) -> None:
        assert "<int>" in settings(entry(options={5: "x"})).option_names

    @pytest.mark.parametrize("value", [{"Encrypt": "yes"}, ["Encrypt=yes"], 5, b"Encrypt=yes"])
    def test_extra_params_of_another_type(self, value: object) -> None:
        read = settings(entry(extra=value))
        assert read.extra_params_type == type(value).__name__
        assert read.keywords == ()

    @pytest.mark.parametrize("value", ["", {}, [], None, 0])
    def test_extra_params_that_the_backend_skips(self, value: object) -> None:
        assert settings(entry(options={"extra_params": value})).extra_params_type is None


class TestUnusable:
    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ("mssql://svc:hunter2@db/shop", "DATABASES['default'] is a str; it must be a dict"),
            (None, "DATABASES['default'] is a NoneType; it must be a dict"),
            (
                {"OPTIONS": ["hunter2"]},
                "DATABASES['default']['OPTIONS'] is a list; it must be a dict",
            ),
            ({"OPTIONS": None}, "DATABASES['default']['OPTIONS'] is a NoneType; it must be a dict"),
            ({"TEST": "x"}, "DATABASES['default']['TEST'] is a str; it must be a dict"),
        ],
    )
    def test_says_so_in_one_sentence(self, values: Any, sentence: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            read_settings("default", values)
        assert str(caught.value) == sentence


SERVERS = st.sampled_from(["db", "", ".", "db,1444", "db\\sales", "tcp:db", "::1"])
EXTRAS = st.lists(
    st.sampled_from(
        ["Server=o", "Addr=o,1", "UID=other", "Database=d2", "APP=x", "Encrypt=no", "junk",
         "Authentication=ActiveDirectoryMsi", "Encrypt =yes", "UID=third", "APP={a;b}"]
    ),
    max_size=4,
).map(";".join)  # fmt: skip


def _first_in(connection_string: str, *keys: str) -> str | None:
    """What the driver reads: the first occurrence, where a name with a blank is another name."""
    swallowed = False
    for segment in segments(connection_string):
        if not isinstance(segment, Pair):
            swallowed = True
        elif swallowed:
            swallowed = False
        elif segment.name.lower() in keys:
            return segment.value
    return None


@given(
    host=SERVERS,
    port=st.sampled_from(["", "1500", 1500]),
    user=st.sampled_from(["", "svc", "a;b"]),
    extra=EXTRAS,
    driver=st.sampled_from(["ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server"]),
)
@example(
    host="db",
    port="",
    user="",
    extra="UID=other;junk;Authentication=ActiveDirectoryMsi",
    driver="ODBC Driver 18 for SQL Server",
)
def test_agrees_with_the_connection_string_on_pyodbc(
    host: str, port: object, user: str, extra: str, driver: str
) -> None:
    values = entry(HOST=host, PORT=port, USER=user, extra=extra, options={"driver": driver})
    wrapper = DatabaseWrapper.__new__(DatabaseWrapper)
    text = wrapper._build_connection_string(values, driver)
    read = settings(values)
    _assert_target(read.target, _first_in(text, "addr", "address") or _first_in(text, "server"))
    assert read.name == _first_in(text, "database")
    is_trusted = _first_in(text, "trusted_connection") == "yes"
    assert read.user == ("" if is_trusted else _first_in(text, "uid") or "")


@needs_mssql_python
@pytest.mark.mssql_python
@given(
    host=SERVERS,
    port=st.sampled_from(["", "1500", 1500]),
    user=st.sampled_from(["", "svc", "a;b"]),
    extra=EXTRAS,
)
def test_agrees_with_the_connection_string_on_mssql_python(
    host: str, port: object, user: str, extra: str
) -> None:
    values = mssql_python(HOST=host, PORT=port, USER=user, extra=extra)
    wrapper = DatabaseWrapper.__new__(DatabaseWrapper)
    text = wrapper._build_connection_string(values, "ODBC Driver 18 for SQL Server")
    parsed = DatabaseWrapper._parse_extra_params(text)
    read = settings(values)
    servers = [value for key, value in parsed.items() if key in ("server", "addr", "address")]
    _assert_target(read.target, servers[0])
    assert read.name == parsed["database"]
    assert read.user == parsed.get("uid", "")


def _assert_target(target: Target | None, server: str | None) -> None:
    try:
        assert target == read_server(server or "")
    except TargetProblem:
        assert target is None
