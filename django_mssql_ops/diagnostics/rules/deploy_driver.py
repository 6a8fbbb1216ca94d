"""Whether production's ODBC driver is one that is still cared for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django_mssql_ops.configuration.driver_choice import DEFAULT_DRIVER, FALLBACK_DRIVER
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.lifecycle import DRIVERS
from django_mssql_ops.diagnostics.registry import Verdicts, rule, unknown, warning

#: Braces around a name are ODBC's quotes.
_NAME = re.compile(r"\{?ODBC Driver (\d{1,3}) for SQL Server\}?", re.IGNORECASE)
_PACKAGE = "Install Microsoft's newest package msodbcsql18"


@rule(
    221,
    "driver-outdated",
    stage="settings",
    needs=("installed_drivers", "driver_versions"),
    deploy_only=True,
)
def driver_outdated(
    facts: Facts, installed: tuple[str, ...], versions: Mapping[str, tuple[int, ...]]
) -> Verdicts:
    """The installed driver can be crashed from outside by malformed data.

    Releases of the ODBC driver before 18.3.3 and before 17.10.6 crash or loop for ever when the
    data that arrives as a server's is malformed. A crash there is not an exception: it ends the
    whole process, with every request that it was serving. Microsoft fixes only the newest release
    of each major version.

    Update the package (msodbcsql18) on the machines and in the images that production runs on. The
    version is read from the file name of the registered library; nothing is loaded. `mssql_check`
    says the same of the driver that it would load.

    Source: Microsoft, release notes of the ODBC driver for Linux and macOS (18.2.2 to 18.3.3,
    17.10.6) and "Support lifecycle"; not reproduced here.
    """
    settings = facts.settings
    if settings.driver_family not in ("17", "18"):
        return
    name = _taken(settings.driver.lower(), settings.may_fall_back, installed)
    major = _major(name)
    if name is None or major is None or _has_ended(facts, major):
        return
    version, oldest = versions.get(name), DRIVERS[major].oldest_sound
    if version is None:
        yield unknown(f"driver-outdated could not be judged: {name!r} does not tell its version")
    elif oldest is not None and version[:3] < oldest:
        yield warning(
            f"{facts.driver_option}: the installed driver is version {_dotted(version)}; before "
            f"{_dotted(oldest)} malformed data can crash the whole process",
            hint=f"{_PACKAGE} on the machines and in the images of production.",
        )


def _taken(wanted: str, may_fall_back: bool, installed: tuple[str, ...]) -> str | None:
    """The registered driver that the backend would take, in lower case; None: rule 146 says so."""
    registered = {name.lower() for name in installed}
    candidates = (wanted, FALLBACK_DRIVER.lower()) if may_fall_back else (wanted,)
    return next((name for name in candidates if name in registered), None)


@rule(222, "driver-eol", stage="settings", needs=("settings.driver",), deploy_only=True)
def driver_eol(facts: Facts, driver: str) -> Verdicts:
    """The driver's major version gets no more fixes.

    After the end of mainstream support nobody repairs a fault in the driver any more, faults in its
    security included, and newer servers and newer distributions are not tried with it. The dates
    are those of the driver's major version, whatever the release within it.

    Use "ODBC Driver 18 for SQL Server". It encrypts and checks the server's certificate by default,
    which 17 and older do not: try the connection with `mssql_check` before the change.

    Source: Microsoft, "Support lifecycle for Microsoft ODBC Driver for SQL Server", read
    2026-11-22.
    """
    settings = facts.settings
    if settings.python_driver != "pyodbc" or settings.dsn:
        return
    major = _major(driver)
    if major is not None and _has_ended(facts, major):
        yield warning(
            f"{facts.driver_option} is {driver!r}, which has had no fixes since mainstream support "
            f"ended on {DRIVERS[major].mainstream_ends:%Y-%m-%d}",
            hint=f"{_PACKAGE} and use {DEFAULT_DRIVER!r}; try the connection with mssql_check.",
        )


def _major(name: str | None) -> int | None:
    """The major version in a driver's name, where the table of lifecycles has it."""
    match = _NAME.fullmatch(name) if name else None
    major = int(match.group(1)) if match else 0
    return major if major in DRIVERS else None


def _has_ended(facts: Facts, major: int) -> bool:
    return facts.now.date() > DRIVERS[major].mainstream_ends


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)
