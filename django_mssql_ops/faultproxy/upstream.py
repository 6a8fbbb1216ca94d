"""The server behind the proxy, and how the project's settings want it reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings, EncryptMode
from django_mssql_ops.exceptions import ConfigurationError

#: Seconds for the TCP connection, and for everything up to the login's answer, where the settings
#: give no connection_timeout: the driver's own default.
DEFAULT_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where the server is, and what TLS to it has to be like.

    ``encrypt`` has the driver's words. ``trust``: the certificate is not verified.
    ``verify_forced``: it is also verified where only the server asks for encryption, as ODBC Driver
    18 does and 17 does not (Microsoft, "DSN and connection string keywords and attributes").
    ``server_certificate`` is the file of the one certificate that is accepted. ``seconds`` bounds
    connecting and logging in.
    """

    host: str
    port: int = 1433
    encrypt: EncryptMode = "yes"
    trust: bool = False
    verify_forced: bool = True
    hostname_in_certificate: str = ""
    server_certificate: str = ""
    seconds: float = DEFAULT_SECONDS


def upstream_of(settings: ConnectionSettings) -> Upstream:
    """The server that an alias connects to; raises ConfigurationError where nobody can tell it."""
    target = settings.target
    if target is None:
        raise ConfigurationError(f"alias {settings.alias!r}: {settings.target_problem}")
    if target.port is None:
        raise ConfigurationError(
            f"alias {settings.alias!r}: only SQL Server Browser knows the port of the instance "
            f"{target.instance!r}; the proxy needs it as PORT"
        )
    if settings.encrypt is None:
        raise ConfigurationError(
            f"alias {settings.alias!r}: nobody can tell whether its driver encrypts; write "
            "Encrypt=yes or Encrypt=no into extra_params"
        )
    return Upstream(
        host=target.host,
        port=target.port,
        encrypt=settings.encrypt,
        trust=settings.trust_server_certificate,
        verify_forced=settings.driver_family != "17",
        hostname_in_certificate=settings.hostname_in_certificate,
        server_certificate=settings.server_certificate if settings.encrypt == "strict" else "",
        seconds=float(settings.connection_timeout or DEFAULT_SECONDS),
    )
