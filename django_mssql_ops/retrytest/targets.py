"""The project's own code as a target: a callable, a URL, and the invariant that has to hold."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string

from django_mssql_ops.exceptions import ConfigurationError

#: Methods that change nothing (RFC 9110, 9.2.1), so that they need no --write.
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = (*sorted(SAFE_METHODS), "POST", "PUT", "PATCH", "DELETE")
#: Replaced in URL and data by a new UUID for each scenario, for code that refuses to do it twice.
PLACEHOLDER: Final = "{uuid}"
_LONGEST_MESSAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A request to make; ``data`` is the body, and ``content_type`` says of what kind."""

    path: str
    method: str = "GET"
    data: str = ""
    login: str = ""

    @property
    def content_type(self) -> str:
        is_json = self.data.lstrip()[:1] in ("{", "[")
        return "application/json" if is_json else "application/x-www-form-urlencoded"

    def with_uuid(self, value: str) -> Url:
        return Url(
            path=self.path.replace(PLACEHOLDER, value),
            method=self.method,
            data=self.data.replace(PLACEHOLDER, value),
            login=self.login,
        )


def callable_at(path: str, option: str) -> Callable[[], Any]:
    """The function of a dotted path, to be called without arguments; a coroutine is waited for.

    Raises ConfigurationError when there is none, or when it needs arguments.
    """
    try:
        found = import_string(path)
    except ImportError as problem:
        raise ConfigurationError(f"{option} {path!r} cannot be imported: {problem}") from None
    if not callable(found):
        raise ConfigurationError(f"{option} {path!r} is a {type(found).__name__}, not a function")
    try:
        inspect.signature(found).bind()
    except TypeError:
        raise ConfigurationError(
            f"{option} {path!r} needs arguments; name a function that can be called without any"
        ) from None
    except ValueError:
        pass  # A builtin without a signature: the call itself will tell.
    return async_to_sync(found) if inspect.iscoroutinefunction(found) else found


def check_url(url: Url) -> None:
    """Raise ConfigurationError for a path that no view of the project answers."""
    parts = urlsplit(url.path)
    if parts.scheme or parts.netloc or not url.path.startswith("/"):
        raise ConfigurationError(
            f"--url {url.path!r} is not a path; write it as /orders/1/ and without the host"
        )
    path = parts.path.replace(PLACEHOLDER, "00000000-0000-4000-8000-000000000000")
    try:
        resolve(path)
    except Resolver404:
        raise ConfigurationError(f"--url {url.path!r}: no view of the project answers it") from None


def user_named(name: str) -> Any:
    """The user to log in as; raises ConfigurationError when there is none."""
    try:
        return get_user_model()._default_manager.get_by_natural_key(name)
    except ObjectDoesNotExist:
        raise ConfigurationError(f"--login {name!r}: there is no such user") from None


class Invariant:
    """What has to be true after every scenario.

    The function raises or returns False when it is broken. True and None say that it holds. Any
    other value is compared with the one before the scenario, and has to be the same.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._before: Any = None
        self._wrong_before = ""

    def begin(self) -> str:
        """Remember the value before a scenario; what is wrong already, "" when nothing is."""
        self._before, self._wrong_before = self._ask()
        return self._wrong_before

    def broken(self) -> str:
        """What is wrong, in one sentence; "" when it holds."""
        now, wrong = self._ask()
        if wrong:
            return f"{wrong}, as it did before this scenario" if self._wrong_before else wrong
        if self._wrong_before or now is True or now is None or now == self._before:
            return ""
        return f"it changed{_values(self._before, now)}"

    def _ask(self) -> tuple[Any, str]:
        """The value, and what is wrong whatever it was before."""
        try:
            now = self._function()
        except Exception as error:
            return None, f"it raised {_told(error)}"
        return now, "it returned False" if now is False else ""


def _told(error: Exception) -> str:
    """An assertion's own message is the project's, made to be read; any other stays unsaid."""
    name = type(error).__name__
    message = str(error) if isinstance(error, AssertionError) else ""
    return f"{name}: {message[:_LONGEST_MESSAGE]}" if message else name


def _values(before: Any, now: Any) -> str:
    if all(isinstance(value, int | float | Decimal) for value in (before, now)):
        return f" from {before} to {now}"
    return ""
