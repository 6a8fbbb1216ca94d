"""Who is on trial: the published sample or this package, around a function or around a request.

Each is given its delays and sleeps none of them. ``attempts`` counts how often the work began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from tests.scoreboard import published, stage

Play = Callable[[], object]


class Work:
    """What is done under fire, and how often it began."""

    def __init__(self) -> None:
        self.attempts = 0

    def write(self) -> None:
        """One row, in a transaction of its own."""
        from tests.scoreboard.rows import Row

        self.attempts += 1
        with transaction.atomic():
            Row.objects.create(name=self.attempts)

    def view(self, request: HttpRequest) -> HttpResponse:
        """A page that reads."""
        from tests.scoreboard.rows import Row

        self.attempts += 1
        return HttpResponse(str(Row.objects.count()))


class PermanentWork(Work):
    """Work that no try can make good."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens

    def write(self) -> None:
        self.attempts += 1
        self._happens()

    def view(self, request: HttpRequest) -> HttpResponse:
        self.write()
        return HttpResponse("nobody gets this")


@contextmanager
def sample_decorator(work: Work) -> Iterator[Play]:
    yield published.retry_on_transient(sleep=_no_sleep)(work.write)


@contextmanager
def sample_middleware(work: Work) -> Iterator[Play]:
    with _site(work, f"{published.__name__}.SleeplessMiddleware") as play:
        yield play


@contextmanager
def our_decorator(work: Work) -> Iterator[Play]:
    from django_mssql_ops.retry import retry_on_transient

    yield retry_on_transient(sleep=_no_sleep)(work.write)


@contextmanager
def our_middleware(work: Work) -> Iterator[Play]:
    from django_mssql_ops.retry import pauses

    with (
        pauses.replaced_by(_no_sleep),
        _site(work, "django_mssql_ops.middleware.DatabaseRetryMiddleware") as play,
    ):
        yield play


LAYERS: Final[Mapping[tuple[str, str], Callable[[Work], AbstractContextManager[Play]]]] = {
    ("published", "decorator"): sample_decorator,
    ("published", "middleware"): sample_middleware,
    ("ours", "decorator"): our_decorator,
    ("ours", "middleware"): our_middleware,
}


@contextmanager
def _site(work: Work, middleware: str) -> Iterator[Play]:
    """The whole chain of a request, as Django's own test client calls it."""
    vars(stage.ROUTES)["urlpatterns"] = [path("", work.view)]
    client = Client(raise_request_exception=False)

    def play() -> object:
        response = client.get("/")
        if response.status_code != 200:
            raise Answered(response.status_code)
        return response.content

    from django.urls import clear_url_caches

    clear_url_caches()
    with override_settings(MIDDLEWARE=[middleware]):
        yield play


class Answered(Exception):
    """The user saw an error page; carries the status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")


def _no_sleep(seconds: float) -> None:
    """The delay is somebody else's test."""
