"""Requests through Django's own handlers, for WSGI and ASGI, with errors as drivers raise them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.middleware import DatabaseRetryMiddleware, no_retry, retry_view
from django_mssql_ops.retry import OutcomeUnknown
from tests.middleware.conftest import OURS, Site
from tests.middleware.faults import (
    Fault,
    busy,
    deadlock,
    duplicate,
    lost_commit,
    reset,
    unavailable,
)

#: Which handler asks, and what kind of view answers.
MODES = pytest.mark.parametrize(
    ("handler", "view"),
    [
        ("request", "page"),
        ("request", "coroutine_page"),
        ("arequest", "page"),
        ("arequest", "coroutine_page"),
    ],
    ids=["WSGI", "WSGI, coroutine", "ASGI, function", "ASGI, coroutine"],
)


def errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [
        record
        for record in caplog.records
        if record.name == "django.request" and record.levelno >= logging.ERROR
    ]


@MODES
class TestEveryHandler:
    @pytest.fixture(autouse=True)
    def _serve(self, site: Site, handler: str, view: str) -> None:
        self.site = site
        self.ask = getattr(site, handler)
        site.serve(getattr(site, view))

    @pytest.mark.parametrize("fault", [deadlock, busy, unavailable, reset])
    def test_one_fault_is_not_seen_by_the_visitor(
        self, caplog: pytest.LogCaptureFixture, fault: Fault
    ) -> None:
        self.site.set_ops(DEADLINE=60)
        self.site.fail(fault)
        response = self.ask()
        assert (response.status_code, response.content) == (200, b"answer 2")
        assert len(self.site.pauses) == 1
        assert errors(caplog) == []
        assert self.site.signalled == 0

    def test_a_fault_that_stays_is_told_once(self, caplog: pytest.LogCaptureFixture) -> None:
        self.site.fail(deadlock, times=9)
        response = self.ask()
        assert response.status_code == 500
        assert self.site.calls == 3
        assert len(errors(caplog)) == 1
        assert self.site.signalled == 1

    def test_a_database_that_stays_away_is_a_503(self, caplog: pytest.LogCaptureFixture) -> None:
        self.site.fail(unavailable, times=9)
        response = self.ask()
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        (record,) = errors(caplog)
        assert record.exc_info is not None
        assert "40613" in str(record.exc_info[1])
        assert self.site.signalled == 0

    def test_a_permanent_error_is_tried_once(self) -> None:
        self.site.fail(duplicate)
        assert self.ask().status_code == 500
        assert (self.site.calls, self.site.signalled) == (1, 1)

    def test_a_post_is_tried_once(self) -> None:
        self.site.fail(deadlock)
        assert self.ask("POST", data=b"n=1").status_code == 500
        assert self.site.calls == 1

    def test_nobody_knows_what_became_of_a_lost_commit(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.site.fail(lost_commit)
        assert self.ask().status_code == 500
        assert self.site.calls == 1
        (record,) = errors(caplog)
        assert record.exc_info is not None
        assert isinstance(record.exc_info[1], OutcomeUnknown)


class TestWhichRequests:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_safe_methods(self, site: Site, method: str) -> None:
        site.fail(deadlock)
        assert site.request(method).status_code == 200

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_no_others(self, site: Site, method: str) -> None:
        site.fail(deadlock)
        assert site.request(method).status_code == 500

    def test_the_setting_names_others(self, site: Site) -> None:
        site.set_ops(METHODS=("PUT",))
        site.fail(deadlock, times=2)
        assert site.request("PUT").status_code == 200
        site.fail(deadlock)
        assert site.request("GET").status_code == 500

    @pytest.mark.parametrize("handler", ["request", "arequest"])
    def test_a_marked_view_is_tried_again_whatever_the_method(
        self, site: Site, handler: str
    ) -> None:
        @retry_view
        def marked(request: HttpRequest) -> HttpResponse:
            site.begin()
            return HttpResponse(request.body)

        site.serve(marked)
        site.fail(deadlock)
        assert getattr(site, handler)("POST", data=b"n=1").content == b"n=1"

    def test_a_view_that_the_setting_names_too(self, site: Site) -> None:
        site.set_ops(VIEWS=(f"{__name__}.named",))
        site.serve(named)
        FAULTS.append(deadlock)
        assert site.request("POST").status_code == 200
        assert not FAULTS

    def test_never_a_view_that_says_so(self, site: Site) -> None:
        site.set_ops(VIEWS=(f"{__name__}.refusing",))
        site.serve(refusing)
        FAULTS.append(deadlock)
        assert site.request("GET").status_code == 500

    def test_views_that_say_so_have_no_deadline(self, site: Site) -> None:
        site.serve(refusing)
        FAULTS.append(unavailable)
        assert site.request("GET").status_code == 503
        assert site.pauses == []

    def test_a_post_to_a_database_that_is_away_is_a_503_at_once(self, site: Site) -> None:
        site.fail(unavailable)
        response = site.request("POST")
        assert (response.status_code, site.calls, site.pauses) == (503, 1, [])


FAULTS: list[Fault] = []


def named(request: HttpRequest) -> HttpResponse:
    if FAULTS:
        raise FAULTS.pop()()
    return HttpResponse("ok")


@no_retry
def refusing(request: HttpRequest) -> HttpResponse:
    return named(request)


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "status"), [(Http404("no"), 404), (PermissionDenied("no"), 403)]
    )
    def test_an_exception_that_is_an_answer_is_one(
        self, site: Site, answer: Exception, status: int
    ) -> None:
        site.fail(lambda: answer)
        assert site.request().status_code == status
        assert site.calls == 1

    def test_an_error_of_the_project_is_nothing_of_ours(self, site: Site) -> None:
        site.fail(lambda: ValueError("no"))
        assert site.request().status_code == 500
        assert (site.calls, site.signalled) == (1, 1)

    def test_the_test_client_raises_only_what_stays(self, site: Site) -> None:
        site.fail(deadlock)
        assert site.request(client=Client()).status_code == 200
        site.fail(deadlock, times=9)
        with pytest.raises(Exception, match="1205"):
            site.request(client=Client())

    def test_rendering_a_template_counts(self, site: Site) -> None:
        class Page(SimpleTemplateResponse):
            @property
            def rendered_content(self) -> str:
                site.begin()
                return "rendered"

        site.serve(lambda request: Page("page.html"))
        site.fail(deadlock)
        assert site.request().content == b"rendered"
        assert site.calls == 2

    def test_what_streams_is_never_begun_again(self, site: Site) -> None:
        def rows() -> Iterator[bytes]:
            yield b"first"
            raise deadlock()

        def stream(request: HttpRequest) -> StreamingHttpResponse:
            site.calls += 1
            return StreamingHttpResponse(rows())

        site.serve(stream)
        response = site.request()
        with pytest.raises(Exception, match="1205"):
            b"".join(response.streaming_content)
        assert site.calls == 1

    def test_propagated_exceptions_change_nothing(self, site: Site) -> None:
        site.settings["DEBUG_PROPAGATE_EXCEPTIONS"] = True
        site.fail(deadlock)
        assert site.request(client=Client()).status_code == 200


class TestUnavailable:
    def test_throttling_asks_to_come_again_sooner(self, site: Site) -> None:
        site.set_ops(MAX_RETRIES=0)
        site.fail(busy)
        response = site.request()
        assert (response.status_code, response["Retry-After"]) == (503, "10")
        assert b"Service Unavailable" in response.content

    def test_a_setting_turns_it_off(self, site: Site) -> None:
        site.set_ops(MAX_RETRIES=0, UNAVAILABLE_RESPONSE=False)
        site.fail(busy)
        assert site.request().status_code == 500
        assert site.signalled == 1

    def test_the_projects_own_page_is_shown(self, site: Site) -> None:
        loader = ("django.template.loaders.locmem.Loader", {"503.html": "Back soon."})
        site.settings["TEMPLATES"] = [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [loader]},
            }
        ]
        site.fail(unavailable, times=3)
        assert site.request().content == b"Back soon."

    def test_a_delay_that_does_not_fit_is_not_waited_for(self, site: Site) -> None:
        site.set_ops(DEADLINE=9)
        site.fail(busy)
        response = site.request()
        assert (response.status_code, site.calls, site.pauses) == (503, 1, [])


class Swallowing:
    """A middleware of the project that answers errors itself."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse("swallowed", status=500)


def failing_once(get_response: Any) -> Any:
    """A middleware of the project that fails itself."""

    def middleware(request: HttpRequest) -> Any:
        if FAULTS:
            raise FAULTS.pop()()
        return get_response(request)

    return middleware


def prettifying(get_response: Any) -> Any:
    """A middleware of the project that has a page of its own for every 5xx."""

    def middleware(request: HttpRequest) -> Any:
        response = get_response(request)
        return response if response.status_code < 500 else HttpResponse("Sorry.", status=500)

    return middleware


class TestAmongOthers:
    def test_one_further_in_may_answer_instead(self, site: Site) -> None:
        site.settings["MIDDLEWARE"] = [OURS, f"{__name__}.Swallowing"]
        site.fail(deadlock)
        assert site.request().content == b"swallowed"

    def test_one_further_out_is_not_asked_before(self, site: Site) -> None:
        site.settings["MIDDLEWARE"] = [f"{__name__}.Swallowing", OURS]
        site.fail(deadlock)
        assert site.request().content == b"answer 2"

    def test_the_error_of_another_middleware_is_not_seen(self, site: Site) -> None:
        site.settings["MIDDLEWARE"] = [OURS, f"{__name__}.failing_once"]
        FAULTS.append(deadlock)
        assert site.request().status_code == 500
        assert (site.calls, site.signalled) == (0, 1)

    def test_one_further_in_may_change_what_nobody_sees(self, site: Site) -> None:
        site.settings["MIDDLEWARE"] = [OURS, f"{__name__}.prettifying"]
        site.fail(deadlock)
        assert site.request().content == b"answer 2"

    def test_twice_is_once(self, site: Site) -> None:
        site.settings["MIDDLEWARE"] = [OURS, OURS]
        site.fail(deadlock, times=9)
        assert site.request().status_code == 500
        assert site.calls == 3

    @pytest.mark.parametrize("view", ["page", "coroutine_page"])
    def test_one_that_knows_no_coroutines_stands_between(self, site: Site, view: str) -> None:
        site.settings["MIDDLEWARE"] = [OURS, f"{__name__}.prettifying"]
        site.serve(getattr(site, view))
        site.fail(deadlock)
        assert site.arequest().content == b"answer 2"


def test_a_malformed_setting_is_told_when_the_site_starts(site: Site) -> None:
    site.set_ops(METHODS="GET")
    with pytest.raises(ConfigurationError, match=r"RETRY_MIDDLEWARE'\]\['METHODS'\]"):
        site.request()


def test_a_chain_without_django_around_it_gets_its_errors_back() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise deadlock()

    with pytest.raises(Exception, match="1205"):
        DatabaseRetryMiddleware(broken)(HttpRequest())
