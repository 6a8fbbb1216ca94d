"""The sample project's settings: one file, told by the environment what to be."""

from __future__ import annotations

import os
import re
import runpy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

REAL = {"MSSQL_HOST": "db.example.com", "MSSQL_PASSWORD": "pw", "DJANGO_SECRET_KEY": "k"}


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    about_us = ("DJANGO_SECRET", "MSSQL_", "SHOP_", "STANDIN_")
    for name in [name for name in os.environ if name.startswith(about_us)]:
        monkeypatch.delenv(name)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Any:
    def read(**environment: str) -> dict[str, Any]:
        # The driver that needs no registration with the driver manager.
        for name, value in {"MSSQL_PYTHON_DRIVER": "mssql_python", **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("sampleproject.settings")

    return read


def test_without_anything_it_is_local_and_on_the_stand_in(settings: Any) -> None:
    read = settings()
    assert (read["SHOP_ENVIRONMENT"], read["DEBUG"]) == ("local", True)
    assert read["DATABASES"]["default"]["HOST"] == "localhost"
    assert not {"SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE"} & read.keys()
    assert read["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("environment", ["production", "container"])
def test_elsewhere_it_is_https_without_debug_pages(settings: Any, environment: str) -> None:
    read = settings(SHOP_ENVIRONMENT=environment, SHOP_HOSTS="shop.example.com,www.example.com")
    assert read["DEBUG"] is False
    assert read["SECURE_SSL_REDIRECT"] is read["SESSION_COOKIE_SECURE"] is True
    assert read["ALLOWED_HOSTS"] == ["shop.example.com", "www.example.com"]
    assert ("SECURE_PROXY_SSL_HEADER" in read) is (environment == "container")


@pytest.mark.parametrize(
    ("environment", "networks"),
    [("local", ("127.0.0.0/8", "::1/128")), ("production", ()), ("container", ())],
)
def test_the_health_page_needs_a_token_but_on_this_machine(
    settings: Any, environment: str, networks: tuple[str, ...]
) -> None:
    health = settings(SHOP_ENVIRONMENT=environment)["MSSQL_OPS"]["HEALTH"]
    assert (health["TOKENS"], health["NETWORKS"]) == ((), networks)


def test_probes_over_plain_http_are_not_redirected_and_the_page_is(settings: Any) -> None:
    exempt = settings(SHOP_ENVIRONMENT="container")["SECURE_REDIRECT_EXEMPT"]
    answered = [
        path
        for path in ("live/", "ready/", "health/", "admin/live/")
        if any(re.search(pattern, path) for pattern in exempt)
    ]
    assert answered == ["live/", "ready/"]


@pytest.mark.parametrize("is_there", [True, False])
def test_django_health_check_is_used_when_it_is_there(
    settings: Any, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name, package=None, find=find_spec: (
            is_there or None if name == "health_check" else find(name, package)
        ),
    )
    assert ("health_check" in settings()["INSTALLED_APPS"]) is is_there


def test_debug_pages_are_local_only(settings: Any) -> None:
    assert settings(SHOP_DEBUG="0")["DEBUG"] is False
    with pytest.raises(ImproperlyConfigured, match="only for local"):
        settings(SHOP_ENVIRONMENT="production", SHOP_DEBUG="1")


def test_an_unknown_environment_is_refused(settings: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="local, production, container"):
        settings(SHOP_ENVIRONMENT="prod")


@pytest.mark.parametrize("missing", ["MSSQL_PASSWORD", "DJANGO_SECRET_KEY"])
def test_a_real_server_needs_real_secrets(settings: Any, missing: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{missing} must be set"):
        settings(**{**REAL, missing: ""})


def test_secrets_can_be_files(settings: Any, tmp_path: Path) -> None:
    names = ("MSSQL_PASSWORD", "DJANGO_SECRET_KEY", "SHOP_API_TOKEN", "SHOP_HEALTH_TOKEN")
    for name in names:
        (tmp_path / name).write_text(f"the {name}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in names}
    read = settings(MSSQL_HOST="db.example.com", **files)
    assert read["SECRET_KEY"] == "the DJANGO_SECRET_KEY"
    assert read["DATABASES"]["default"]["PASSWORD"] == "the MSSQL_PASSWORD"
    assert read["SHOP_API_TOKEN"] == "the SHOP_API_TOKEN"
    assert read["MSSQL_OPS"]["HEALTH"]["TOKENS"] == ("the SHOP_HEALTH_TOKEN",)


def test_a_secret_that_cannot_be_read_is_said_without_its_path(
    settings: Any, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        settings(**REAL, DJANGO_SECRET_KEY_FILE=str(tmp_path / "missing"))
    assert str(refused.value) == (
        "DJANGO_SECRET_KEY_FILE cannot be read: No such file or directory"
    )
