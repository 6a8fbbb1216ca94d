"""HOST and PORT: two settings that become one SERVER."""

from __future__ import annotations

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.driver_choice import DEFAULT_DRIVER, is_microsoft_name
from django_mssql_ops.configuration.redaction import HIDDEN
from django_mssql_ops.configuration.target import (
    DEFAULT_PORT,
    TargetProblem,
    has_colon_port,
    ports_in,
    read_port,
)
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


def _becomes_server(settings: ConnectionSettings) -> bool:
    """True when HOST and PORT are written as SERVER=host,port, and nothing overrides that.

    Addr and Address beat Server on ODBC; mssql-python has all three for one, and extra_params win.
    """
    if settings.python_driver == "mssql_python":
        return settings.seen("server", "addr", "address") is None
    if settings.dsn or not is_microsoft_name(settings.driver):
        return False
    return settings.seen("addr", "address") is None


def _writes_port_keyword(settings: ConnectionSettings) -> bool:
    """True when a path to Microsoft's driver gets SERVER=host;PORT=port; FreeTDS wants it so."""
    if settings.driver_family != "path" or not settings.host_is_server:
        return False
    return "msodbcsql" in settings.driver.lower() and settings.seen("addr", "address") is None


def _uses_port(settings: ConnectionSettings) -> bool:
    """Another maker's driver gets PORT as a keyword when host_is_server is set, else not at all."""
    if _becomes_server(settings) or _writes_port_keyword(settings):
        return True
    is_other = settings.driver_family in ("freetds", "path", "other")
    return is_other and settings.host_is_server and not is_microsoft_name(settings.driver)


def _is_readable(settings: ConnectionSettings) -> bool:
    """False when HOST or PORT holds what must not be quoted, or has a wrong type: rule 105."""
    if HIDDEN in settings.host or HIDDEN in settings.port:
        return False
    return "HOST" not in settings.wrong_types


@rule(157, "host-has-port-twice", stage="settings", needs=("settings.host",))
def host_has_port_twice(facts: Facts, host: str) -> Verdicts:
    """`HOST` ends in a port, and `PORT` gives one as well.

    mssql-django appends `PORT` to `HOST` whatever stands there: `db,1444` with the port 1433
    becomes `SERVER=db,1444,1433`. The driver takes the first of them and ignores the other without
    a word, so `PORT` has no effect. Write the port in one of the two places.

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-django 2.0, `_build_connection_string`.
    """
    settings = facts.settings
    if not _becomes_server(settings) and not _writes_port_keyword(settings):
        return
    ports = ports_in(host)
    if not settings.port or not ports or ports[0].strip() == settings.port.strip():
        return
    if _is_readable(settings) and not has_colon_port(host):
        yield error(
            f"{facts.setting('HOST')} is {host!r}, which has a port already: "
            f"PORT {settings.port!r} is ignored",
            hint="Remove the port from HOST, or leave PORT empty.",
        )


@rule(158, "host-colon-port", stage="settings", needs=("settings.host",))
def host_colon_port(facts: Facts, host: str) -> Verdicts:
    """`HOST` has a colon before the port, where SQL Server wants a comma.

    Other databases and URLs write `db:1444`. Here the whole text counts as the name of a host, no
    such host is found, and connecting ends in a time-out that says nothing of a port. Set `PORT`,
    or write `db,1444`.

    Source: measured with msodbcsql 18.6.2.1 on Linux: the driver reaches nothing.
    """
    settings = facts.settings
    if _becomes_server(settings) and _is_readable(settings) and has_colon_port(host):
        yield error(
            f"{facts.setting('HOST')} is {host!r}: the driver takes a port behind a comma, "
            "not behind a colon",
            hint="Put the port into PORT, or write 'host,port'.",
        )


@rule(160, "host-blank-with-port", stage="settings", needs=("settings.host",))
def host_blank_with_port(facts: Facts, host: str) -> Verdicts:
    """`PORT` is set and `HOST` is empty.

    An empty `HOST` alone means this machine. With a port mssql-django writes `SERVER=,1433`, and
    the driver for Linux reaches nothing with that. Set `HOST`, to `localhost` where this machine is
    meant. mssql-python is not concerned: there mssql-django puts `localhost` in by itself.

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-django 2.0, `_build_connection_string`.
    """
    settings = facts.settings
    if settings.python_driver == "mssql_python" or not settings.port or host.strip():
        return
    if _becomes_server(settings) and _is_readable(settings):
        yield warning(
            f"{facts.setting('HOST')} is empty and PORT is set: the driver gets a port "
            "without a server",
            hint="Set HOST; 'localhost' is this machine.",
        )


@rule(162, "port-invalid", stage="settings", needs=("settings.port",))
def port_invalid(facts: Facts, port: str) -> Verdicts:
    """The port is not a whole number from 1 to 65535.

    mssql-django passes on whatever `PORT` holds. The driver then reaches nothing, or another port
    than the one written, and connecting ends in a time-out. `PORT` may be a number or a text; leave
    it empty for the default, 1433, or for a named instance. A port behind a comma in `HOST` is
    judged in the same way.

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-django 2.0, `_build_connection_string`.
    """
    settings = facts.settings
    if not _uses_port(settings) or not _is_readable(settings):
        return
    hint = "Give a whole number from 1 to 65535, or leave it empty."
    ports = ports_in(settings.host)
    if "PORT" in settings.wrong_types:
        type_name = settings.wrong_types["PORT"]
        yield error(
            f"{facts.setting('PORT')} is a value of type {type_name} and must be a whole "
            "number or a text",
            hint=hint,
            about="PORT",
        )
    elif port and not ports and not _is_port(port):
        yield error(
            f"{facts.setting('PORT')} is {port!r}, which is not a port",
            hint=hint,
            about="PORT",
        )
    elif ports and not port and not _is_port(ports[0]):
        yield error(
            f"{facts.setting('HOST')} is {settings.host!r}, and {ports[0]!r} behind the comma "
            "is not a port",
            hint=hint,
            about="HOST",
        )


def _is_port(text: str) -> bool:
    try:
        read_port(text)
    except TargetProblem:
        return False
    return True


@rule(143, "driver-path-port-lost", stage="settings", needs=("settings.port",))
def driver_path_port_lost(facts: Facts, port: str) -> Verdicts:
    """`driver` is the path of Microsoft's driver, and `PORT` does not reach it.

    With `host_is_server` mssql-django writes the port as a keyword of its own, `PORT=`, because it
    takes a path for the driver of another maker. Microsoft's driver does not know that keyword and
    ignores it: the connection goes to port 1433, where there may be another server. Register the
    driver and give its name, or put the port into `HOST`: `"db,1444"`.

    Source: measured with msodbcsql 18.6.2.1 on Linux; mssql-django 2.0, `_build_connection_string`.
    """
    settings = facts.settings
    if not _writes_port_keyword(settings) or not _is_readable(settings) or ports_in(settings.host):
        return
    if _is_port(port) and read_port(port) != DEFAULT_PORT:
        yield error(
            f"{facts.setting('PORT')} is {port!r}, which Microsoft's driver ignores "
            f"when OPTIONS['driver'] is a path: it connects to {DEFAULT_PORT}",
            hint=f"Give the driver's name, for example {DEFAULT_DRIVER!r}, or put the port into "
            "HOST: 'host,port'.",
        )
