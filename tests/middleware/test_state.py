"""What a failed try leaves on the request, with Django's own middleware around and inside."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from django_mssql_ops.middleware import DatabaseRetryMiddleware, retry_view
from tests.middleware.conftest import OURS, Site
from tests.middleware.faults import deadlock

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
USERS = "django.contrib.auth.middleware.AuthenticationMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"

HANDLERS = pytest.mark.parametrize("handler", ["request", "arequest"], ids=["WSGI", "ASGI"])


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch, site: Site) -> Iterator[list[dict[str, Any]]]:
    """What was saved of sessions, with all of Django's middleware inside ours."""
    found: list[dict[str, Any]] = []
    save = SessionStore.save

    def noted(self: Any, must_create: bool = False) -> None:
        if not must_create:  # a new session calls itself once more
            found.append(dict(self._session))
        save(self, must_create)

    monkeypatch.setattr(SessionStore, "save", noted)
    site.settings |= {
        "INSTALLED_APPS": ["django.contrib.contenttypes", "django.contrib.auth"],
        "MIDDLEWARE": [OURS, SESSIONS, CSRF, USERS, MESSAGES],
        "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    }
    yield found


def counting(site: Site) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        request.session["visits"] = request.session.get("visits", 0) + 1
        site.begin()
        return HttpResponse(str(request.session["visits"]))

    site.serve(view)


def telling(site: Site) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        messages.info(request, "stored")
        site.begin()
        return HttpResponse(",".join(str(message) for message in messages.get_messages(request)))

    site.serve(view)


class TestFurtherOut:
    @HANDLERS
    def test_a_session_is_saved_once_and_counts_once(
        self, site: Site, saved: list[dict[str, Any]], handler: str
    ) -> None:
        counting(site)
        site.fail(deadlock)
        assert getattr(site, handler)().content == b"1"
        assert [session["visits"] for session in saved] == [1]

    @HANDLERS
    @pytest.mark.parametrize("storage", ["session.SessionStorage", "cookie.CookieStorage"])
    def test_a_message_is_shown_once(
        self, site: Site, saved: list[dict[str, Any]], handler: str, storage: str
    ) -> None:
        site.settings["MESSAGE_STORAGE"] = f"django.contrib.messages.storage.{storage}"
        telling(site)
        site.fail(deadlock)
        assert getattr(site, handler)().content == b"stored"

    @HANDLERS
    def test_a_new_visitor_gets_the_cookie_that_belongs_to_the_form(
        self, site: Site, saved: list[dict[str, Any]], handler: str
    ) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            token = get_token(request)
            site.begin()
            return HttpResponse(token)

        site.serve(view)
        site.fail(deadlock)
        response = getattr(site, handler)()
        assert site.calls == 2
        assert "csrftoken" in response.cookies
        self.post_back(site, response)

    @staticmethod
    def post_back(site: Site, page: Any) -> None:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies = page.cookies
        token = page.content.decode()
        assert (
            site.request("POST", client=client, headers={"X-CSRFToken": token}).status_code == 200
        )

    def test_the_csrf_check_is_made_in_every_try(
        self, site: Site, saved: list[dict[str, Any]]
    ) -> None:
        done: list[bool] = []

        @retry_view
        def view(request: HttpRequest) -> HttpResponse:
            done.append(getattr(request, "csrf_processing_done", False))
            site.begin()
            return HttpResponse()

        site.serve(view)
        site.fail(deadlock)
        site.request("POST")
        assert done == [True, True]

    def test_what_a_view_puts_on_the_request_is_gone(
        self, site: Site, saved: list[dict[str, Any]]
    ) -> None:
        seen: list[bool] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append("_cached_user" in vars(request) or "MARK" in request.META)
            vars(request)["_cached_user"] = object()
            request.META["MARK"] = "x"
            site.begin()
            return HttpResponse()

        site.serve(view)
        site.fail(deadlock)
        site.request()
        assert seen == [False, False]

    def test_what_came_in_with_it_is_still_there(self, site: Site) -> None:
        seen: list[Any] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append(
                (request.GET["q"], request.COOKIES, request.headers["X-Shop"], request.path)
            )
            site.begin()
            return HttpResponse()

        site.serve(view)
        site.fail(deadlock)
        site.request(url="/?q=1", headers={"X-Shop": "1"})
        first, second = seen
        assert first == second

    def test_nothing_of_ours_is_left_on_the_request(self, site: Site) -> None:
        site.fail(deadlock)
        request = site.request().wsgi_request
        assert not [name for name in vars(request) if "mssql" in name]

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_request_leaves_no_circle_for_the_garbage_collector(self, method: str) -> None:
        def inner(request: HttpRequest) -> HttpResponse:
            middleware.process_view(request, inner, (), {})
            return HttpResponse()

        middleware = DatabaseRetryMiddleware(inner)
        requests = [RequestFactory().generic(method, "/") for _ in range(3)]
        middleware(requests.pop())
        gc.collect()
        gc.disable()
        try:
            for request in requests:
                middleware(request)
            assert gc.collect() == 0
        finally:
            gc.enable()


class TestFurtherIn:
    """Behind Django's middleware what the failed try did would be saved or shown."""

    def test_a_changed_session_is_not_tried_again(
        self, site: Site, saved: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
    ) -> None:
        site.settings["MIDDLEWARE"] = [SESSIONS, OURS]
        counting(site)
        site.fail(deadlock)
        assert site.request().status_code == 500
        assert saved == []
        assert "the session was changed" in caplog.text

    def test_a_session_that_was_only_read_is_no_obstacle(
        self, site: Site, saved: list[dict[str, Any]]
    ) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            request.session.get("visits")
            site.begin()
            return HttpResponse()

        site.settings["MIDDLEWARE"] = [SESSIONS, OURS]
        site.serve(view)
        site.fail(deadlock)
        assert site.request().status_code == 200

    def test_a_message_is_not_tried_again(
        self, site: Site, saved: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
    ) -> None:
        site.settings["MIDDLEWARE"] = [SESSIONS, MESSAGES, OURS]
        telling(site)
        site.fail(deadlock)
        assert site.request().status_code == 500
        assert "messages were added" in caplog.text
