"""What DatabaseRetryMiddleware costs a request that goes well, in Django's own handlers.

The chain with the middleware and the one without it take turns in the same process, because a
machine's speed drifts; the best of many rounds counts. A request has the headers of a browser.
Beside it stands what one of Django's own middleware costs in the same place.

A view that asks the database nothing shows what every request pays. Under a deadline the first
cursor has the driver's time-out lowered, and the end of the request restores it: the view that
opens a cursor, without sending anything, shows what that costs.
"""

from __future__ import annotations

import asyncio
import os
import time
import types
from collections.abc import Callable
from typing import Any, Final

from tests.benchmarks.open_alias import open_alias

_BUDGET_US: Final = 10.0
_ROUNDS: Final = 160
_ASYNC_ROUNDS: Final = 40
_REQUESTS: Final = 20
_OURS: Final = "django_mssql_ops.middleware.DatabaseRetryMiddleware"
_PEER: Final = "django.middleware.csrf.CsrfViewMiddleware"
_HEADERS: Final[dict[str, Any]] = {f"HTTP_X_HEADER_{number}": "a value" for number in range(30)}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import clear_url_caches, path

    routes = types.ModuleType("tests.benchmarks.routes")
    response = HttpResponse("ok")

    def asks_nothing(request: object) -> HttpResponse:
        return response

    def opens_a_cursor(request: object) -> HttpResponse:
        connection.cursor().close()
        return response

    def serve(view: Callable[[Any], HttpResponse]) -> None:
        routes.urlpatterns = [path("", view)]  # type: ignore[attr-defined]
        clear_url_caches()

    with override_settings(ROOT_URLCONF=routes, ALLOWED_HOSTS=["*"]):
        serve(asks_nothing)
        with open_alias() as connection:
            _print("WSGI, one open alias", _sync_cost, promised=True)
            with override_settings(MSSQL_OPS={"RETRY_MIDDLEWARE": {"DEADLINE": None}}):
                _print("WSGI, one open alias, no deadline", _sync_cost)
            serve(opens_a_cursor)
            _print("WSGI, its view opens a cursor", _sync_cost)
            with override_settings(MSSQL_OPS={"RETRY_MIDDLEWARE": {"DEADLINE": None}}):
                _print("WSGI, its view opens a cursor, no deadline", _sync_cost)
        serve(asks_nothing)
        _print("ASGI", _async_cost)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _print(title: str, cost: Callable[[list[str]], Callable[[], float]], **more: bool) -> None:
    bare, ours, peer = _side_by_side(cost, [[], [_OURS], [_PEER]])
    promise = f" (promised: under {_BUDGET_US:g} µs)" if more else ""
    print(
        f"{title}: {ours - bare:.1f} µs a request{promise}, beside {peer - bare:.1f} µs of "
        f"CsrfViewMiddleware and {bare:.1f} µs of the chain without either"
    )


def _side_by_side(cost: Callable[[list[str]], Callable[[], float]], chains: Any) -> list[float]:
    """Microseconds a request: the best of many rounds, which take turns."""
    rounds = [cost(chain) for chain in chains]
    for one in rounds:
        one()
    count = _ASYNC_ROUNDS if cost is _async_cost else _ROUNDS
    taken = [[one() for one in rounds] for _ in range(count)]
    return [min(column) for column in zip(*taken, strict=True)]


def _sync_cost(chain: list[str]) -> Callable[[], float]:
    from django.core.handlers.base import BaseHandler
    from django.test import RequestFactory, override_settings

    handler = BaseHandler()
    with override_settings(MIDDLEWARE=chain):
        handler.load_middleware()
    factory = RequestFactory()
    answer: Any = handler._middleware_chain  # type: ignore[attr-defined]

    def one_round() -> float:
        requests = [factory.get("/", **_HEADERS) for _ in range(_REQUESTS)]
        before = time.perf_counter()
        for request in requests:
            answer(request)
        return (time.perf_counter() - before) / _REQUESTS * 1e6

    return one_round


def _async_cost(chain: list[str]) -> Callable[[], float]:
    from django.core.handlers.base import BaseHandler
    from django.test import AsyncRequestFactory, override_settings

    handler = BaseHandler()
    with override_settings(MIDDLEWARE=chain):
        handler.load_middleware(is_async=True)
    factory = AsyncRequestFactory()
    answer: Any = handler._middleware_chain  # type: ignore[attr-defined]

    async def answer_all(requests: list[Any]) -> float:
        before = time.perf_counter()
        for request in requests:
            await answer(request)
        return (time.perf_counter() - before) / len(requests) * 1e6

    def one_round() -> float:
        return asyncio.run(answer_all([factory.get("/") for _ in range(_REQUESTS // 2)]))

    return one_round
