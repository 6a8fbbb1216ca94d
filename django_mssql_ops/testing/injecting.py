"""``inject_fault``: a context manager and a decorator."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any, Final, Self, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.connections import check_aliases, wrapper_of
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.testing import active, hooks
from django_mssql_ops.testing.active import Injection
from django_mssql_ops.testing.driver_exceptions import (
    DRIVERS,
    ODBC_DRIVER,
    Driver,
    driver_module,
)
from django_mssql_ops.testing.faults import fault_from
from django_mssql_ops.testing.steps import Step

Function = TypeVar("Function", bound=Callable[..., Any])

_VENDORS: Final = ("microsoft", "sqlite")


def inject_fault(
    fault: int | str,
    *,
    at: Step | str = Step.EXECUTE,
    using: str = "default",
    driver: str | None = None,
    nth: int = 1,
    times: int | None = 1,
    sql: str | re.Pattern[str] | None = None,
    after: bool = False,
    text: str | None = None,
    severity: int | None = None,
    threads: bool = False,
    server: bool = True,
) -> InjectedFault:
    """Raise what the driver would raise, when the alias ``using`` is used next.

    ``fault`` is a number of SQL Server (1205) or a name: "reset", "close", "link-failure",
    "refuse", "silent-accept", "prelogin-reset", "query-timeout", "half-open", "garbage". ``at`` is
    a :class:`Step` or its value: connect, execute, fetch, commit, rollback, autocommit.

    ``nth`` is the first moment that counts, from 1, and ``times`` how many strike in a row (None:
    all). Statements count that contain ``sql`` (white space and case do not matter) or match it;
    without it, those of the program and not the backend's own. ``after``: it is executed first, and
    the answer is lost. ``driver`` is whose exception it is: the alias's own by default, pyodbc for
    SQLite. ``text`` and ``severity`` replace the documented ones of a number. ``threads``: every
    thread meets it, not only this context. ``server`` False needs no server: connecting works, and
    statements that no fault strikes do nothing and have no rows.

    The result is a context manager and a decorator (of functions and coroutine functions, anew for
    every call). What the fault does is done: 1205 rolls the transaction back, 1222 does not, a lost
    connection stays lost until somebody connects again.

    Raises ConfigurationError when the block begins, for what cannot be.
    """
    return InjectedFault(
        fault,
        at=at,
        using=using,
        driver=driver,
        nth=nth,
        times=times,
        sql=sql,
        after=after,
        text=text,
        severity=severity,
        threads=threads,
        server=server,
    )


class InjectedFault:
    """One fault, for as long as its block runs. ``fired`` says how often it struck."""

    def __init__(self, fault: int | str, **options: Any) -> None:
        self._asked = (fault, options)
        self._injection = _injection(fault, **options)
        self._wrapper: BaseDatabaseWrapper | None = None

    @property
    def name(self) -> str:
        """``1205 at execute``."""
        return f"{self._injection.fault.name} at {self._injection.step.value}"

    @property
    def fired(self) -> int:
        return self._injection.fired

    @property
    def met(self) -> int:
        """How many moments there were at which it could have struck."""
        return self._injection.met

    def start(self) -> Self:
        """Begin without a block; whoever begins ends it with :meth:`stop`."""
        if self._wrapper is not None:
            raise ConfigurationError(f"the fault {self.name} is being injected already")
        driver_module(self._injection.driver)
        self._wrapper = _wrapper(self._injection.alias)
        active.begin(self._injection)
        hooks.hold(self._wrapper)
        return self

    def stop(self) -> None:
        """End it; calling it twice does nothing."""
        wrapper, self._wrapper = self._wrapper, None
        if wrapper is not None:
            active.end(self._injection)
            hooks.release(wrapper)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *details: object) -> None:
        self.stop()

    def __call__(self, function: Function) -> Function:
        """``function`` with this fault; every call begins anew."""
        fault, options = self._asked
        _check_function(function)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def faulty(*args: Any, **kwargs: Any) -> Any:
                with InjectedFault(fault, **options):
                    return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def faulty(*args: Any, **kwargs: Any) -> Any:
                with InjectedFault(fault, **options):
                    return function(*args, **kwargs)

        return faulty  # type: ignore[return-value]

    def __repr__(self) -> str:
        return f"<fault {self.name}, fired {self.fired} times>"


def _injection(
    fault: int | str,
    *,
    at: Step | str,
    using: str,
    driver: str | None,
    nth: int,
    times: int | None,
    sql: str | re.Pattern[str] | None,
    after: bool,
    text: str | None,
    severity: int | None,
    threads: bool,
    server: bool,
) -> Injection:
    found = fault_from(fault, text=text, severity=severity)
    step = _step(at)
    if step not in found.steps:
        allowed = ", ".join(one.value for one in Step if one in found.steps)
        raise ConfigurationError(
            f"the fault {found.name!r} cannot come at {step.value}; it can at {allowed}"
        )
    _check_moments(step, nth, times, sql, after)
    settings = _wrapper(using).settings_dict
    return Injection(
        fault=found,
        step=step,
        alias=using,
        driver=_driver(driver, settings),
        odbc_driver=_odbc_driver(settings),
        first=nth,
        last=None if times is None else nth + times - 1,
        sql=_pattern(sql),
        after=after,
        threads=threads,
        without_server=not server,
    )


def _check_function(function: object) -> None:
    if not callable(function) or isinstance(function, type):
        kind = "class" if isinstance(function, type) else type(function).__name__
        raise ConfigurationError(
            f"inject_fault decorates functions, methods and coroutine functions, not a {kind}"
        )


def _step(at: Step | str) -> Step:
    try:
        return Step(at)
    except ValueError:
        known = ", ".join(step.value for step in Step)
        raise ConfigurationError(f"a fault comes at one of {known}, not at {at!r}") from None


def _check_moments(step: Step, nth: int, times: int | None, sql: object, after: bool) -> None:
    for name, value in (("nth", nth), ("times", times)):
        if value is not None and (type(value) is not int or value < 1):
            raise ConfigurationError(f"{name} is a whole number from 1 on, not {value!r}")
    if not isinstance(sql, str | re.Pattern | None):
        raise ConfigurationError(f"sql is a text or a pattern, not a {type(sql).__name__}")
    if sql is not None and step not in (Step.EXECUTE, Step.FETCH):
        raise ConfigurationError(
            f"sql chooses statements, so it goes with at='execute' or at='fetch', not {step.value}"
        )
    if after and step is Step.FETCH:
        raise ConfigurationError("after=True needs something that is executed; a fetch is not")


def _pattern(sql: str | re.Pattern[str] | None) -> re.Pattern[str] | None:
    if not isinstance(sql, str):
        return sql
    words = r"\s+".join(map(re.escape, sql.split()))
    return re.compile(words, re.IGNORECASE)


def _wrapper(alias: str) -> BaseDatabaseWrapper:
    check_aliases((alias,))
    wrapper = wrapper_of(alias)
    if wrapper.vendor not in _VENDORS:
        raise ConfigurationError(
            f"alias {alias!r} is {wrapper.display_name}: faults are injected on SQL Server, and on "
            "SQLite where a project's tests run on that"
        )
    return wrapper


def _driver(wanted: str | None, settings: dict[str, Any]) -> Driver:
    from django_mssql_ops.configuration.driver_choice import choose_python_driver

    if wanted is None:
        return choose_python_driver((settings.get("OPTIONS") or {}).get("python_driver"))
    spelling = wanted.replace("-", "_")
    for driver in DRIVERS:
        if spelling == driver:
            return driver
    raise ConfigurationError(f"driver is one of {', '.join(DRIVERS)}, not {wanted!r}")


def _odbc_driver(settings: dict[str, Any]) -> str:
    """The name that stands in the tags: the configured one where it is Microsoft's."""
    from django_mssql_ops.configuration.driver_choice import is_microsoft_name

    named = str((settings.get("OPTIONS") or {}).get("driver") or ODBC_DRIVER)
    return named if is_microsoft_name(named) else ODBC_DRIVER
