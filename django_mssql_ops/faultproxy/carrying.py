"""What the proxy can stand in front of, and the entry of DATABASES that leads to it.

Facts: of several occurrences of a keyword the first counts on pyodbc, and Address and Addr beat
Server whatever their order (measured with msodbcsql 18.6.2.1); mssql-python refuses duplicates and
keywords that it does not know. So what the proxy decides about is taken out of ``extra_params``,
and the proxy's own goes in front.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.driver_choice import is_microsoft_name
from django_mssql_ops.configuration.effective_keywords import (
    effective_keywords,
    writes_trusted_connection,
)
from django_mssql_ops.configuration.extra_params import Pair, segments
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.upstream import upstream_of

#: Keywords (lower case) that would lead past the proxy, or that the proxy sees to itself.
_PROXYS_OWN: Final = frozenset(
    {
        "addr",
        "address",
        "encrypt",
        "failover_partner",
        "failoverpartnerspn",
        "hostnameincertificate",
        "ipaddresspreference",
        "mars_connection",
        "multisubnetfailover",
        "network",
        "port",
        "server",
        "servercertificate",
        "servername",
        "transparentnetworkipresolution",
        "trust_server_certificate",
        "trustservercertificate",
    }
)
_RECONNECTS: Final = "connectretrycount"
_YES: Final = frozenset({"yes", "true", "1", "sspi"})


def hindrances(settings: ConnectionSettings) -> list[str]:
    """Why the proxy cannot stand in front of this alias's server, a sentence each; empty if it can.

    What cannot be carried is refused: half a test would be worse than none.
    """
    return list(_hindrances(settings))


def wants_tls(settings: ConnectionSettings) -> bool:
    """Whether driver and proxy have to encrypt: no access token travels in the clear, ever."""
    mode = settings.authentication or ""
    return settings.has_token or mode.startswith("activedirectory")


def entry_through(
    entry: Mapping[str, Any],
    settings: ConnectionSettings,
    *,
    host: str,
    port: int,
    tls: bool = False,
    reconnects: int | None = None,
) -> dict[str, Any]:
    """A copy of an entry of DATABASES that connects to a proxy at ``host`` and ``port``.

    ``settings`` are those of ``entry``. ``tls``: the driver encrypts, and trusts the certificate of
    the proxy whatever it is: it comes from this machine. ``reconnects`` is ConnectRetryCount, how
    often the driver itself connects again unseen; None leaves it as it is. Raises
    ConfigurationError for an entry that :func:`hindrances` has something to say about.
    """
    problems = hindrances(settings)
    if problems:
        raise ConfigurationError(problems[0])
    through = copy.deepcopy(dict(entry))
    options = through["OPTIONS"] = dict(through.get("OPTIONS") or {})
    through["HOST"], through["PORT"] = host, str(port)
    own = ["Encrypt=yes;TrustServerCertificate=yes"] if tls else ["Encrypt=no"]
    if settings.python_driver == "pyodbc":
        own.append("MARS_Connection=no")
        own += _server_keyword(through, settings, host, port)
    if reconnects is not None:
        own.append(f"ConnectRetryCount={reconnects}")
    text = options.get("extra_params")
    kept = _kept(text if isinstance(text, str) else "", reconnects is not None)
    options["extra_params"] = ";".join([*own, *kept])
    return through


def _server_keyword(
    through: dict[str, Any], settings: ConnectionSettings, host: str, port: int
) -> list[str]:
    """The keyword Server, where the backend writes none or one without the port."""
    if settings.dsn:
        return [f"Server={host},{port}"]
    if is_microsoft_name(settings.driver):
        return []
    if not settings.host_is_server:
        return [f"Server={host},{port}"]
    if settings.driver_family == "path":
        through["HOST"], through["PORT"] = f"{host},{port}", ""
    return []


def _kept(text: str, replaces_reconnects: bool) -> Iterator[str]:
    for segment in segments(text):
        if not isinstance(segment, Pair) or segment.key in _PROXYS_OWN:
            continue
        if replaces_reconnects and segment.key == _RECONNECTS:
            continue
        value = "{" + segment.value.replace("}", "}}") + "}" if segment.braced else segment.value
        yield f"{segment.name}={value}"


def _hindrances(settings: ConnectionSettings) -> Iterator[str]:
    alias = f"alias {settings.alias!r}"
    try:
        upstream_of(settings)
    except ConfigurationError as error:
        yield str(error)
    if settings.malformed or settings.cut_behind or settings.unclosed_brace:
        yield f"{alias}: its extra_params lose keywords; mssql_check says which"
    effective = effective_keywords(settings)
    found = {name: keyword.value.strip().lower() for name, keyword in effective.items()}
    if found.get("mars_connection") in _YES:
        yield f"{alias}: MARS_Connection=yes frames packets in a way the proxy does not speak"
    if found.get("columnencryption", "disabled") != "disabled":
        yield f"{alias}: ColumnEncryption is not carried by the proxy"
    for name in ("clientcertificate", "clientkey"):
        if name in effective:
            yield f"{alias}: the proxy cannot show the server the certificate of the driver"
            break
    if _uses_kerberos(settings) and "serverspn" not in effective:
        yield (
            f"{alias}: Windows authentication asks for the service of the host it connects to, "
            "which is the proxy's; write ServerSPN into extra_params or log in by name"
        )


def _uses_kerberos(settings: ConnectionSettings) -> bool:
    if settings.keyword("trusted_connection", "integrated security") is not None:
        value = settings.keyword("trusted_connection", "integrated security") or ""
        return value.strip().lower() in _YES
    if not writes_trusted_connection(settings):
        return False
    return (settings.trusted_connection or "yes").strip().lower() in _YES
