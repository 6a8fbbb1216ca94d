"""The only reader of ``settings.MSSQL_OPS``.

::

    MSSQL_OPS = {
        "ENGINES": ("myproject.backends.sqlserver",),  # further engines that are SQL Server
        "TIMEOUT": 5,                                   # seconds that one probe may take
    }
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.signals import setting_changed

from django_mssql_ops.exceptions import ConfigurationError

SETTING: Final = "MSSQL_OPS"
#: Seconds. One probe is one question to a machine that answers in milliseconds when it is well.
DEFAULT_TIMEOUT: Final = 5.0
#: Seconds. Nobody waits longer for one answer; a larger number is a slip of milliseconds.
MAX_TIMEOUT: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsSettings:
    """``MSSQL_OPS`` with its defaults: ``timeout`` is seconds, for one probe."""

    engines: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT


@functools.cache
def ops_settings() -> OpsSettings:
    """The project's ``MSSQL_OPS``, read once.

    Raises ConfigurationError with one sentence about the first thing that is wrong with it.
    """
    return read_ops_settings(getattr(settings, SETTING, {}))


def read_ops_settings(raw: object) -> OpsSettings:
    """``raw`` as :class:`OpsSettings`; raises ConfigurationError."""
    if not isinstance(raw, Mapping):
        raise ConfigurationError(f"{SETTING} is a {type(raw).__name__}; it must be a dict")
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in _READERS:
            raise ConfigurationError(_unknown(key))
        values[str(key).lower()] = _READERS[key](value)
    return OpsSettings(**values)


def _engines(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(path, str) and path for path in value):
        return tuple(value)
    if isinstance(value, str):
        raise ConfigurationError(f"{SETTING}['ENGINES'] is the str {value!r}; put it in a tuple")
    raise ConfigurationError(
        f"{SETTING}['ENGINES'] is {value!r}; it must be a tuple of ENGINE values"
    )


def _timeout(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MAX_TIMEOUT:
        return float(value)
    raise ConfigurationError(
        f"{SETTING}['TIMEOUT'] is {value!r}; it must be seconds, above 0 and at most "
        f"{MAX_TIMEOUT:.0f}"
    )


_READERS: Final[Mapping[object, Callable[[object], Any]]] = {
    "ENGINES": _engines,
    "TIMEOUT": _timeout,
}


def _unknown(key: object) -> str:
    close = difflib.get_close_matches(str(key).upper(), [str(name) for name in _READERS], n=1)
    remedy = (
        f"did you mean {close[0]!r}?"
        if close
        else f"known keys are {', '.join(map(str, _READERS))}"
    )
    return f"{SETTING} has the unknown key {key!r}; {remedy}"


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == SETTING:
        ops_settings.cache_clear()


setting_changed.connect(_forget, dispatch_uid="django_mssql_ops.conf")
