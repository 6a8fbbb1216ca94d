"""The few methods of Django's wrapper through which every connection of an alias is met.

They are replaced on the wrapper's class for as long as any injection on such an alias is under way,
because a thread that begins later has a wrapper of its own; and on the wrapper itself where
somebody else (the retry engine) has hooked that. What they do for anybody else is what they did
before, also where they have been kept by somebody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import MethodType
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.testing import active
from django_mssql_ops.testing.active import Injection
from django_mssql_ops.testing.blocks import in_testcase, own_block
from django_mssql_ops.testing.exceptions_of_both import ExceptionsOfBoth, driver_modules
from django_mssql_ops.testing.links import FaultLink
from django_mssql_ops.testing.offline import OfflineConnection
from django_mssql_ops.testing.steps import Step

_lock: Final = threading.RLock()
_users: dict[type, int] = {}
_undo: dict[type, list[Callable[[], None]]] = {}
_links: WeakKeyDictionary[BaseDatabaseWrapper, FaultLink] = WeakKeyDictionary()
_hooked: WeakKeyDictionary[BaseDatabaseWrapper, list[Callable[[], None]]] = WeakKeyDictionary()
_connecting: Final = threading.local()


def hold(wrapper: BaseDatabaseWrapper) -> None:
    """Meet every connection of this kind of wrapper; :func:`release` ends it."""
    kind = type(wrapper)
    with _lock:
        _users[kind] = _users.get(kind, 0) + 1
        if _users[kind] == 1:
            _undo[kind] = [_replace(kind, name, make) for name, make in _METHODS.items()]
            if wrapper.vendor == "microsoft":
                _undo[kind] += [_replace(m, "connect", _connect) for m in driver_modules()]
                _undo[kind].append(_replace(kind, "_on_error", _on_error))
    install(wrapper)


def release(wrapper: BaseDatabaseWrapper) -> None:
    kind = type(wrapper)
    with _lock:
        _users[kind] -= 1
        if _users[kind]:
            return
        for undo in reversed(_undo.pop(kind)):
            undo()
        for other in [one for one in _hooked if type(one) is kind]:
            _uninstall(other)


def install(wrapper: BaseDatabaseWrapper) -> None:
    """Stand between this wrapper and its connection, where a fault of this context waits for it."""
    if not active.here(wrapper.alias):
        return
    if wrapper not in _hooked:
        own = [name for name in _METHODS if name in vars(wrapper)]
        _hooked[wrapper] = [_replace_own(wrapper, name) for name in own]
    if wrapper.vendor != "microsoft" and "Database" not in vars(wrapper):
        vars(wrapper)["Database"] = ExceptionsOfBoth(getattr(wrapper, "Database"))  # noqa: B009
    connection: Any = wrapper.connection
    if connection is None:
        return
    if _link_in(connection) is None:
        link = FaultLink(_beneath(connection), wrapper)
        _put(wrapper, connection, link)
    _links[wrapper] = _link_in(wrapper.connection)


def _link_in(connection: Any) -> Any:
    """The link in ``connection``: itself, or beneath the recorder of the retry engine."""
    if type(connection) is FaultLink:
        return connection
    beneath = _beneath(connection)
    return beneath if type(beneath) is FaultLink else None


def _beneath(connection: Any) -> Any:
    """What the recorder stands around; the recorder has to see what the injections do."""
    if getattr(connection, "is_recording_proxy", False):
        return object.__getattribute__(connection, "_connection")
    return connection


def _put(wrapper: BaseDatabaseWrapper, connection: Any, beneath: Any) -> None:
    if getattr(connection, "is_recording_proxy", False):
        object.__setattr__(connection, "_connection", beneath)
    else:
        wrapper.connection = beneath


def _uninstall(wrapper: BaseDatabaseWrapper) -> None:
    """As it was before, but for a connection that is lost: that one stays."""
    for undo in _hooked.pop(wrapper):
        undo()
    if wrapper.vendor != "microsoft":
        vars(wrapper).pop("Database", None)
    link = _links.pop(wrapper, None)
    if link is None:
        return
    link.recover()
    if not link.is_lost and _link_in(wrapper.connection) is link:
        _put(wrapper, wrapper.connection, link.connection)


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> Callable[[], None]:
    """Put ``make(original)`` there; gives what takes it out again."""
    own = name in vars(owner)
    original = getattr(owner, name)
    replacement = make(original)
    setattr(owner, name, replacement)

    def undo() -> None:
        # Somebody may have put something of theirs over ours: that is not ours to take out.
        if vars(owner).get(name) is not replacement:
            return
        if own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)

    return undo


def _replace_own(wrapper: BaseDatabaseWrapper, name: str) -> Callable[[], None]:
    """The same for what somebody has put on the wrapper itself, which is called without it."""

    def make(hook: Any) -> Any:
        return MethodType(_METHODS[name](lambda _, *arguments: hook(*arguments)), wrapper)

    return _replace(wrapper, name, make)


# The methods


def _get_new_connection(original: Any) -> Any:
    def get_new_connection(self: BaseDatabaseWrapper, conn_params: Any) -> Any:
        if not active.here(self.alias):
            return original(self, conn_params)
        before = getattr(_connecting, "wrapper", None)
        if before is self:  # met further out
            return original(self, conn_params)
        _connecting.wrapper = self
        try:
            if self.vendor == "microsoft":
                return FaultLink(original(self, conn_params), self)
            return FaultLink(_connected(self, lambda: original(self, conn_params)), self)
        finally:
            _connecting.wrapper = before

    return get_new_connection


def _connect(original: Any) -> Any:
    """The driver's own ``connect``, so that the backend's retry of logins has its say too."""

    def connect(*args: Any, **kwargs: Any) -> Any:
        wrapper = getattr(_connecting, "wrapper", None)
        if wrapper is None:
            return original(*args, **kwargs)
        return _connected(wrapper, lambda: original(*args, **kwargs))

    return connect


def _connected(wrapper: BaseDatabaseWrapper, connect: Callable[[], Any]) -> Any:
    offline = any(one.without_server for one in active.here(wrapper.alias))
    link = FaultLink(None, wrapper)

    def call() -> Any:
        connection = OfflineConnection() if offline else connect()
        object.__setattr__(link, "_connection", connection)
        return connection

    try:
        return link.meet(Step.CONNECT, call)
    except BaseException:
        if link.connection is not None:
            link.connection.close()
        raise


def _meeting(original: Any) -> Any:
    """Whatever a wrapper is asked for passes here: ``cursor()``, ``commit()``, ``savepoint()``."""

    def method(self: BaseDatabaseWrapper) -> Any:
        install(self)
        return original(self)

    return method


def _savepoint_commit(original: Any) -> Any:
    """In a TestCase the end of the program's outermost block is what is a COMMIT elsewhere."""

    def savepoint_commit(self: BaseDatabaseWrapper, sid: str) -> Any:
        install(self)
        link = _links.get(self)
        if link is None:
            return original(self, sid)
        if link.settled[0] == sid:
            return None if link.settled[1] else original(self, sid)
        if in_testcase(self) and own_block(self) is None:
            injection = active.due(self.alias, Step.COMMIT)
            if injection is not None:
                _end_block(self, link, injection, sid)
        return original(self, sid)

    return savepoint_commit


def _end_block(wrapper: Any, link: FaultLink, injection: Injection, sid: str) -> None:
    """What is recorded is what a lost COMMIT leaves: that it failed, and nothing besides."""
    link.settle(sid, kept=injection.after)
    if injection.after:
        wrapper._savepoint_commit(sid)
    elif injection.fault.rolls_back or injection.fault.loses_connection:
        link.roll_back_to(sid)
    link.pretend_commit(injection)
    wrapper._commit()


def _savepoint_rollback(original: Any) -> Any:
    def savepoint_rollback(self: BaseDatabaseWrapper, sid: str) -> Any:
        link = _links.get(self)
        if link is not None and link.settled == (sid, True):
            return None
        return original(self, sid)

    return savepoint_rollback


def _on_error(original: Any) -> Any:
    """mssql-django closes a connection that broke: in a TestCase it only looks broken."""

    def on_error(self: BaseDatabaseWrapper, error: Any) -> None:
        link = _links.get(self)
        if link is None or not link.is_held or not in_testcase(self):
            original(self, error)

    return on_error


_METHODS: Final = {
    "get_new_connection": _get_new_connection,
    "ensure_connection": _meeting,
    "validate_thread_sharing": _meeting,
    "savepoint_commit": _savepoint_commit,
    "savepoint_rollback": _savepoint_rollback,
}
