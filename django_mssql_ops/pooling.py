"""Pools under Django: what is switched on for an alias's driver, and what was seen of it.

Django keeps a connection per thread and alias for CONN_MAX_AGE. Below that there may be a pool that
keeps the server's end open when Django closes its own: the ODBC driver manager's (pyodbc), or
mssql-python's. Neither has an interface that tells what it holds, so :class:`SocketWatch` looks at
this process's sockets. Nothing here imports a driver or opens a connection.

unixODBC's pool, measured with unixODBC 2.3.11, pyodbc 5.5 and msodbcsql 18.6.2 (``@@SPID`` and the
sockets of two connections one after the other):

- ``[ODBC] Pooling`` in odbcinst.ini alone decides; ``pyodbc.pooling`` and so mssql-django's
  DATABASE_CONNECTION_POOLING change nothing, in neither direction.
- The value counts as yes when it begins with 1, y or on, in any case: "true" is no.
- ``CPTimeout`` of the driver's section need not be there, and 0 still pools; a negative one keeps
  the connection and gives it to nobody.
- The user's own .odbcinst.ini, a DSN and a driver named by its path make no difference.

Other sources: pyodbc's wiki, "Connection pooling", for Windows; mssql-python 1.16, ``pooling.py``;
mssql-django 2.0, ``base.py``. That the socket tells what ``@@SPID`` tells was measured with both
drivers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.odbc import ini_files
from django_mssql_ops.odbc.driver_manager import default_system_directory

#: Where Linux lists what this process has open.
_OPEN_FILES: Final = Path("/proc/self/fd")
_SETTING: Final = "DATABASE_CONNECTION_POOLING"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """Whether a pool under Django is switched on, and by what.

    ``enabled`` is None when it cannot be told. ``ignored`` is what was meant to switch it off and
    does not. ``max_size`` and ``idle_seconds`` are the pool's, where it says.
    """

    enabled: bool | None
    where: str
    ignored: str = ""
    max_size: int | None = None
    idle_seconds: int | None = None


def pool_settings(
    python_driver: str, odbc_driver: str, environ: Mapping[str, str] | None = None
) -> PoolSettings:
    """What holds for an alias of ``python_driver``; ``odbc_driver`` is the name pyodbc asks for."""
    if python_driver == "mssql_python":
        return _switched_off() or _of_mssql_python()
    off = _switched_off() or _switched_off_in_pyodbc()
    if sys.platform == "win32":
        return off or PoolSettings(enabled=True, where="the ODBC driver manager of Windows")
    pool = unixodbc_pool(odbc_driver, os.environ if environ is None else environ)
    return replace(pool, ignored=off.where) if pool.enabled and off else pool


def _switched_off() -> PoolSettings | None:
    """mssql-django switches both drivers' pools off for a false value, and never on."""
    try:
        wanted = getattr(settings, _SETTING, True)
    except ImproperlyConfigured:
        return None
    return None if wanted else PoolSettings(enabled=False, where=f"{_SETTING} = {wanted!r}")


def _switched_off_in_pyodbc() -> PoolSettings | None:
    if getattr(sys.modules.get("pyodbc"), "pooling", True):
        return None
    return PoolSettings(enabled=False, where="pyodbc.pooling = False")


def _of_mssql_python() -> PoolSettings:
    """mssql-python pools from its first connection on, unless somebody switched that off."""
    manager = getattr(sys.modules.get("mssql_python"), "PoolingManager", None)
    if manager is None:
        return PoolSettings(enabled=True, where="mssql-python's default")
    enabled = _called(manager, "is_enabled")
    if enabled is False and _called(manager, "is_initialized") is False:
        return PoolSettings(enabled=True, where="mssql-python's default, from the first connection")
    configuration = getattr(manager, "_config", None)
    known = configuration if isinstance(configuration, Mapping) else {}
    return PoolSettings(
        enabled=enabled,
        where="mssql-python's PoolingManager",
        max_size=_whole_number(known.get("max_size")),
        idle_seconds=_whole_number(known.get("idle_timeout")),
    )


def _called(manager: object, name: str) -> bool | None:
    """The answer of a method that a later release may not have."""
    method = getattr(manager, name, None)
    try:
        answer = method() if callable(method) else None
    except Exception:
        return None
    return answer if isinstance(answer, bool) else None


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def unixodbc_pool(odbc_driver: str, environ: Mapping[str, str]) -> PoolSettings:
    """unixODBC's pool: ``[ODBC] Pooling`` and the driver's own ``CPTimeout``, in odbcinst.ini."""
    sections = _sections(environ)
    switch = sections.get(ini_files.DRIVER_MANAGER_SECTION)
    pooling = switch.get("Pooling") if switch is not None else ""
    if not is_yes(pooling):
        shown = f"Pooling={pooling}" if pooling else "no Pooling in [ODBC] of odbcinst.ini"
        return PoolSettings(enabled=False, where=f"unixODBC: {shown}")
    where = f"unixODBC: Pooling={pooling}"
    driver = sections.get(ini_files.ascii_lower(odbc_driver.strip()))
    timeout = driver.get("CPTimeout") if driver is not None else ""
    if not timeout:
        return PoolSettings(enabled=True, where=where)
    seconds = leading_number(timeout)
    return PoolSettings(
        enabled=seconds >= 0,
        where=f"{where}, CPTimeout={timeout}",
        idle_seconds=seconds if seconds > 0 else None,
    )


def _sections(environ: Mapping[str, str]) -> dict[str, ini_files.IniSection]:
    """The sections of odbcinst.ini by lower-case name, the user's after the system's."""
    default = Path("/") if "ODBCSYSINI" in environ else default_system_directory()
    locations = ini_files.locate(environ, default)
    system = ini_files.read_ini(locations.system_drivers) or ()
    user = ini_files.read_ini(locations.user_drivers, is_second=True) or ()
    found: dict[str, ini_files.IniSection] = {}
    for section in ini_files.appended(system, user):
        found.setdefault(section.key, section)
    return found


def is_yes(value: str) -> bool:
    """As unixODBC reads a switch: by its first letters."""
    text = ini_files.ascii_lower(value)
    return text.startswith(("1", "y", "on"))


def leading_number(value: str) -> int:
    """As C's ``atoi`` reads a number: what follows the digits is nothing, no digits are 0."""
    text = value.strip()
    sign = -1 if text.startswith("-") else 1
    digits = ""
    for character in text.removeprefix("-").removeprefix("+"):
        if character not in "0123456789":
            break
        digits += character
    return sign * int(digits[:9] or 0)


def open_sockets() -> frozenset[str] | None:
    """This process's sockets, by what Linux calls them; None where that cannot be seen."""
    try:
        files = list(_OPEN_FILES.iterdir())
    except OSError:
        return None
    return frozenset(name for name in map(_target, files) if name.startswith("socket:"))


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        # Closed since it was listed; the listing's own descriptor always is.
        return ""


class SocketWatch:
    """The sockets that one login opens, and whether they outlive its connection.

    Make it before the login, call :meth:`logged_in` after it and :meth:`outlived` after the
    connection was closed.
    """

    def __init__(self) -> None:
        self._before = open_sockets()
        self._opened: frozenset[str] | None = None

    def logged_in(self) -> None:
        """The login is done."""
        now = open_sockets()
        if self._before is not None and now is not None:
            self._opened = now - self._before

    def outlived(self) -> bool | None:
        """Whether a socket of the login is still open; None when none could be watched.

        A login that opened none was given a pooled connection, if there was one to be given.
        """
        now = open_sockets()
        if self._opened is None or now is None:
            return None
        if not self._opened:
            return True if self._before else None
        return not self._opened.isdisjoint(now)
