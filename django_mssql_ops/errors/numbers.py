"""What SQL Server's message numbers mean: the login and permission rows of the catalogue.

One row a number, in order. The numbers are those of sys.messages and of Azure's gateways; a number
is one of these only when the message came from the server (see ``DriverError.origin``).
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

_LEARN = "https://learn.microsoft.com/sql/relational-databases/errors-events"
_EVENTS = f"{_LEARN}/database-engine-events-and-errors"
_E0 = f"{_EVENTS}-0-to-999"
_E4000 = f"{_EVENTS}-4000-to-4999"
_E17000 = f"{_EVENTS}-16000-to-17999"
_E18000 = f"{_EVENTS}-18000-to-18999"
_AZURE = "https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues"
_PRIVATE = "https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings"
_VNET = "https://learn.microsoft.com/azure/azure-sql/database/vnet-service-endpoint-rule-overview"
_LIMITS = "https://learn.microsoft.com/azure/azure-sql/database/resource-limits-logical-server"
_SYNAPSE = "https://learn.microsoft.com/azure/synapse-analytics/sql-data-warehouse"
_FABRIC = "https://learn.microsoft.com/fabric/data-warehouse/limitations"


class Kind(enum.Enum):
    """LOGIN: the server said no. AVAILABILITY: it said not now. PERMISSION: may not do that."""

    LOGIN = "login"
    AVAILABILITY = "availability"
    PERMISSION = "permission"


class Meaning(NamedTuple):
    """One number: what it means in our words, and the pages that say so."""

    number: int
    kind: Kind
    text: str
    sources: tuple[str, ...]


def _row(number: int, kind: Kind, text: str, *sources: str) -> Meaning:
    return Meaning(number, kind, text, sources)


CATALOGUE: Final = (
    _row(229, Kind.PERMISSION, "a permission on an object is missing or denied", _E0),
    _row(230, Kind.PERMISSION, "a permission on a column is missing or denied", _E0),
    _row(262, Kind.PERMISSION, "a permission in a database is missing", _E0),
    _row(297, Kind.PERMISSION, "the user may not perform this action", _E0),
    _row(300, Kind.PERMISSION, "a permission on the server or database is missing", _E0),
    _row(371, Kind.PERMISSION, "neither the policy action nor the permission is granted", _FABRIC),
    _row(615, Kind.AVAILABILITY, "the database moved while the server was reconfigured", _AZURE),
    _row(
        916,
        Kind.LOGIN,
        "the login has no user in the database",
        f"{_LEARN}/mssqlserver-916-database-engine-error",
    ),
    _row(921, Kind.AVAILABILITY, "the database has not been recovered yet", _E0),
    _row(926, Kind.AVAILABILITY, "the database is marked suspect, or was for a moment", _AZURE),
    _row(927, Kind.AVAILABILITY, "the database is being restored", _E0),
    _row(952, Kind.AVAILABILITY, "the database is in transition", _E0),
    _row(976, Kind.AVAILABILITY, "this replica does not serve queries", _E0),
    _row(983, Kind.AVAILABILITY, "this replica is neither primary nor secondary now", _E0),
    _row(988, Kind.AVAILABILITY, "the database lacks a quorum of nodes", _E0),
    _row(
        4060,
        Kind.LOGIN,
        "the database does not exist, is offline or is closed to this login",
        _E4000,
        _AZURE,
    ),
    _row(
        4064,
        Kind.LOGIN,
        "the login's default database cannot be opened",
        f"{_LEARN}/mssqlserver-4064-database-engine-error",
    ),
    _row(4221, Kind.AVAILABILITY, "the readable secondary is not ready yet", _AZURE),
    _row(10928, Kind.AVAILABILITY, "the limit of workers or sessions is reached", _LIMITS),
    _row(10929, Kind.AVAILABILITY, "the server is too busy for more than the minimum", _LIMITS),
    _row(10936, Kind.AVAILABILITY, "the elastic pool's limit is reached", _LIMITS),
    _row(17142, Kind.AVAILABILITY, "the server is paused", _E17000),
    _row(17187, Kind.AVAILABILITY, "the server is starting and takes no connections yet", _E17000),
    _row(17188, Kind.AVAILABILITY, "the server is shutting down", _E17000),
    _row(17197, Kind.AVAILABILITY, "the login timed out in the server under load", _E17000),
    _row(17806, Kind.LOGIN, "the SSPI handshake failed", _E17000),
    _row(17809, Kind.AVAILABILITY, "the highest number of user connections is reached", _E17000),
    _row(
        17892,
        Kind.LOGIN,
        "a logon trigger turned the login down",
        f"{_LEARN}/mssqlserver-17892-database-engine-error",
    ),
    _row(18401, Kind.AVAILABILITY, "the server is upgrading its own scripts", _E18000),
    _row(18450, Kind.LOGIN, "the login is not one of a trusted connection", _E18000),
    _row(18451, Kind.LOGIN, "only administrators may connect now", _E18000),
    _row(
        18452,
        Kind.LOGIN,
        "Windows authentication from an untrusted domain",
        f"{_LEARN}/mssqlserver-18452-database-engine-error",
    ),
    _row(
        18456, Kind.LOGIN, "the login failed", f"{_LEARN}/mssqlserver-18456-database-engine-error"
    ),
    _row(18461, Kind.LOGIN, "the server is in single-user mode", _E18000),
    _row(18470, Kind.LOGIN, "the login is disabled", _E18000),
    _row(18486, Kind.LOGIN, "the login is locked out", _E18000),
    _row(18487, Kind.LOGIN, "the login's password has expired", _E18000),
    _row(18488, Kind.LOGIN, "the login's password must be changed first", _E18000),
    _row(40143, Kind.AVAILABILITY, "the service met an error", _AZURE),
    _row(
        40197, Kind.AVAILABILITY, "the service met an error: upgrade, failover or hardware", _AZURE
    ),
    _row(40501, Kind.AVAILABILITY, "the service is busy: wait ten seconds", _AZURE),
    _row(40532, Kind.LOGIN, "the server name is not the one the gateway expects", _AZURE, _VNET),
    _row(40540, Kind.AVAILABILITY, "the service met an error", _AZURE),
    _row(40613, Kind.AVAILABILITY, "the database is not available now", _AZURE),
    _row(40615, Kind.LOGIN, "the server's firewall has no rule for this address", _AZURE, _VNET),
    _row(40914, Kind.LOGIN, "no virtual network rule lets this client in", _VNET),
    _row(42108, Kind.AVAILABILITY, "the SQL pool is paused", _SYNAPSE),
    _row(42109, Kind.AVAILABILITY, "the SQL pool is warming up", _SYNAPSE),
    _row(47073, Kind.LOGIN, "public network access is denied", _PRIVATE),
    _row(49918, Kind.AVAILABILITY, "not enough resources for this request", _AZURE),
    _row(49919, Kind.AVAILABILITY, "too many create or update operations", _AZURE),
    _row(49920, Kind.AVAILABILITY, "too many operations", _AZURE),
)

_BY_NUMBER: Final = {row.number: row for row in CATALOGUE}


def meaning_of(number: int) -> Meaning | None:
    """The catalogue's row, or None for a number that it does not know."""
    return _BY_NUMBER.get(number)


def kind_of(number: int) -> Kind | None:
    row = _BY_NUMBER.get(number)
    return None if row is None else row.kind
