"""The only user of ``django.db.connections``: which aliases are SQL Server, one-shot logins."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionDoesNotExist

from django_mssql_ops.configuration.engines import concerns_sql_server
from django_mssql_ops.configuration.entry import mapping_at
from django_mssql_ops.configuration.extra_params import without_keyword
from django_mssql_ops.configuration.redaction import redact
from django_mssql_ops.exceptions import ConfigurationError

_RECONNECTING: Final = "connectretrycount"
_NO_RECONNECTING: Final = "ConnectRetryCount=0"


def sql_server_entries(
    wanted: Sequence[str] | None, *, further_engines: Collection[str] = ()
) -> dict[str, Mapping[str, Any]]:
    """The entries of DATABASES to check: those ``wanted``, or all that are SQL Server.

    Raises ConfigurationError when an alias does not exist or is not SQL Server, or when none is.
    """
    return choose_entries(connections.settings, wanted, further_engines=further_engines)


def choose_entries(
    entries: Mapping[str, Mapping[str, Any]],
    wanted: Sequence[str] | None,
    *,
    further_engines: Collection[str] = (),
) -> dict[str, Mapping[str, Any]]:
    """What :func:`sql_server_entries` does, for entries that Django has not loaded yet."""
    if not wanted:
        chosen = [a for a, entry in entries.items() if _is_ours(entry, further_engines)]
        if not chosen:
            raise ConfigurationError(
                "no entry of DATABASES is SQL Server: none has ENGINE 'mssql'" + _engines(entries)
            )
    for alias in wanted or ():
        if alias not in entries:
            known = ", ".join(map(repr, entries))
            raise ConfigurationError(f"DATABASES has no alias {alias!r}; it has {known}")
        entry = mapping_at(f"DATABASES[{alias!r}]", entries[alias])
        if not _is_ours(entry, further_engines):
            engine = entry.get("ENGINE")
            raise ConfigurationError(
                f"alias {alias!r} is not SQL Server: its ENGINE is {engine!r}, not 'mssql'"
            )
    return {alias: entries[alias] for alias in dict.fromkeys(wanted or chosen)}


def _engines(entries: Mapping[str, object]) -> str:
    """The engines there are; a setting of another kind than text is not quoted."""
    found = (entry.get("ENGINE") for entry in entries.values() if isinstance(entry, Mapping))
    names = dict.fromkeys(redact(engine) for engine in found if isinstance(engine, str) and engine)
    return f"; there is {', '.join(map(repr, names))}" if names else ""


def _is_ours(entry: object, further_engines: Collection[str]) -> bool:
    engine = entry.get("ENGINE") if isinstance(entry, Mapping) else None
    return concerns_sql_server(engine, further_engines)


def private_wrapper(alias: str, *, login_timeout: int, query_timeout: int) -> BaseDatabaseWrapper:
    """A DatabaseWrapper of the project's own engine that makes one login and no more.

    It is nobody else's: the alias's shared connection is neither used nor closed. The backend's
    retry loop is off, because it logs in up to six times for one wrong database name (measured with
    mssql-django 2.0). Both time-outs are whole seconds. Nothing is opened yet; whoever opens it
    closes it.

    Raises ConfigurationError when there is no such alias or the backend itself refuses the entry.
    """
    entry = entry_of(alias)
    _make_one_login(entry, login_timeout, query_timeout)
    wrapper = type(connections[alias])(entry, alias)
    # Probes run in threads of their own, one after the other, never two at once.
    wrapper.inc_thread_sharing()
    return wrapper


def open_raw(alias: str, *, login_timeout: int, query_timeout: int) -> Any:
    """A driver's connection of its own for ``alias``: one login, in autocommit, not Django's.

    It is opened as the project's backend opens one, but its retry loop is off and the driver does
    not reconnect by itself (ConnectRetryCount): a broken connection has to be seen. No wrapper is
    made in this thread that Django knows, and connection_created is not sent. Both time-outs are
    whole seconds.

    Raises ConfigurationError when there is no such alias, else what backend and driver raise.
    """
    check_aliases((alias,))
    entry = copy.deepcopy(connections.settings[alias])
    options = _make_one_login(entry, login_timeout, query_timeout)
    text = options.get("extra_params") or ""
    if isinstance(text, str):
        options["extra_params"] = f"{_NO_RECONNECTING};{without_keyword(text, _RECONNECTING)}"
    wrapper = type(connections.create_connection(alias))(entry, alias)
    raw = wrapper.get_new_connection(wrapper.get_connection_params())
    try:
        raw.autocommit = True
    except BaseException:
        raw.close()
        raise
    return raw


def _make_one_login(
    entry: dict[str, Any], login_timeout: int, query_timeout: int
) -> dict[str, Any]:
    """Switch the backend's retries off in the entry, set both time-outs, and return its OPTIONS."""
    options = dict(entry.get("OPTIONS") or {})
    options["connection_retries"] = 0
    options["connection_timeout"] = login_timeout
    options["query_timeout"] = query_timeout
    entry["OPTIONS"] = options
    return options


def entry_of(alias: str) -> dict[str, Any]:
    """A copy of the entry with Django's defaults filled in, as :func:`pointed_at` takes it.

    Raises ConfigurationError when there is no such alias or Django refuses the entry.
    """
    try:
        return copy.deepcopy(connections[alias].settings_dict)
    except ConnectionDoesNotExist as error:
        raise ConfigurationError(str(error)) from None
    except ImproperlyConfigured as error:
        raise ConfigurationError(f"DATABASES[{alias!r}]: {error}") from None


@contextmanager
def pointed_at(alias: str, entry: dict[str, Any]) -> Iterator[None]:
    """For as long as the block runs, threads that begin to use ``alias`` connect as ``entry`` says.

    A thread keeps the wrapper that it has: whoever wants the new entry uses a new thread.
    """
    before = connections.settings[alias]
    connections.settings[alias] = entry
    try:
        yield
    finally:
        connections.settings[alias] = before


def wrapper_of(alias: str) -> BaseDatabaseWrapper:
    """This thread's own wrapper of ``alias``."""
    return connections[alias]


def close_own_connections() -> None:
    """Close what this thread has open, as Django does when a request ends."""
    for wrapper in connections.all(initialized_only=True):
        wrapper.close()


def open_wrappers() -> tuple[BaseDatabaseWrapper, ...]:
    """This thread's wrappers that have been asked for, connected or not; none is made."""
    return tuple(connections.all(initialized_only=True))


def wrapper_if_any(alias: str) -> BaseDatabaseWrapper | None:
    """This thread's wrapper of ``alias`` where it has one; none is made."""
    return next((w for w in open_wrappers() if w.alias == alias), None)


def sql_server_wrappers(*, further_engines: Collection[str] = ()) -> list[BaseDatabaseWrapper]:
    """This thread's own wrappers of all aliases that are SQL Server; none is connected for it."""
    entries = connections.settings
    return [connections[a] for a in connections if _is_ours(entries[a], further_engines)]


def check_aliases(aliases: Collection[str]) -> None:
    """Raise ConfigurationError for the first of them that DATABASES does not have."""
    for alias in aliases:
        if alias not in connections.settings:
            known = ", ".join(map(repr, connections.settings))
            raise ConfigurationError(f"DATABASES has no alias {alias!r}; it has {known}")
