"""Which aliases are checked, and how a one-shot login is prepared."""

from __future__ import annotations

import pytest
from django.db.utils import ConnectionHandler
from mssql.base import DatabaseWrapper

from django_mssql_ops import connections
from django_mssql_ops.connections import choose_entries, private_wrapper
from django_mssql_ops.exceptions import ConfigurationError

ENTRIES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "shop": {"ENGINE": "mssql", "NAME": "shop", "PASSWORD": "hunter2"},
    "old": {"ENGINE": "sql_server.pyodbc", "NAME": "old"},
    "custom": {"ENGINE": "project.backend", "NAME": "custom"},
}


def test_all_that_are_sql_server_are_checked_in_order() -> None:
    assert list(choose_entries(ENTRIES, None)) == ["shop", "old"]


def test_an_engine_named_in_the_settings_is_checked_too() -> None:
    chosen = choose_entries(ENTRIES, None, further_engines=("project.backend",))
    assert list(chosen) == ["shop", "old", "custom"]


def test_wanted_aliases_are_checked_once_each() -> None:
    assert list(choose_entries(ENTRIES, ["old", "shop", "old"])) == ["old", "shop"]


@pytest.mark.parametrize(
    ("entries", "wanted", "sentence"),
    [
        (ENTRIES, ["nowhere"], "DATABASES has no alias 'nowhere'; it has 'default', 'shop', 'old'"),
        (ENTRIES, ["default"], "alias 'default' is not SQL Server: its ENGINE is"),
        ({"x": "mssql://app:hunter2@db/shop"}, ["x"], "is a str; it must be a dict"),
        ({"default": ENTRIES["default"]}, None, "no entry of DATABASES is SQL Server"),
        (
            {"default": {"ENGINE": "django.db.backends.mssql"}},
            None,
            "none has ENGINE 'mssql'; there is 'django.db.backends.mssql'",
        ),
    ],
)
def test_what_cannot_be_checked_is_one_sentence_without_a_secret(
    entries: dict[str, dict[str, str]], wanted: list[str] | None, sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose_entries(entries, wanted)
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_private_wrapper_logs_in_once_and_leaves_the_alias_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = {"connection_retries": 5, "query_timeout": 0, "extra_params": "Encrypt=yes"}
    handler = ConnectionHandler(
        {"default": {"ENGINE": "mssql", "NAME": "shop", "OPTIONS": options}}
    )
    monkeypatch.setattr(connections, "connections", handler)
    wrapper = private_wrapper("default", login_timeout=3, query_timeout=4)
    assert wrapper is not handler["default"]
    assert wrapper.settings_dict["OPTIONS"] == {
        "connection_retries": 0,
        "connection_timeout": 3,
        "query_timeout": 4,
        "extra_params": "Encrypt=yes",
    }
    assert handler["default"].settings_dict["OPTIONS"] == options


def test_a_private_wrapper_of_an_unknown_alias_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "connections", ConnectionHandler(ENTRIES))
    with pytest.raises(ConfigurationError, match="nowhere"):
        private_wrapper("nowhere", login_timeout=1, query_timeout=1)


class _Raw:
    autocommit = False


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """The entries that the backend was told to connect with."""
    seen: list[dict[str, object]] = []

    def get_new_connection(_self: object, entry: dict[str, object]) -> _Raw:
        seen.append(entry)
        return _Raw()

    monkeypatch.setattr(DatabaseWrapper, "get_new_connection", get_new_connection)
    return seen


def _handler(monkeypatch: pytest.MonkeyPatch, **options: object) -> ConnectionHandler:
    handler = ConnectionHandler(
        {"default": {"ENGINE": "mssql", "NAME": "shop", "OPTIONS": options}}
    )
    monkeypatch.setattr(connections, "connections", handler)
    return handler


@pytest.mark.parametrize(
    ("text", "handed"),
    [
        (None, "ConnectRetryCount=0;"),
        ("Encrypt=yes", "ConnectRetryCount=0;Encrypt=yes"),
        ("ConnectRetryCount=3;Encrypt=yes", "ConnectRetryCount=0;;Encrypt=yes"),
        ("a=b; connectretrycount = {3} ;c=d", "ConnectRetryCount=0;a=b;  ;c=d"),
    ],
)
def test_a_raw_connection_does_not_reconnect_by_itself(
    monkeypatch: pytest.MonkeyPatch,
    handed_over: list[dict[str, object]],
    text: str | None,
    handed: str,
) -> None:
    handler = _handler(monkeypatch, extra_params=text, connection_retries=5)
    raw = connections.open_raw("default", login_timeout=3, query_timeout=4)
    assert raw.autocommit is True
    assert handed_over[0]["OPTIONS"] == {
        "extra_params": handed,
        "connection_retries": 0,
        "connection_timeout": 3,
        "query_timeout": 4,
    }
    assert handler.settings["default"]["OPTIONS"] == {
        "extra_params": text,
        "connection_retries": 5,
    }


def test_a_raw_connection_makes_no_wrapper_that_django_knows(
    monkeypatch: pytest.MonkeyPatch, handed_over: list[dict[str, object]]
) -> None:
    handler = _handler(monkeypatch)
    connections.open_raw("default", login_timeout=1, query_timeout=1)
    assert handler.all(initialized_only=True) == []


def test_a_raw_connection_of_an_unknown_alias_is_a_configuration_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _handler(monkeypatch)
    with pytest.raises(ConfigurationError, match="nowhere"):
        connections.open_raw("nowhere", login_timeout=1, query_timeout=1)
