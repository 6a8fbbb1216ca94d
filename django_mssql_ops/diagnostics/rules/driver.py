"""The driver: can it be loaded, is it recent, is it the one that was asked for?"""

from __future__ import annotations

import re

from django_mssql_ops.diagnostics.facts import DriverFacts, Facts, Unreadable
from django_mssql_ops.diagnostics.lifecycle import DRIVERS
from django_mssql_ops.diagnostics.registry import Verdicts, error, info, rule, unknown, warning

#: Older ones than the oldest that the table of lifecycles knows ended long ago.
_OLDEST_KNOWN_MAJOR = min(DRIVERS)

_MICROSOFT_LIBRARY = re.compile(r"msodbcsql|sqlncli", re.IGNORECASE)
_MICROSOFT_NAME = re.compile(r"ODBC Driver (\d+) for SQL Server", re.IGNORECASE)
_MISSING = re.compile(r"lib[\w+.-]+?\.(?:so[\d.]*|dylib)(?=: cannot open|: No such|\s|$)")

_OTHER_WAY = "or install Microsoft's package msodbcsql{major} (ACCEPT_EULA=Y)"


@rule(404, "driver-load", stage="driver", needs=("driver",))
def driver_load(_facts: Facts, found: DriverFacts) -> Verdicts:
    """The driver of this alias cannot be loaded.

    pyodbc or mssql-python cannot be imported, no driver is registered under the name that is asked
    for, its library does not exist, or a shared library it needs is missing. Without the driver
    nothing can connect, and the driver manager's own words ("Can't open lib ... file not found")
    name the driver even when something it needs is missing.

    The message names what is missing, the hint how to get it. See [ODBC drivers](../odbc.md).

    Source: measured with unixODBC 2.3.11, pyodbc 5.2 and msodbcsql 18.6.2.1 on Linux.
    """
    yield from _imports(found)
    if isinstance(found.library, Unreadable):
        if not found.library_exists:
            yield error(
                _not_registered(found, found.library), hint=_how_to_register(found), fatal=True
            )
        return
    if not found.library_exists:
        yield error(
            f"the library of {found.driver!r} does not exist: {found.library}",
            hint=_how_to_register(found),
            fatal=True,
        )
    elif isinstance(found.missing_libraries, Unreadable):
        yield unknown(
            f"whether {found.library} can be loaded is not known: {found.missing_libraries.reason}"
        )
    elif found.missing_libraries:
        names = ", ".join(found.missing_libraries)
        yield error(
            f"{found.driver!r} cannot be loaded, it lacks {names}", hint=_install(found), fatal=True
        )
    elif found.load_error:
        yield error(
            f"{found.driver!r} cannot be loaded, although every library it needs is there",
            hint="The file is damaged or built for another system; reinstall the driver.",
            driver_text=found.load_error,
            fatal=True,
        )


def _imports(found: DriverFacts) -> Verdicts:
    for module, text in found.import_errors:
        missing = _MISSING.search(text)
        if f"No module named '{module}'" in text:
            message = f"{module} is not installed"
        elif missing:
            message = f"{module} cannot be imported, the library {missing.group()} is missing"
        else:
            message = f"{module} cannot be imported"
        yield error(message, hint=_install(found), driver_text=text, about=module, fatal=True)


def _install(found: DriverFacts) -> str:
    if found.remedy:
        return f"Run: {found.remedy}"
    return "Install the package of your system that has it."


def _not_registered(found: DriverFacts, reason: Unreadable) -> str:
    if found.module == "mssql_python":
        return f"mssql_python has no driver to load: {reason.reason}"
    registered = "none" if isinstance(found.registered, Unreadable) else _listed(found.registered)
    return f"{reason.reason}; registered: {registered}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _how_to_register(found: DriverFacts) -> str:
    if found.module == "mssql_python":
        return 'Run: pip install --force-reinstall "mssql-python"'
    name = _MICROSOFT_NAME.fullmatch(found.driver)
    if name is None:
        return "Correct OPTIONS['driver'], or register this driver in odbcinst.ini."
    other_way = _OTHER_WAY.format(major=name.group(1))
    if name.group(1) != "18":
        return f"Use 'ODBC Driver 18 for SQL Server' in OPTIONS['driver'], {other_way}."
    call = "call django_mssql_ops.odbc.use_bundled_driver() at the top of the settings module"
    if found.bundled_version is None:
        return f'Run: pip install "django-mssql-ops[driver]", and {call}; {other_way}.'
    return f"{call[0].upper()}{call[1:]}; {other_way}."


@rule(405, "driver-version", stage="driver", needs=("driver",))
def driver_version(facts: Facts, found: DriverFacts) -> Verdicts:
    """The ODBC driver is out of support or can crash on malformed data from a server.

    Versions before 18.3.3.1 and 17.10.6.1 have known crashes; versions before 17 get no updates at
    all. Both are warnings, and any other version is mentioned as information. Install the newest
    ODBC Driver 18.

    Source: Microsoft, "Release notes for the ODBC driver for SQL Server on Linux and macOS".
    """
    library, version = found.library, found.library_version
    if isinstance(library, Unreadable) or not found.library_exists:
        return
    if not _MICROSOFT_LIBRARY.search(library):
        return
    if isinstance(version, Unreadable):
        yield unknown(f"driver-version could not be judged: {version.reason}")
        return
    shown = ".".join(str(number) for number in version)
    release = DRIVERS.get(version[0])
    has_ended = release is not None and facts.now.date() > release.mainstream_ends
    if has_ended or version[0] < _OLDEST_KNOWN_MAJOR:
        yield warning(
            f"the ODBC driver is version {shown}, which Microsoft no longer supports",
            hint="Install ODBC Driver 18.",
        )
    elif release is not None and release.oldest_sound and version[:3] < release.oldest_sound:
        wanted = ".".join(str(number) for number in release.oldest_sound)
        yield warning(
            f"the ODBC driver is version {shown}; releases before {wanted} can crash on malformed "
            "data from a server",
            hint="Install the newest ODBC Driver 18.",
        )
    else:
        yield info(f"the ODBC driver is version {shown}")


@rule(406, "driver-fallback", stage="driver", needs=("driver",))
def driver_fallback(facts: Facts, found: DriverFacts) -> Verdicts:
    """Driver 18 cannot be used here, so mssql-django takes Driver 17 and only logs it.

    That happens where `OPTIONS["driver"]` is not set. Driver 17 does not encrypt unless told to, so
    it is an error where nothing tells it to and the server is another machine: then queries and
    rows travel in plain text unless the server insists on encryption. `Encrypt`, `Authentication`
    and an access token tell it to; with one of them, and on this machine, it is a warning.

    Install Driver 18, or name the driver and set `Encrypt=yes` in `extra_params`. Rule 147 warns
    before it happens.

    Source: mssql-django 2.0, `get_new_connection`; Microsoft, "Major version differences" and
    "Using Azure Active Directory with the ODBC Driver".
    """
    if not found.falls_back:
        return
    settings = facts.settings
    message = "ODBC Driver 18 cannot be used here, so the backend takes Driver 17 and only logs it"
    is_told = settings.encrypt_value or settings.authentication or settings.has_token
    if not is_told:
        message += "; Driver 17 does not encrypt unless told to, Driver 18 does"
    verdict = warning if is_told or settings.is_on_loopback else error
    yield verdict(
        message,
        hint="Install ODBC Driver 18, or name the driver in OPTIONS['driver'] and set Encrypt=yes "
        "in OPTIONS['extra_params'].",
    )
