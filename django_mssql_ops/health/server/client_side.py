"""What this side of the connection knows by itself: the driver, and what the settings promise."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.facts import Fact, Unreadable
from django_mssql_ops.health.server.asking import OpenConnection
from django_mssql_ops.health.server.facts import NO_TOKEN

#: SQLGetInfo (sql.h): answered by the driver itself, without a round trip.
_SQL_DRIVER_NAME: Final = 6
_SQL_DRIVER_VER: Final = 7
_FALLBACK_MAJOR: Final = 17
_MICROSOFT_LIBRARY: Final = re.compile(r"msodbcsql", re.IGNORECASE)
_VERSION: Final = re.compile(r"[0-9]{1,3}(?=\.)")

_NOT_TOLD: Final = Unreadable("the driver does not say")


def driver_major(own: OpenConnection | None) -> Fact[int]:
    """The major version of Microsoft's driver; Unreadable for another maker's."""
    if own is None:
        return _NOT_TOLD
    try:
        name = str(own.connection.getinfo(_SQL_DRIVER_NAME))
        version = str(own.connection.getinfo(_SQL_DRIVER_VER))
    except Exception:
        return _NOT_TOLD
    major = _VERSION.match(version)
    if major is None or not _MICROSOFT_LIBRARY.search(name):
        return _NOT_TOLD
    return int(major.group())


def fell_back(settings: ConnectionSettings, major: Fact[int]) -> Fact[bool]:
    if not settings.may_fall_back:
        return False
    return major if isinstance(major, Unreadable) else major == _FALLBACK_MAJOR


def token_expires(settings: ConnectionSettings) -> Fact[dt.datetime]:
    if not settings.has_token:
        return NO_TOKEN
    token = settings.token
    if token is None or token.expires_at is None:
        return Unreadable("the token does not say when it expires")
    return token.expires_at


def checks_certificate(settings: ConnectionSettings) -> bool:
    """With Encrypt=strict the driver looks whatever TrustServerCertificate says (odbc-dsn)."""
    if settings.encrypt == "strict":
        return True
    return settings.encrypt == "yes" and not settings.trust_server_certificate
