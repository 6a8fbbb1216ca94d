"""Which ODBC driver an alias asks for. mssql-python carries its own and is not asked about."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.connection_settings import DriverFamily
from django_mssql_ops.configuration.driver_choice import (
    DEFAULT_DRIVER,
    FALLBACK_DRIVER,
    is_library_file,
    is_retired_driver,
)
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning

_OF_MICROSOFT: Final = (
    "Install Microsoft's msodbcsql18 package, or call "
    "django_mssql_ops.odbc.use_bundled_driver() in the settings module."
)
_OF_FREETDS: Final = (
    "Install FreeTDS (Debian: tdsodbc) and register it in odbcinst.ini, or use Microsoft's driver."
)


@rule(142, "driver-is-path", stage="settings", needs=("settings.driver_family",))
def driver_is_path(facts: Facts, family: DriverFamily) -> Verdicts:
    """`driver` is the path of a file, and connecting fails.

    mssql-django takes any name that is not Microsoft's for another maker's driver and writes
    `SERVERNAME` instead of `SERVER`. Microsoft's driver does not know that keyword: connecting ends
    with "Neither DSN nor SERVER keyword supplied". Register the file in odbcinst.ini and give its
    name. The file of FreeTDS (`libtdsodbc.so`) is left alone: FreeTDS knows `SERVERNAME`.

    Source: measured with msodbcsql 18.6.2.1 on Linux; FreeTDS, "ODBC connection attributes".
    """
    if family == "path" and not facts.settings.host_is_server:
        yield error(
            f"{facts.driver_option} is the file {facts.settings.driver!r}: mssql-django takes it "
            "for another maker's driver, loses HOST and PORT, and connecting fails",
            hint="Register the file in odbcinst.ini and give its name, "
            f"for example {DEFAULT_DRIVER!r}.",
        )


@rule(144, "driver-braced", stage="settings", needs=("settings.driver",))
def driver_braced(facts: Facts, driver: str) -> Verdicts:
    """`driver` is in braces, and mssql-django does not take it for Microsoft's driver.

    Connection strings of ODBC put braces around a driver's name. mssql-django compares the bare
    name: with braces it takes the driver for another maker's, writes `SERVERNAME` instead of
    `SERVER`, and loses `PORT`. Remove the braces.

    Source: measured with mssql-django 2.0 and msodbcsql 18.6.2.1 on Linux.
    """
    settings = facts.settings
    if settings.driver_family == "mssql_python" or settings.dsn or not driver.startswith("{"):
        return
    yield error(
        f"{facts.driver_option} is {driver!r}: because of the braces mssql-django takes it for "
        "another maker's driver and loses the server",
        hint=f"Write the bare name: {driver.strip('{}')!r}.",
    )


@rule(145, "driver-legacy", stage="settings", needs=("settings.driver",))
def driver_legacy(facts: Facts, driver: str) -> Verdicts:
    """`driver` names a driver that mssql-django 2.0 does not support any more.

    The driver called just `SQL Server` (part of Windows), SQL Server Native Client, and ODBC Driver
    11 and 13 are out of Microsoft's mainstream support, and `SQL Server` is taken for another
    maker's driver, which loses `HOST` and `PORT`. Install ODBC Driver 18 and name it. Driver 18
    encrypts by default and checks the server's certificate, which these drivers do not: try the
    connection with `mssql_check` first.

    Source: mssql-django 2.0, release notes; Microsoft, "Support lifecycle for Microsoft ODBC Driver
    for SQL Server".
    """
    settings = facts.settings
    if settings.driver_family == "mssql_python" or settings.dsn or not is_retired_driver(driver):
        return
    yield error(
        f"{facts.driver_option} is {driver!r}, which mssql-django does not support any more",
        hint=f"Install Driver 18 and write {DEFAULT_DRIVER!r}.",
    )


@rule(
    146,
    "driver-not-installed",
    stage="settings",
    needs=("settings.driver_family", "installed_drivers"),
)
def driver_not_installed(
    facts: Facts, family: DriverFamily, installed: tuple[str, ...]
) -> Verdicts:
    """No ODBC driver is registered under the name that the alias asks for.

    Where `driver` is not set, neither Driver 18 nor Driver 17 is registered. Install Microsoft's
    msodbcsql18 package, correct the name, or register the driver that comes with mssql-python:
    `django_mssql_ops.odbc.use_bundled_driver()`. Names are compared without regard to case, but a
    blank counts.

    Source: measured with unixODBC 2.3.11.
    """
    settings = facts.settings
    if family in ("mssql_python", "dsn", "path") or "OPTIONS.driver" in settings.wrong_types:
        return
    if is_library_file(settings.driver):  # FreeTDS by its file
        return
    if settings.driver.startswith("{") or is_retired_driver(settings.driver):  # rules 144, 145
        return
    wanted = [settings.driver, FALLBACK_DRIVER] if settings.may_fall_back else [settings.driver]
    registered = {name.lower() for name in installed}
    if any(name.lower() in registered for name in wanted):
        return
    names = " or ".join(repr(name) for name in wanted)
    yield error(
        f"{facts.driver_option}: no ODBC driver is registered as {names}; "
        f"registered: {', '.join(sorted(installed)) or 'none'}",
        hint=_OF_FREETDS if family == "freetds" else _OF_MICROSOFT,
    )


@rule(147, "driver-implicit", stage="settings", needs=("settings.may_fall_back",))
def driver_implicit(facts: Facts, may_fall_back: bool) -> Verdicts:
    """`driver` is not set, so mssql-django may silently use Driver 17, which does not encrypt.

    Where Driver 18 cannot be loaded, mssql-django takes Driver 17 and only logs it, and Driver 17
    does not encrypt unless told to. Write the default out:

        "OPTIONS": {"driver": "ODBC Driver 18 for SQL Server"}

    Source: mssql-django 2.0, `get_new_connection`; Microsoft, "Major version differences".
    """
    if may_fall_back:
        yield warning(
            f"{facts.driver_option} is not set: where Driver 18 cannot be loaded mssql-django "
            "falls back to Driver 17, which does not encrypt unless told to",
            hint=f"Set OPTIONS['driver'] to {DEFAULT_DRIVER!r}.",
        )
