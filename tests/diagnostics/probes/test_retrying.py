"""How a project uses the retries of this app."""

from __future__ import annotations

import sys
import types
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View

from django_mssql_ops.diagnostics.facts import NotRun, RetryUse, RetryView, Unreadable
from django_mssql_ops.diagnostics.probes.project import probe_project
from django_mssql_ops.middleware import DatabaseRetryMiddleware
from django_mssql_ops.retry import retry_on_transient

OURS = "django_mssql_ops.middleware.DatabaseRetryMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


def use(**settings: Any) -> RetryUse:
    found = probe_project(SimpleNamespace(**settings)).retry
    assert isinstance(found, RetryUse)
    return found


class Answering:
    def process_exception(self) -> None: ...


class OurRetryMiddleware(DatabaseRetryMiddleware):
    pass


class TestMiddleware:
    def test_without_it_nothing_is_used(self) -> None:
        found = use(MIDDLEWARE=[SECURITY])
        assert (found.middleware, found.before, found.behind) == ((), (), ())

    def test_its_place_is_known(self) -> None:
        found = use(MIDDLEWARE=[SECURITY, OURS, SESSIONS, OURS])
        assert found.middleware == (OURS, OURS)
        assert (found.before, found.behind) == ((SECURITY,), (SESSIONS,))
        assert found.is_used

    def test_a_subclass_is_ours(self) -> None:
        own = f"{__name__}.OurRetryMiddleware"
        assert use(MIDDLEWARE=[own]).middleware == (own,)

    def test_only_those_further_in_answer_before_it(self) -> None:
        other = f"{__name__}.Answering"
        assert use(MIDDLEWARE=[OURS, SESSIONS, other]).answering == (other,)
        assert use(MIDDLEWARE=[other, OURS]).answering == ()

    def test_one_that_cannot_be_imported_is_unreadable(self) -> None:
        answering = use(MIDDLEWARE=[OURS, "no_such.Module"]).answering
        assert isinstance(answering, Unreadable)
        assert "no_such.Module" in answering.reason

    def test_before_setup_none_is_imported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("django.apps.apps.ready", False)
        assert isinstance(use(MIDDLEWARE=[OURS, f"{__name__}.Answering"]).answering, NotRun)

    def test_its_settings_are_read(self) -> None:
        found = use(
            MIDDLEWARE=[OURS],
            MSSQL_OPS={
                "RETRY_MIDDLEWARE": {"MAX_RETRIES": 5, "DEADLINE": None, "METHODS": ("PUT",)},
                "RETRY_WORST_CASE": {"LOGINS": 3, "SECONDS": 9},
            },
            DEBUG_PROPAGATE_EXCEPTIONS=True,
        )
        assert (found.max_retries, found.deadline, found.methods) == (5, None, ("PUT",))
        assert (found.most_logins, found.most_seconds, found.propagates) == (3, 9.0, True)


@retry_on_transient(max_retries=7, deadline=3)
def place(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@transaction.non_atomic_requests
@retry_on_transient
def excepted(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class Order(View):
    @retry_on_transient
    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class Plain(View):
    pass


@pytest.fixture
def urlconf(monkeypatch: pytest.MonkeyPatch) -> str:
    inner = types.ModuleType("shop_inner_urls")
    inner.urlpatterns = [path("order", Order.as_view())]  # type: ignore[attr-defined]
    outer = types.ModuleType("shop_outer_urls")
    outer.urlpatterns = [  # type: ignore[attr-defined]
        path("place", place),
        path("excepted", excepted),
        path("plain", Plain.as_view()),
        path("inner/", include(inner)),
    ]
    monkeypatch.setitem(sys.modules, "shop_outer_urls", outer)
    return "shop_outer_urls"


class TestDecorated:
    def test_policies_are_those_of_the_functions_that_are_imported(self) -> None:
        (found,) = (p for p in use().policies if p.name == f"{__name__}.place")
        assert (found.max_retries, found.deadline, found.max_delay) == (7, 3, 30.0)

    def test_views_are_found_wherever_they_are_included(self, urlconf: str) -> None:
        found = use(ROOT_URLCONF=urlconf, DATABASES={"default": {"ATOMIC_REQUESTS": True}})
        assert found.decorated_views == (
            RetryView(name=f"{__name__}.place", atomic_aliases=("default",)),
            RetryView(name=f"{__name__}.excepted", atomic_aliases=()),
            RetryView(name=f"{__name__}.Order", atomic_aliases=("default",)),
        )

    def test_a_urlconf_that_nobody_has_loaded_is_left_alone(self) -> None:
        assert isinstance(use(ROOT_URLCONF="not.loaded").decorated_views, NotRun)

    def test_one_that_is_broken_is_unreadable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "broken_urls", types.ModuleType("broken_urls"))
        assert isinstance(use(ROOT_URLCONF="broken_urls").decorated_views, Unreadable)

    def test_names_without_a_view_are_missing(self, urlconf: str) -> None:
        names = (f"{__name__}.Plain", f"{__name__}.plain")
        found = use(
            ROOT_URLCONF=urlconf,
            MIDDLEWARE=[OURS],
            MSSQL_OPS={"RETRY_MIDDLEWARE": {"VIEWS": names}},
        )
        assert found.missing_views == (names[1],)
