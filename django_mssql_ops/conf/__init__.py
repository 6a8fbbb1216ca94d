"""The only reader of ``settings.MSSQL_OPS``.

::

    MSSQL_OPS = {
        "ENGINES": ("myproject.backends.sqlserver",),  # further engines that are SQL Server
        "TIMEOUT": 5,                                   # seconds that one probe may take
        "CONNECT_BUDGET": 60,                           # seconds a worker may wait to connect
        "SLOW_LOGIN": 1,                                # seconds that one login may take
        "TRANSIENT_ERRORS": {4060: "reconnect"},        # or "rerun", "ambiguous", "never"
        "TRANSIENT_PROFILE": "default",                 # or "efcore": EF Core's whole list too
        "RETRY_BUDGET": {"CAPACITY": 500, "RETRY": 5, "TIMEOUT": 10, "REFUND": 1},
        "READ_ONLY_FUNCTIONS": ("dbo.vat",),            # functions that change nothing
        "RETRY_MIDDLEWARE": {"METHODS": ("GET",), "DEADLINE": 20},
        "RETRY_WORST_CASE": {"LOGINS": 24, "SECONDS": 180},
        "RETRYTEST_DATABASES": ("test_*", "staging"),   # databases mssql_retrytest may use
        "HEALTH": {"TIMEOUT": 0.8, "TOKENS": ("...",), "NETWORKS": ("10.0.0.0/8",)},
    }

The values and their defaults are in :mod:`.values`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.core.signals import setting_changed

from django_mssql_ops.conf import keys
from django_mssql_ops.conf.health_keys import HEALTH_KEYS
from django_mssql_ops.conf.values import (
    MAX_BODY,
    MAX_CONNECT_BUDGET,
    MAX_RETRIES,
    MAX_SLOW_LOGIN,
    MAX_TIMEOUT,
    MAX_TOKENS,
    MAX_WAIT,
    PROFILES,
    REACTIONS,
    Health,
    OpsSettings,
    RetryBudget,
    RetryMiddleware,
    RetryWorstCase,
    SettingProblem,
)
from django_mssql_ops.exceptions import ConfigurationError

__all__ = [
    "SETTING",
    "Health",
    "OpsSettings",
    "RetryBudget",
    "RetryMiddleware",
    "RetryWorstCase",
    "SettingProblem",
    "examine_ops_settings",
    "examine_project",
    "ops_settings",
    "read_ops_settings",
]

SETTING: Final = "MSSQL_OPS"

_METHOD = keys.texts(
    "a method in capitals", "methods", lambda text: text.isalpha() and text.isupper()
)
_VIEW = keys.texts("the dotted name of a view", "dotted names of views", keys.is_dotted_name)

_BUDGET_KEYS: Final = {
    "CAPACITY": keys.number(1, MAX_TOKENS, "tokens"),
    "RETRY": keys.number(0, MAX_TOKENS, "tokens"),
    "TIMEOUT": keys.number(0, MAX_TOKENS, "tokens"),
    "REFUND": keys.number(0, MAX_TOKENS, "tokens"),
}
_MIDDLEWARE_KEYS: Final = {
    "METHODS": _METHOD,
    "MAX_RETRIES": keys.whole(0, MAX_RETRIES),
    "BASE_DELAY": keys.number(0, MAX_WAIT, "seconds"),
    "MAX_DELAY": keys.number(0, MAX_WAIT, "seconds"),
    "DEADLINE": keys.seconds(MAX_WAIT, optional=True),
    "MAX_BODY": keys.whole(0, MAX_BODY, "bytes"),
    "UNAVAILABLE_RESPONSE": keys.flag(),
    "VIEWS": _VIEW,
    "WORKER_TIMEOUT": keys.seconds(MAX_WAIT, optional=True),
}
_WORST_CASE_KEYS: Final = {
    "LOGINS": keys.whole(1, MAX_TOKENS, "logins"),
    "SECONDS": keys.seconds(MAX_WAIT),
}
_KEYS: Final[Mapping[str, keys.Key]] = {
    "ENGINES": keys.texts("an ENGINE value", "ENGINE values"),
    "TIMEOUT": keys.seconds(MAX_TIMEOUT),
    "CONNECT_BUDGET": keys.seconds(MAX_CONNECT_BUDGET),
    "SLOW_LOGIN": keys.seconds(MAX_SLOW_LOGIN),
    "TRANSIENT_ERRORS": keys.numbers_to(REACTIONS),
    "TRANSIENT_PROFILE": keys.choice(PROFILES),
    "RETRY_BUDGET": keys.table(_BUDGET_KEYS, RetryBudget),
    "READ_ONLY_FUNCTIONS": keys.texts("the name of a function", "names of functions"),
    "RETRY_MIDDLEWARE": keys.table(_MIDDLEWARE_KEYS, RetryMiddleware),
    "RETRY_WORST_CASE": keys.table(_WORST_CASE_KEYS, RetryWorstCase),
    "HEALTH": keys.table(HEALTH_KEYS, Health),
    "RETRYTEST_DATABASES": keys.texts("a pattern of names", "patterns of database names"),
}


@functools.cache
def ops_settings() -> OpsSettings:
    """The project's ``MSSQL_OPS``, read once.

    Raises ConfigurationError that says everything that is wrong with it.
    """
    return read_ops_settings(_raw(settings))


def examine_project(project_settings: Any) -> tuple[OpsSettings, tuple[SettingProblem, ...]]:
    """:func:`examine_ops_settings` for settings that are Django's, or look like them."""
    return examine_ops_settings(_raw(project_settings))


def read_ops_settings(raw: object) -> OpsSettings:
    """``raw`` as :class:`OpsSettings`; raises ConfigurationError."""
    values, problems = examine_ops_settings(raw)
    if problems:
        raise ConfigurationError("; and ".join(problem.sentence for problem in problems))
    return values


def examine_ops_settings(raw: object) -> tuple[OpsSettings, tuple[SettingProblem, ...]]:
    """``raw`` with the default in place of every key that is wrong, and what that is."""
    if not isinstance(raw, Mapping):
        sentence = f"{SETTING} is a {type(raw).__name__}; it must be a dict"
        return OpsSettings(), (SettingProblem(path=SETTING, sentence=sentence),)
    values: dict[str, Any] = {}
    problems: list[SettingProblem] = []
    for key, value in raw.items():
        found = list(_problems(key, value))
        problems += found
        if not found:
            values[str(key).lower()] = _KEYS[key].convert(value)
    return OpsSettings(**values), tuple(problems)


def _raw(project_settings: Any) -> object:
    return getattr(project_settings, SETTING, {})


def _problems(key: object, value: object) -> Iterator[SettingProblem]:
    # A key of another type may not even be hashable like a str's.
    if not isinstance(key, str) or key not in _KEYS:
        yield _unknown(key)
        return
    path = f"{SETTING}[{key!r}]"
    for place, wrong in _KEYS[key].faults(value):
        yield SettingProblem(path=path + place, sentence=f"{path}{place} {wrong}")


def _unknown(key: object) -> SettingProblem:
    named = keys.quoted(key)
    return SettingProblem(
        path=f"{SETTING}[{named}]",
        sentence=f"{SETTING} has the unknown key {named}; {keys.remedy(key, _KEYS)}",
    )


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == SETTING:
        ops_settings.cache_clear()


setting_changed.connect(_forget, dispatch_uid="django_mssql_ops.conf")
