"""How a project uses the health checks of this app."""

from __future__ import annotations

import sys
import types
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from django_mssql_ops.diagnostics.facts import HealthUse, NotRun, Unreadable
from django_mssql_ops.diagnostics.probes.project import probe_project
from tests.configuration.entries import entry

SECURE: dict[str, Any] = {
    "MIDDLEWARE": ["django.middleware.security.SecurityMiddleware"],
    "SECURE_SSL_REDIRECT": True,
    "ROOT_URLCONF": "probed_urls",
}


def use(**settings: Any) -> HealthUse:
    found = probe_project(SimpleNamespace(**settings)).health
    assert isinstance(found, HealthUse)
    return found


def test_a_project_that_says_nothing() -> None:
    assert use() == HealthUse()


def test_the_networks_are_those_of_the_settings() -> None:
    assert use(MSSQL_OPS={"HEALTH": {"NETWORKS": ["10.0.0.0/8"]}}).networks == ("10.0.0.0/8",)
    assert use(MSSQL_OPS={"HEALTH": {"NETWORKS": ["10.0.0.1/8"]}}).networks == ()


def test_a_name_that_is_no_alias_of_sql_server_is_a_stranger() -> None:
    databases = {"default": entry(), "old": {"ENGINE": "django.db.backends.sqlite3"}}
    health = {"DATABASES": ["default", "old", "archive"]}
    found = use(DATABASES=databases, MSSQL_OPS={"HEALTH": health})
    assert found.strangers == ("old", "archive")


@pytest.mark.parametrize(
    ("settings", "has_proxy"),
    [
        ({}, False),
        ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, True),
        ({"USE_X_FORWARDED_HOST": True}, True),
        ({"SECURE_PROXY_SSL_HEADER": None, "USE_X_FORWARDED_HOST": False}, False),
    ],
)
def test_a_proxy_is_known_by_the_settings_for_one(
    settings: dict[str, Any], has_proxy: bool
) -> None:
    assert use(**settings).has_proxy is has_proxy


class TestRedirected:
    @pytest.fixture(autouse=True)
    def urls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def other(request: HttpRequest, **arguments: str) -> HttpResponse:
            raise NotImplementedError

        module = types.ModuleType("probed_urls")
        ours = include("django_mssql_ops.health.urls")
        module.urlpatterns = [  # type: ignore[attr-defined]
            path("health/", ours),
            path("shop/<slug:shop>/", ours),
            re_path("^elsewhere/", ours),
            path("live/", other),
        ]
        monkeypatch.setitem(sys.modules, module.__name__, module)

    def test_the_probes_paths_are_found(self) -> None:
        assert use(**SECURE).redirected == ("health/live/", "health/ready/")

    @pytest.mark.parametrize(
        "changes",
        [
            {"SECURE_SSL_REDIRECT": False},
            {"MIDDLEWARE": []},
            {"MIDDLEWARE": None},
            {"SECURE_REDIRECT_EXEMPT": [r"^health/(live|ready)/$"]},
            {"SECURE_REDIRECT_EXEMPT": ["^nothing", "^health/"]},
        ],
    )
    def test_what_is_not_redirected_is_not(self, changes: dict[str, Any]) -> None:
        assert use(**{**SECURE, **changes}).redirected == ()

    def test_one_alone_may_be(self) -> None:
        found = use(**SECURE, SECURE_REDIRECT_EXEMPT=["live/$"]).redirected
        assert found == ("health/ready/",)

    def test_a_urlconf_is_not_loaded_for_it(self) -> None:
        assert isinstance(use(**{**SECURE, "ROOT_URLCONF": "not.loaded"}).redirected, NotRun)
        assert isinstance(use(**{**SECURE, "ROOT_URLCONF": None}).redirected, NotRun)

    @pytest.mark.parametrize("exempt", [["("], [5], 5])
    def test_a_pattern_that_is_none_is_not_judged(self, exempt: Any) -> None:
        assert isinstance(use(**SECURE, SECURE_REDIRECT_EXEMPT=exempt).redirected, Unreadable)
