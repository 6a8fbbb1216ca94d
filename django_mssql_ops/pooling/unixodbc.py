"""unixODBC's pool, as odbcinst.ini switches it.

Measured with unixODBC 2.3.11, pyodbc 5.5 and msodbcsql 18.6.2 (``@@SPID`` and the sockets of two
connections one after the other):

- ``[ODBC] Pooling`` in odbcinst.ini alone decides; ``pyodbc.pooling`` and so mssql-django's
  DATABASE_CONNECTION_POOLING change nothing, in neither direction.
- The value counts as yes when it begins with 1, y or on, in any case: "true" is no.
- ``CPTimeout`` of the driver's section need not be there, and 0 still pools; a negative one keeps
  the connection and gives it to nobody.
- The user's own .odbcinst.ini, a DSN and a driver named by its path make no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django_mssql_ops.odbc import ini_files
from django_mssql_ops.odbc.driver_manager import default_system_directory
from django_mssql_ops.pooling.facts import PoolSettings


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
