"""The only reader of ``settings.MSSQL_OPS``.

::

    MSSQL_OPS = {
        "ENGINES": ("myproject.backends.sqlserver",),  # further engines that are SQL Server
        "TIMEOUT": 5,                                   # seconds that one probe may take
        "CONNECT_BUDGET": 60,                           # seconds a worker may wait to connect
        "SLOW_LOGIN": 1,                                # seconds that one login may take
    }
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Iterator, Mapping
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
#: Seconds. Who waits for a page gives up before; a proxy in front usually does after 60.
DEFAULT_CONNECT_BUDGET: Final = 60.0
#: Seconds. A job at night may have an hour for a database that is being restored.
MAX_CONNECT_BUDGET: Final = 3600.0
#: Seconds. A login over TLS costs a few round trips; this is far beyond any healthy network.
DEFAULT_SLOW_LOGIN: Final = 1.0
#: Seconds. Nobody calls a login quick that takes longer.
MAX_SLOW_LOGIN: Final = 60.0

_QUOTED_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsSettings:
    """``MSSQL_OPS`` with its defaults.

    ``timeout`` is seconds, for one probe. ``connect_budget`` is the seconds that a worker may wait
    for a connection, retries included, before it gets an error. ``slow_login`` is the seconds after
    which one login counts as slow.
    """

    engines: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    connect_budget: float = DEFAULT_CONNECT_BUDGET
    slow_login: float = DEFAULT_SLOW_LOGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One thing that is wrong: where it stands, and a sentence that starts with that."""

    path: str
    sentence: str


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
    """``raw`` with the default in place of everything that is wrong, and what that is."""
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


#: Where within the value ("" or "[0]"), and what is wrong there.
_Faults = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """How the value of one key is judged, and what it becomes when nothing is wrong."""

    faults: Callable[[Any], _Faults]
    convert: Callable[[Any], Any]


def _engine_faults(value: object) -> _Faults:
    if isinstance(value, str):
        yield "", f"is {_quoted(value)}; put it in a tuple"
    elif not isinstance(value, list | tuple):
        yield "", f"is {_quoted(value)}; it must be a tuple of ENGINE values"
    else:
        for position, path in enumerate(value):
            if not isinstance(path, str) or not path.strip():
                yield f"[{position}]", f"is {_quoted(path)}; it must be an ENGINE value"


def _seconds(maximum: float) -> _Key:
    def faults(value: object) -> _Faults:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and 0 < value <= maximum):  # type: ignore[operator]
            yield (
                "",
                f"is {_quoted(value)}; it must be seconds, above 0 and at most {maximum:.0f}",
            )

    return _Key(faults=faults, convert=float)


_KEYS: Final[Mapping[str, _Key]] = {
    "ENGINES": _Key(faults=_engine_faults, convert=tuple),
    "TIMEOUT": _seconds(MAX_TIMEOUT),
    "CONNECT_BUDGET": _seconds(MAX_CONNECT_BUDGET),
    "SLOW_LOGIN": _seconds(MAX_SLOW_LOGIN),
}


def _quoted(value: object) -> str:
    """A number or a name as it is written, anything else by its type: it may hold a secret."""
    if value is None or isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and _is_name(value):
        return repr(value)
    return f"a {type(value).__name__}"


def _is_name(text: str) -> bool:
    bare = text.replace(".", "").replace("_", "").replace("-", "")
    return len(text) <= _QUOTED_CHARACTERS and (bare.isalnum() or not text.strip())


def _unknown(key: object) -> SettingProblem:
    close = difflib.get_close_matches(str(key).upper(), _KEYS, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"known keys are {', '.join(_KEYS)}"
    named = _quoted(key)
    return SettingProblem(
        path=f"{SETTING}[{named}]", sentence=f"{SETTING} has the unknown key {named}; {remedy}"
    )


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == SETTING:
        ops_settings.cache_clear()


setting_changed.connect(_forget, dispatch_uid="django_mssql_ops.conf")
