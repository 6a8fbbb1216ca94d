"""How the retry sample behaves that Microsoft publishes for mssql-django: the baseline.

Written anew from what it does (docs/proof.md): it retries OperationalError when a number in
parentheses of the text is one of its thirteen, closes the default connection, and waits with full
jitter; its middleware puts try and except around ``get_response``.
"""

from __future__ import annotations

import functools
import random
import re
import time
from collections.abc import Callable
from typing import Any, Final

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponseBase

NUMBERS: Final = frozenset(
    {
        *("64", "233", "4221", "10053", "10054", "10928", "10929"),
        *("40197", "40501", "40613", "49918", "49919", "49920"),
    }
)
_IN_PARENTHESES: Final = re.compile(r"\((\d+)\)")

Sleep = Callable[[float], object]


def is_transient(error: BaseException) -> bool:
    """Whether any number in parentheses is one of the thirteen, wherever it stands."""
    return any(number in NUMBERS for number in _IN_PARENTHESES.findall(str(error)))


def retried(
    call: Callable[[], Any],
    *,
    max_retries: int = 3,
    base_delay: float = 1.0,
    max_delay: float = 30.0,
    sleep: Sleep = time.sleep,
) -> Any:
    """``call()``, again after an error that looks transient."""
    for attempt in range(max_retries + 1):
        try:
            return call()
        except OperationalError as error:
            if attempt == max_retries or not is_transient(error):
                raise
            connection.close()
            sleep(random.uniform(0.0, min(max_delay, base_delay * 2**attempt)))
    raise AssertionError("the last attempt returns or raises")


def retry_on_transient(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The decorator."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return retried(lambda: function(*args, **kwargs), **options)

        return wrapper

    return decorate


class Middleware:
    """The middleware; what it waits for never comes up to it."""

    #: Seconds it waits are the caller's to skip.
    sleep: Sleep = staticmethod(time.sleep)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = retried(lambda: self._get_response(request), sleep=self.sleep)
        return answer


class SleeplessMiddleware(Middleware):
    """The same for a test that has no time."""

    sleep: Sleep = staticmethod(lambda seconds: None)
