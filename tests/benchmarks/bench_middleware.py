"""What DatabaseRetryMiddleware costs a request that goes well, in Django's own handlers.

The chain with the middleware and the one without it take turns in the same process, because a
machine's speed drifts; the best of many rounds counts. A request has the headers of a browser.
Beside it stands what one of Django's own middleware costs in the same place.
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
_ROUNDS: Final = 300
_REQUESTS: Final = 40
_OURS: Final = "django_mssql_ops.middleware.DatabaseRetryMiddleware"
_PEER: Final = "django.middleware.csrf.CsrfViewMiddleware"
_HEADERS: Final[dict[str, Any]] = {f"HTTP_X_HEADER_{number}": "a value" for number in range(30)}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    routes = types.ModuleType("tests.benchmarks.routes")
    response = HttpResponse("ok")
    routes.urlpatterns = [path("", lambda request: response)]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=routes, ALLOWED_HOSTS=["*"]):
        with open_alias():
            _print("WSGI, one open alias", _sync_cost, promised=True)
            with override_settings(MSSQL_OPS={"RETRY_MIDDLEWARE": {"DEADLINE": None}}):
                _print("WSGI, one open alias, no deadline", _sync_cost)
        _print("ASGI", _async_cost)


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
    taken = [[one() for one in rounds] for _ in range(_ROUNDS)]
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
        return asyncio.run(answer_all([factory.get("/") for _ in range(_REQUESTS // 4)]))

    return one_round
