"""A site with one page that fails as often as a test wants, and time that nobody waits for."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path

from django_mssql_ops.middleware import DatabaseRetryMiddleware
from tests.middleware.faults import Fault
from tests.standin.fixtures import start_standin  # noqa: F401

OURS: Final = "django_mssql_ops.middleware.DatabaseRetryMiddleware"


class Site:
    """``calls`` counts how often the view began, ``pauses`` are the seconds that were not waited.

    ``signalled`` counts got_request_exception. ``clean_up`` is called in the thread in which the
    handler for ASGI runs views.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.pauses: list[float] = []
        self.signalled = 0
        self.now = 0.0
        self.clean_up: Callable[[], None] = lambda: None
        self.urlconf = types.ModuleType("shop_urls")
        self.faults: list[Fault] = []
        self.settings: dict[str, Any] = {"MIDDLEWARE": [OURS], "ROOT_URLCONF": self.urlconf}
        self.serve(self.page)

    def serve(self, view: Callable[..., Any]) -> None:
        """Answer "/" with this view."""
        self.urlconf.urlpatterns = [path("", view)]  # type: ignore[attr-defined]

    def fail(self, fault: Fault, times: int = 1) -> None:
        self.faults += [fault] * times

    def begin(self) -> None:
        """What every view does first."""
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)()

    def page(self, request: HttpRequest) -> HttpResponse:
        self.begin()
        return HttpResponse(f"answer {self.calls}")

    async def coroutine_page(self, request: HttpRequest) -> HttpResponse:
        self.begin()
        return HttpResponse(f"answer {self.calls}")

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def request(
        self, method: str = "GET", url: str = "/", *, client: Any = None, **more: Any
    ) -> Any:
        """The response through Django's whole handler; exceptions become responses."""
        client = client or Client(raise_request_exception=False)
        with override_settings(**self.settings):
            return client.generic(method, url, **more)

    def arequest(self, method: str = "GET", url: str = "/", **more: Any) -> Any:
        """The same through the handler for ASGI."""

        async def answer() -> Any:
            client = AsyncClient(raise_request_exception=False)
            # A thread for each request, as ASGIHandler has it; the client leaves that out.
            async with ThreadSensitiveContext():
                response = await client.generic(method, url, **more)
                await sync_to_async(self.clean_up)()
                return response

        with override_settings(**self.settings):
            return asyncio.run(answer())

    def set_ops(self, **retry_middleware: Any) -> None:
        self.settings["MSSQL_OPS"] = {"RETRY_MIDDLEWARE": retry_middleware}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site()

    def signalled(**kwargs: object) -> None:
        made.signalled += 1

    monkeypatch.setattr(DatabaseRetryMiddleware, "sleep", staticmethod(made.sleep))
    monkeypatch.setattr(DatabaseRetryMiddleware, "async_sleep", staticmethod(made.async_sleep))
    monkeypatch.setattr(DatabaseRetryMiddleware, "clock", staticmethod(lambda: made.now))
    got_request_exception.connect(signalled)
    yield made
    got_request_exception.disconnect(signalled)
