"""``DatabaseRetryMiddleware``: answers a request again when the database was only briefly away.

::

    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django_mssql_ops.middleware.DatabaseRetryMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        ...
    ]

Django turns what a view raises into a response before any middleware gets it back, so an
``except`` around ``get_response`` never sees an error (measured with Django 5.2 and 6.1). The hook
that does is ``process_exception``: it is called with the view's exception, after the transaction of
ATOMIC_REQUESTS was rolled back, and what it returns goes back through the middleware to
``__call__`` here, which waits and sends the request in once more. docs/middleware.md has the rest.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from random import random as random_number
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from django_mssql_ops.conf import RetryMiddleware, ops_settings
from django_mssql_ops.retry import pauses
from django_mssql_ops.retry.arrivals import record_new_connections
from django_mssql_ops.retry.policy import RetryPolicy
from django_mssql_ops.retry.requests.state import RequestState, keep_body, snapshot
from django_mssql_ops.retry.requests.unavailable import is_unavailable, unavailable_response
from django_mssql_ops.retry.requests.views import mark_of, name_of, no_retry, retry_view
from django_mssql_ops.retry.tries import Call, Tries

if TYPE_CHECKING:
    from django_mssql_ops.retry.decision import Decision

__all__ = ["DatabaseRetryMiddleware", "no_retry", "retry_view"]

#: Where a request keeps its tries while it is being answered.
_ATTRIBUTE: Final = "_mssql_ops_tries"
#: Exceptions with which a view answers: Django makes a 4xx of them.
_ANSWERS: Final = (
    BadRequest,
    Http404,
    MultiPartParserError,
    PermissionDenied,
    SuspiciousOperation,
)
_ONE_TRY: Final = RetryPolicy(max_retries=0)
_WHY_NOT: Final = {
    "body": "the view has read the request's body as a stream, which cannot be read again",
    "upload": "an uploaded file was moved or closed, and cannot be read again",
    "session": "the session was changed and is kept outside this middleware; put it further out",
    "messages": "messages were added and are kept outside this middleware; put it further out",
}


class DatabaseRetryMiddleware:
    """Tries a request again after a transient error of the database; sync and async.

    GET, HEAD and OPTIONS by default (``MSSQL_OPS["RETRY_MIDDLEWARE"]``), other methods of views
    marked with :func:`retry_view`, never those with :func:`no_retry`; and only where nothing that
    the failed try did can have survived.

    ``sleep``, ``async_sleep``, ``clock`` and ``random`` are there to be replaced by tests.

    Raises ConfigurationError when ``MSSQL_OPS`` is malformed.
    """

    sync_capable = True
    async_capable = True

    sleep: Callable[[float], object] = staticmethod(pauses.pause)
    async_sleep: Callable[[float], Awaitable[object]] = staticmethod(pauses.pause_async)
    clock: Callable[[], float] = staticmethod(time.monotonic)
    random: Callable[[], float] = staticmethod(random_number)

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        record_new_connections()
        self.get_response = get_response
        self._figures = self._read(ops_settings().retry_middleware)
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
            # Django would send a function through a thread, for every request.
            setattr(self, "process_view", self._async_process_view)  # noqa: B010  a method, for mypy

    def __call__(self, request: HttpRequest) -> Any:
        if self._is_async:
            return self._answer_async(request)
        if _ATTRIBUTE in request.__dict__:
            # Inside another middleware of this kind.
            return self.get_response(request)
        tries = _RequestTries(request, self._current())
        try:
            while True:
                tries.begin()
                response = self.get_response(request)
                delay = tries.delay
                if delay is None:
                    tries.succeeded()
                    return response
                self.sleep(delay)
                tries.restore()
        finally:
            tries.leave()

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        if _ATTRIBUTE in request.__dict__:
            return await self.get_response(request)  # type: ignore[no-any-return]
        tries = _RequestTries(request, self._current())
        try:
            while True:
                # In the thread that has the connections: what it has open is watched from now on.
                await sync_to_async(tries.begin)()
                response: HttpResponseBase = await self.get_response(request)
                delay = tries.delay
                if delay is None:
                    tries.succeeded()
                    return response
                await self.async_sleep(delay)
                tries.restore()
        finally:
            tries.leave()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Django's hook before the view: only now it is known which one it will be."""
        tries = request.__dict__.get(_ATTRIBUTE)
        if tries is not None:
            tries.meet(view)

    async def _async_process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> None:
        tries = request.__dict__.get(_ATTRIBUTE)
        if tries is not None:
            tries.meet(view)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Django's hook for what a view, or the rendering of its template, has raised.

        Raises OutcomeUnknown when nobody knows whether the view's work was committed.
        """
        tries = getattr(request, _ATTRIBUTE, None)
        if tries is None or isinstance(exception, _ANSWERS):
            return None
        response: HttpResponseBase | None = tries.fail(exception)
        return response

    def _current(self) -> _Figures:
        settings = ops_settings().retry_middleware
        if settings is not self._figures.settings:
            self._figures = self._read(settings)
        return self._figures

    def _read(self, settings: RetryMiddleware) -> _Figures:
        policy = RetryPolicy(
            max_retries=settings.max_retries,
            base_delay=settings.base_delay,
            max_delay=settings.max_delay,
            deadline=settings.deadline,
        )
        return _Figures(
            settings,
            Call(policy, clock=self.clock, random=self.random),
            Call(_ONE_TRY, clock=self.clock, random=self.random),
        )


class _Figures(NamedTuple):
    """What is the same for every request: ``usual`` for those that may be tried again."""

    settings: RetryMiddleware
    usual: Call
    once: Call


class _RequestTries(Tries):
    """The tries of one request, from coming in to its answer."""

    # Class attributes, because most requests are answered at once and never set them.
    #: Seconds until the next try, while there will be one.
    delay: float | None = None
    _is_met = False

    def __init__(self, request: HttpRequest, figures: _Figures) -> None:
        self.call = figures.usual
        self._figures = figures
        self._request = request
        # Before the request knows its tries: with them in it the two would keep each other alive.
        self._snapshot = snapshot(request)
        request.__dict__[_ATTRIBUTE] = self

    def restore(self) -> None:
        """Make the request what it was, for the next try."""
        self.delay = None
        RequestState(self._snapshot).restore(self._request)
        self._request.__dict__[_ATTRIBUTE] = self

    def leave(self) -> None:
        """The request is answered; or it was cancelled, and its level is still open."""
        if self._level is not None:
            self.close()
        self._request.__dict__.pop(_ATTRIBUTE, None)

    def meet(self, view: Any) -> None:
        """Decide whether the request may be tried again, now that its view is known."""
        if self._is_met:
            return
        self._is_met = True
        settings = self._figures.settings
        mark = mark_of(view, settings.views)
        allowed = self._request.method in settings.methods if mark is None else mark.retry
        if not allowed or not keep_body(self._request, settings.max_body):
            # One try without a deadline: its queries may take their time, but when one fails the
            # connection is looked after all the same.
            self.call = self._figures.once
            self.start_over()
        elif mark is not None and mark.idempotent:
            self._declare(idempotent=True)

    def fail(self, exception: Exception) -> HttpResponseBase | None:
        """The view has raised: what Django shall do with it."""
        match = getattr(self._request, "resolver_match", None)
        if match is not None and not self.call.name:
            self._declare(name=name_of(match.func), idempotent=self.call.idempotent)
        found = RequestState(self._snapshot).obstacle(self._request)
        obstacle = (found, _WHY_NOT[found]) if found else None
        decision = self.failed(exception, obstacle=obstacle)
        if decision.retry:
            self.delay = decision.delay
            # Nobody sees it. SessionMiddleware does not save the session with a status like this.
            return HttpResponse(status=503)
        return self._give_up(exception, decision)

    def _declare(self, *, name: str = "", idempotent: bool) -> None:
        """Say of this request alone what is known of it by now."""
        call = self.call
        self.call = Call(
            call.policy, name=name, idempotent=idempotent, clock=call.clock, random=call.random
        )

    def _give_up(self, exception: Exception, decision: Decision) -> HttpResponseBase | None:
        if decision.error is not exception:
            raise decision.error
        if self._figures.settings.unavailable_response and is_unavailable(decision):
            return unavailable_response(self._request, exception, decision)
        return None
