"""Which logins share the wait after a rejected one."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.health.probing.credentials import credentials_name

ENTRY: dict[str, Any] = {
    "ENGINE": "mssql",
    "NAME": "shop",
    "HOST": "db.example.com",
    "USER": "app",
    "PASSWORD": "hunter2",
}


def name(secret: str = "s3cret", **changes: Any) -> str:
    return credentials_name("default", {**ENTRY, **changes}, secret)


@pytest.mark.parametrize(
    "changes",
    [
        {"PASSWORD": "hunter3"},
        {"USER": "other"},
        {"HOST": "other.example.com"},
        {"PORT": "1434"},
        {"NAME": "other"},
        {"TOKEN": "a.b.c"},
        {"OPTIONS": {"extra_params": "PWD=other"}},
    ],
)
def test_another_login_has_another_name(changes: dict[str, Any]) -> None:
    assert name(**changes) != name()


@pytest.mark.parametrize(
    "changes",
    [
        {"OPTIONS": {"extra_params": "ApplicationIntent=ReadOnly"}},
        {"OPTIONS": {"python_driver": "mssql_python"}},
        {"CONN_MAX_AGE": 60},
        {"HOST": "DB.example.com"},
        {"USER": "APP"},
    ],
)
def test_the_same_login_has_the_same_name(changes: dict[str, Any]) -> None:
    assert name(**changes) == name()


def test_it_tells_nothing_and_depends_on_the_secret() -> None:
    assert len(name()) == 64
    int(name(), 16)
    assert name("another") != name()
