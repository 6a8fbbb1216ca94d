"""Which ODBC driver an alias asks for. mssql-python carries its own and is not asked about."""

from __future__ import annotations

from django_mssql_ops.configuration.connection_settings import DriverFamily
from django_mssql_ops.configuration.driver_choice import DEFAULT_DRIVER, FALLBACK_DRIVER
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


def _path(alias: str) -> str:
    return f"DATABASES[{alias!r}]['OPTIONS']['driver']"


@rule(142, "driver-is-path", stage="settings", needs=("settings.driver_family",))
def driver_is_path(facts: Facts, family: DriverFamily) -> Verdicts:
    """Measured: "Neither DSN nor SERVER keyword supplied", as the backend writes SERVERNAME."""
    if family == "path" and not facts.settings.host_is_server:
        yield error(
            f"{_path(facts.alias)} is the file {facts.settings.driver!r}: mssql-django takes it "
            "for another maker's driver, loses HOST and PORT, and connecting fails",
            hint="Register the file in odbcinst.ini and give its name, "
            f"for example {DEFAULT_DRIVER!r}.",
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
    """unixODBC compares names without regard to case, but not to blanks (measured, 2.3.11)."""
    settings = facts.settings
    if family in ("mssql_python", "dsn", "path") or "OPTIONS.driver" in settings.wrong_types:
        return
    wanted = [settings.driver, FALLBACK_DRIVER] if settings.may_fall_back else [settings.driver]
    registered = {name.lower() for name in installed}
    if any(_bare(name) in registered for name in wanted):
        return
    names = " or ".join(repr(name) for name in wanted)
    yield error(
        f"{_path(facts.alias)}: no ODBC driver is registered as {names}; "
        f"registered: {', '.join(sorted(installed)) or 'none'}",
        hint="Install Microsoft's msodbcsql18 package, or call "
        "django_mssql_ops.odbc.use_bundled_driver() in the settings module.",
    )


def _bare(name: str) -> str:
    """Braces around a name are ODBC's quotes."""
    return name.removeprefix("{").removesuffix("}").lower()


@rule(147, "driver-implicit", stage="settings", needs=("settings.may_fall_back",))
def driver_implicit(facts: Facts, may_fall_back: bool) -> Verdicts:
    """Microsoft, "Major version differences": Driver 17 does not encrypt unless told."""
    if may_fall_back:
        yield warning(
            f"{_path(facts.alias)} is not set: where Driver 18 cannot be loaded mssql-django "
            "falls back to Driver 17, which does not encrypt unless told to",
            hint=f"Set OPTIONS['driver'] to {DEFAULT_DRIVER!r}.",
        )
