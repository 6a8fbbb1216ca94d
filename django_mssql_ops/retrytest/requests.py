"""A request through the project's whole middleware stack, in this process and without a socket."""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test.client import Client, ClientHandler
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from django_mssql_ops.retrytest.quiet import unlogged
from django_mssql_ops.retrytest.targets import Url

_PATH: Final = "/mssql-ops-retrytest/"
#: What the built-in view does; set around the request that asks it.
_operation: contextvars.ContextVar[Callable[[], object]] = contextvars.ContextVar(
    "django_mssql_ops.retrytest.operation"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The status, and the exception that the view or a middleware raised."""

    status: int
    error: BaseException | None = None


@csrf_exempt
def operate(request: HttpRequest) -> HttpResponse:
    """The built-in view. It answers GET: the errors of other methods are not retried by default."""
    _operation.get()()
    return HttpResponse("done")


# Django 5.1's LoginRequiredMiddleware would answer with a redirect instead.
operate.login_required = False  # type: ignore[attr-defined]

urlpatterns = [path(_PATH.lstrip("/"), operate)]


class _Handler(ClientHandler):
    """Resolves with the URLs of this module, whatever the project's are."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = __name__
        return super().get_response(request)


def ask_operation(operation: Callable[[], object]) -> Answer:
    """``operation`` in a view behind the project's MIDDLEWARE."""
    client = _client()
    client.handler = _Handler(enforce_csrf_checks=False)
    token = _operation.set(operation)
    try:
        return _ask(client, "GET", _PATH)
    finally:
        _operation.reset(token)


def client_for(user: Any) -> Client:
    """A client that is logged in as ``user``; None: nobody."""
    client = _client()
    if user is not None:
        client.force_login(user)
    return client


def ask(client: Client, url: Url) -> Answer:
    """The request that ``url`` says."""
    return _ask(client, url.method, url.path, url.data, url.content_type)


def _client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME=_host(settings.ALLOWED_HOSTS))


def _ask(
    client: Client, method: str, path: str, data: str = "", content_type: str = "text/plain"
) -> Answer:
    with _errors() as errors, unlogged("django.request"):
        # As over HTTPS: a project that redirects everything else there would answer nothing here.
        response = client.generic(method, path, data, content_type=content_type, secure=True)
        if response.streaming:
            b"".join(response)
    return Answer(status=response.status_code, error=errors[-1] if errors else None)


@contextmanager
def _errors() -> Iterator[list[BaseException]]:
    """The exceptions that Django turned into responses."""
    found: list[BaseException] = []

    def note(**kwargs: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            found.append(error)

    got_request_exception.connect(note, weak=False)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note)


def _host(allowed: Sequence[str]) -> str:
    """A name that the project answers to."""
    for name in allowed:
        if name not in ("*", "."):
            return name.lstrip(".").partition(":")[0] if not name.startswith("[") else name
    return "localhost"
