"""The probers of this process, one for each alias; none is shared with a child or left at exit."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.configuration.reading import read_settings
from django_mssql_ops.connections import sql_server_entries
from django_mssql_ops.health.answer import Answer
from django_mssql_ops.health.probing.credentials import credentials_name
from django_mssql_ops.health.probing.opening import Own, open_own
from django_mssql_ops.health.probing.prober import Prober
from django_mssql_ops.health.probing.rejections import Rejections

#: Seconds that closing everything may take.
CLOSE_LIMIT: Final = 1.0
#: Seconds that a fork waits for a question that is on its way, before that is made to fail.
SETTLE_LIMIT: Final = 0.25

_lock = threading.Lock()
_probers: dict[str, Prober] = {}
#: By database and credentials: one rejected login speaks for all aliases that log in so.
_rejections: dict[str, Rejections] = {}


def ask(aliases: Sequence[str], *, limit: float, max_age: float) -> dict[str, Answer]:
    """One Answer per alias within ``limit`` seconds altogether; all are asked at once.

    Raises ConfigurationError for an alias that is not one of SQL Server.
    """
    ends_at = time.monotonic() + limit
    begun = [(prober, prober.begin(max_age=max_age)) for prober in map(prober_for, aliases)]
    return {
        prober.alias: prober.wait(each, limit=ends_at - time.monotonic(), max_age=max_age)
        for prober, each in begun
    }


def prober_for(alias: str) -> Prober:
    """The alias's prober, made at first use.

    Raises ConfigurationError for an alias that DATABASES does not have, that is not SQL Server or
    whose entry cannot be read.
    """
    prober = _probers.get(alias)
    if prober is None:
        read_settings(alias, _entry(alias))
        with _lock:
            prober = _probers.get(alias)
            if prober is None:
                prober = _probers[alias] = _new_prober(alias)
    return prober


def _new_prober(alias: str) -> Prober:
    _close_at_exit()
    health = ops_settings().health

    def opened() -> Own:
        own = open_own(
            alias, login_timeout=health.login_timeout, query_timeout=health.query_timeout
        )
        _close_at_exit()
        return own

    return Prober(
        alias,
        opened,
        login_timeout=health.login_timeout,
        query_timeout=health.query_timeout,
        rejections=lambda: _rejections_of(alias),
    )


def is_login_held(alias: str) -> bool:
    """The server has rejected the last login, of this process or of another one of this user.

    Raises ConfigurationError as :func:`prober_for`.
    """
    return _rejections_of(alias).is_held(time.monotonic())


def _rejections_of(alias: str) -> Rejections:
    """Those of the credentials that the entry has now: a token may have been renewed in it."""
    entry = _entry(alias)
    try:
        secret, is_shared = settings.SECRET_KEY, True
    except ImproperlyConfigured:
        # The name of a file is to be made with a secret, or not at all.
        secret, is_shared = "", False
    name = credentials_name(alias, entry, secret)
    found = _rejections.get(name)
    if found is None:
        for old in [old for old, known in list(_rejections.items()) if known.is_idle]:
            _rejections.pop(old, None)
        found = _rejections.setdefault(name, Rejections(name if is_shared else ""))
    return found


def _entry(alias: str) -> Mapping[str, Any]:
    return sql_server_entries([alias], further_engines=ops_settings().engines)[alias]


def close_all() -> None:
    """End all threads and close their connections, within a second; the next question opens anew.

    A thread that hangs in the driver is made to fail where that is possible; elsewhere it closes
    its connection and ends when the driver's own time-out is over.
    """
    ends_at = time.monotonic() + CLOSE_LIMIT
    with _lock:
        closing = list(_probers.values())
        _probers.clear()
        _rejections.clear()
    for prober in closing:
        prober.close(ends_at - time.monotonic())


def _close_at_exit() -> None:
    """Called again when a driver has been imported, because what is registered last runs first.

    mssql-python has an exit handler too, which waits for connections that are in use.
    """
    atexit.unregister(close_all)
    atexit.register(close_all)


def _before_fork() -> None:
    """A child of a process that is in the midst of a driver's call inherits its locks, held.

    With mssql-python such a child does not end (measured with 1.16).
    """
    for prober in list(_probers.values()):
        prober.settle(SETTLE_LIMIT)


def _after_fork_in_child() -> None:
    """Threads and whoever held a lock stayed with the parent."""
    global _lock
    _lock = threading.Lock()
    for prober in _probers.values():
        prober.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork_in_child)
