from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import AsyncClient, Client, override_settings
from django.urls import path

from django_mssql_ops.connections import wrapper_if_any
from django_mssql_ops.health import urls, views
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing import registry
from tests.health.sights import FORGOTTEN, READ_ONLY, Sights, answered, failed, seeing

TOKEN: Final = "0123456789abcdef"
ADMITTED: Final = {"Authorization": f"Bearer {TOKEN}"}
ALL: Final = ("/live/", "/ready/", "/health/")
MIDDLEWARE: Final = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django_mssql_ops.middleware.DatabaseRetryMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
]


@pytest.fixture(autouse=True)
def project() -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF="django_mssql_ops.health.urls",
        ALLOWED_HOSTS=["testserver"],
        MSSQL_OPS={"HEALTH": {"TOKENS": [TOKEN], "CACHE": 2}},
    ):
        yield


@pytest.fixture
def sights() -> Iterator[Sights]:
    with seeing(Sights()) as found:
        yield found


def get(path: str, **headers: str) -> Any:
    return Client(headers=headers).get(path)


class TestLive:
    def test_it_answers(self) -> None:
        response = get("/live/")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})

    def test_it_looks_at_no_database_and_no_setting(self) -> None:
        nobody = mock.Mock(side_effect=AssertionError("nobody may be asked"))
        with (
            override_settings(MSSQL_OPS={"HEALTH": 5}),
            mock.patch.object(registry, "ask", nobody),
            mock.patch.object(registry, "prober_for", nobody),
            mock.patch.object(type(connections), "create_connection", nobody),
        ):
            assert get("/live/").status_code == 200


class TestReady:
    def test_it_says_no_more_than_ok(self, sights: Sights) -> None:
        response = get("/ready/")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
        assert sights.asked == [("default", {"limit": 0.8, "max_age": 2.0})]
        assert "Retry-After" not in response

    def test_one_that_does_not_answer_is_enough(self) -> None:
        sights = Sights(answers={"archive": failed(alias="archive")})
        with seeing(sights, ["default", "archive"]):
            response = get("/ready/")
        assert (response.status_code, response.json()) == (503, {"status": "unavailable"})
        assert response["Retry-After"] == "2"

    def test_nobody_else_can_tell_what_is_wrong(self) -> None:
        """Not even from a header: a login that waits for half an hour is a rejected one."""
        replies = set()
        for word in Word:
            rejected = time.monotonic() + 1800 if word is Word.LOGIN_REJECTED else None
            with seeing(Sights(answers={"default": failed(word, next_login=rejected)})):
                response = get("/ready/")
            headers = {k: v for k, v in response.items() if k != "Expires"}
            replies.add((response.status_code, response.content, str(headers)))
        assert len(replies) == 1

    def test_only_those_that_are_named_are_asked(self) -> None:
        health = {"DATABASES": ["default"], "CACHE": 0}
        sights = Sights(answers={"archive": failed(alias="archive")})
        with (
            override_settings(MSSQL_OPS={"HEALTH": health}),
            seeing(sights, ["default", "archive"]),
        ):
            assert get("/ready/").status_code == 200

    def test_who_is_admitted_sees_why(self) -> None:
        now = time.monotonic()
        answer = failed(Word.LOGIN_REJECTED, "archive", number=18456, next_login=now + 90, at=now)
        sights = Sights(answers={"archive": answer, "default": answered(at=now - 1)})
        with seeing(sights, ["default", "archive"]):
            response = get("/ready/", **ADMITTED)
        body = response.json()
        assert body["status"] == "unavailable"
        archive, default = body["databases"]["archive"], body["databases"]["default"]
        assert archive["why"] == "login-rejected (18456)"
        assert 80 < archive["next_login"] <= 90
        assert default["status"] == "ok"
        assert default["latency"] == 0.004
        assert 1 <= default["age"] < 5

    def test_a_warning_is_told_and_changes_nothing(self, sights: Sights) -> None:
        sights.facts["default"] = READ_ONLY
        assert get("/ready/").json() == {"status": "ok"}
        detail = get("/ready/", **ADMITTED).json()["databases"]["default"]
        assert detail["status"] == "ok"
        assert list(detail["warnings"]) == ["read-only"]

    def test_nor_does_it_where_it_fails_the_checks(self, sights: Sights) -> None:
        sights.facts["default"] = FORGOTTEN
        with override_settings(MSSQL_OPS={"HEALTH": {"FAIL_ON": "warning", "TOKENS": [TOKEN]}}):
            assert get("/ready/").status_code == 200
            assert get("/health/", **ADMITTED).status_code == 500

    def test_the_warnings_are_those_of_the_settings(self, sights: Sights) -> None:
        sights.facts["default"] = FORGOTTEN
        for more in (
            {"IGNORED": ["idle-transactions"]},
            {"THRESHOLDS": {"IDLE_TRANSACTION": 120, "ORPHANED": 3}},
        ):
            with override_settings(MSSQL_OPS={"HEALTH": {"TOKENS": [TOKEN], **more}}):
                detail = get("/ready/", **ADMITTED).json()["databases"]["default"]
            assert "warnings" not in detail

    @pytest.mark.parametrize(
        "wrong", [{"TIMEOUT": 0}, {"DATABASES": ["nope"]}, {"TOKENS": [TOKEN], "CACHE": -1}]
    )
    def test_wrong_settings_are_not_ready_and_said_once(
        self, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        sights = Sights(unknown={"nope"})
        with seeing(sights), override_settings(MSSQL_OPS={"HEALTH": wrong}):
            for _ in range(3):
                response = get("/ready/", **ADMITTED)
        assert (response.status_code, response.json()["status"]) == (503, "unavailable")
        assert "databases" not in response.json()
        assert len([r for r in caplog.records if r.levelno >= logging.ERROR]) == 1

    def test_a_project_without_sql_server_is_not_ready(self) -> None:
        assert get("/ready/").status_code == 503
        assert get("/ready/", **ADMITTED).json() == {
            "status": "unavailable",
            "why": "configuration",
        }


class TestEveryView:
    @pytest.mark.parametrize("url", ALL)
    @pytest.mark.parametrize("headers", [{}, ADMITTED])
    def test_no_cache_keeps_it(self, url: str, headers: dict[str, str], sights: Sights) -> None:
        for answer in (answered(), failed()):
            sights.answers["default"] = answer
            self._is_never_kept(get(url, **headers))
        self._is_never_kept(Client().post(url))

    def _is_never_kept(self, response: HttpResponseBase) -> None:
        control = response["Cache-Control"]
        assert {"no-store", "private"} <= set(control.split(", "))
        assert "Authorization" in response["Vary"]

    @pytest.mark.parametrize("url", ALL)
    def test_only_get_and_head(self, url: str, sights: Sights) -> None:
        client = Client(headers=ADMITTED)
        assert client.get(url).status_code == client.head(url).status_code == 200
        for method in (client.post, client.put, client.delete, client.options):
            response = method(url)
            assert response.status_code == 405
            assert response["Allow"] == "GET, HEAD"

    @pytest.mark.parametrize("url", ALL)
    def test_it_goes_through_other_middleware(self, url: str, sights: Sights) -> None:
        with override_settings(MIDDLEWARE=MIDDLEWARE):
            first = get(url, **ADMITTED)
            sights.answers["default"] = failed()
            second = get(url, **ADMITTED)
        assert first.status_code == 200
        assert second.status_code == {"/live/": 200, "/ready/": 503, "/health/": 500}[url]

    @pytest.mark.parametrize("url", ALL)
    def test_it_answers_under_asgi(self, url: str, sights: Sights) -> None:
        sights.answers["default"] = failed()
        with override_settings(MIDDLEWARE=MIDDLEWARE):
            response = asyncio.run(_get_async(url))
        assert response.status_code == {"/live/": 200, "/ready/": 503, "/health/": 500}[url]
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("url", ["/ready/", "/health/"])
    def test_no_probe_logs_an_error(
        self, url: str, sights: Sights, caplog: pytest.LogCaptureFixture
    ) -> None:
        sights.answers["default"] = failed()
        assert get(url, **ADMITTED).status_code >= 500
        assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
        assert not [r for r in caplog.records if r.name == "django.request"]

    @pytest.mark.parametrize("view", [views.live, views.ready, views.health])
    def test_nobody_has_to_log_in(self, view: Any) -> None:
        assert view.login_required is False


class TestTransactions:
    """ATOMIC_REQUESTS opens a transaction, and so a connection, before the view is called."""

    DEAD: Final = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path("/nowhere") / "at" / "all"),
        "ATOMIC_REQUESTS": True,
    }

    @pytest.fixture(autouse=True)
    def dead(self) -> Iterator[None]:
        entry = connections.configure_settings({"default": self.DEAD})["default"]
        with mock.patch.dict(connections.settings, {"default": entry}):
            before = wrapper_if_any("default")
            if before is not None:
                del connections["default"]
            yield
            if wrapper_if_any("default") is not None:
                del connections["default"]
            if before is not None:
                connections["default"] = before

    def test_a_usual_view_cannot_answer(self) -> None:
        with override_settings(ROOT_URLCONF=Usual):
            response = Client(raise_request_exception=False).get("/usual/")
        assert response.status_code == 500

    @pytest.mark.parametrize("url", ALL)
    def test_these_do(self, url: str) -> None:
        answers = {"default": answered()}
        with (
            override_settings(MSSQL_OPS={"HEALTH": {"DATABASES": ["default"]}}),
            mock.patch.object(registry, "ask", return_value=answers),
        ):
            assert get(url).status_code == (403 if url == "/health/" else 200)

    def test_of_other_aliases_neither(self) -> None:
        usual = views.live.__wrapped__  # type: ignore[attr-defined]
        databases = SimpleNamespace(DATABASES={"default": {}, "archive": {}})
        with mock.patch.object(views, "settings", databases):
            view = views._for_probes(usual)
        with mock.patch.dict(connections.settings, {"archive": {"ATOMIC_REQUESTS": True}}):
            assert BaseHandler().make_view_atomic(view) is view


class Usual:
    """A URLconf."""

    @staticmethod
    def usual(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    urlpatterns = (path("usual/", usual),)


async def _get_async(url: str) -> Any:
    return await AsyncClient().get(url, headers=ADMITTED)


def test_the_urls_have_names() -> None:
    assert urls.app_name == "mssql_ops_health"
    assert [pattern.name for pattern in urls.urlpatterns] == ["live", "ready", "health"]
