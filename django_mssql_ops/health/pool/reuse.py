"""Whether a pool under Django really gives a closed connection out again, seen on the own one.

The own connection is closed and opened, so there is never a second socket. What is compared:

- ``@@SPID``. Another number is another session: nothing was reused. The same number alone proves
  nothing, because SQL Server hands out the lowest one that is free.
- ``connection_id`` of sys.dm_exec_connections, "identifies each connection uniquely" (Microsoft
  Learn), where the login may read it: the same one is the same connection, which a reset of the
  session by a pool does not change.
- The sockets of this process, where Linux shows them. Other threads open and close sockets at the
  same time, so only this counts: a login that opened no socket at all was given an open connection;
  so was one behind a close that closed none, since the server does not give out the number of a
  session that still is. Where both happened it is done once more: a socket that came with the first
  login and went with its close was that login's own.

Every question is one row in one packet: a fetch through mssql-python holds Python's global lock.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.pooling.sockets import open_sockets

#: session_id, and whether sys.dm_exec_connections may be read (int: 1, 0 or NULL): VIEW SERVER
#: STATE, from SQL Server 2022 on VIEW SERVER SECURITY STATE, on Azure SQL Database of the database.
SESSION: Final = """\
SELECT @@SPID AS session_id,
 HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') AS server_state,
 HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER SECURITY STATE') AS server_security,
 HAS_PERMS_BY_NAME(NULL, 'DATABASE', 'VIEW DATABASE STATE') AS database_state"""
#: connection_id as text. With MARS a session has more rows, whose transport is 'Session'.
CONNECTION: Final = """\
SELECT MAX(CAST(c.connection_id AS nvarchar(36))) AS connection_id
FROM sys.dm_exec_connections AS c
WHERE c.session_id = @@SPID AND c.net_transport <> 'Session'"""

_NOT_SEEN: Final = Unreadable(
    "the session number is the same, which proves nothing, and no more can be seen",
    hint="on Linux the process's sockets tell, elsewhere the login needs VIEW SERVER STATE",
)


class Reopenable(Protocol):
    """The own connection, as far as it is needed here."""

    @property
    def connection(self) -> Any:
        """The raw connection that is open now."""

    def reopen(self) -> None:
        """Close it and open another."""


class Proof(enum.Enum):
    """What showed it."""

    SESSION = "session number"
    CONNECTION = "connection id"
    SOCKETS = "sockets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """Whether the connection that was closed is the one that was given out, and what showed it."""

    is_reused: bool
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """What one connection looks like, and the sockets that were open beside it."""

    session: int
    connection: str | None
    sockets: frozenset[str] | None


def observe_reuse(
    own: Reopenable, sockets: Callable[[], frozenset[str] | None] = open_sockets
) -> Reuse | Unreadable:
    """Close and open ``own`` once, or twice where once leaves doubt, and compare.

    It costs one or two logins where nothing is reused. Raises what the driver raises.
    """
    first = _note(own, sockets)
    own.reopen()
    second = _note(own, sockets)
    found = _compared(first, second)
    if found is not None:
        return found
    own.reopen()
    third = _note(own, sockets)
    return _compared(second, third) or _came_and_went(first, second, third)


def _note(own: Reopenable, sockets: Callable[[], frozenset[str] | None]) -> _Noted:
    session, *permissions = _row(own.connection, SESSION)
    return _Noted(
        session=session,
        connection=_connection_id(own.connection) if 1 in permissions else None,
        sockets=sockets(),
    )


def _connection_id(connection: Any) -> str | None:
    try:
        [found] = _row(connection, CONNECTION)
    except Exception:
        # A permission that was not enough here: a fact less. A connection that is lost fails again.
        return None
    return found if isinstance(found, str) and found else None


def _row(connection: Any, statement: str) -> list[Any]:
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        return list(cursor.fetchone())
    finally:
        cursor.close()


def _compared(before: _Noted, after: _Noted) -> Reuse | None:
    """What one close and one login show for certain."""
    if before.session != after.session:
        return Reuse(is_reused=False, proof=Proof.SESSION)
    if before.connection and after.connection:
        is_same = before.connection == after.connection
        return Reuse(is_reused=is_same, proof=Proof.CONNECTION)
    if before.sockets is None or after.sockets is None:
        return None
    came, went = after.sockets - before.sockets, before.sockets - after.sockets
    return None if came and went else Reuse(is_reused=True, proof=Proof.SOCKETS)


def _came_and_went(first: _Noted, second: _Noted, third: _Noted) -> Reuse | Unreadable:
    """What two rounds show, each of which opened and closed sockets."""
    if first.sockets is None or second.sockets is None or third.sockets is None:
        return _NOT_SEEN
    closed = (second.sockets - first.sockets) - third.sockets
    return Reuse(is_reused=not closed, proof=Proof.SOCKETS)
