"""What a login may see of the server's state: sessions, connections, requests, replicas.

Sources, Microsoft Learn: the sections "Permissions" of sys.dm_exec_sessions,
sys.dm_exec_connections, sys.dm_exec_requests, sys.dm_os_waiting_tasks,
sys.dm_user_db_resource_governance and sys.dm_database_replica_states; HAS_PERMS_BY_NAME;
"Permissions (Database Engine)" for what a permission covers. The PERFORMANCE and SECURITY halves
came with SQL Server 2022 and to Azure SQL.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SERVER_STATE: Final = "VIEW SERVER STATE"
SERVER_PERFORMANCE_STATE: Final = "VIEW SERVER PERFORMANCE STATE"
SERVER_SECURITY_STATE: Final = "VIEW SERVER SECURITY STATE"
DATABASE_STATE: Final = "VIEW DATABASE STATE"
DATABASE_PERFORMANCE_STATE: Final = "VIEW DATABASE PERFORMANCE STATE"
DATABASE_SECURITY_STATE: Final = "VIEW DATABASE SECURITY STATE"

ON_SERVER: Final = frozenset({SERVER_STATE, SERVER_PERFORMANCE_STATE, SERVER_SECURITY_STATE})
IN_DATABASE: Final = frozenset(
    {DATABASE_STATE, DATABASE_PERFORMANCE_STATE, DATABASE_SECURITY_STATE}
)
#: The halves, which older products do not know.
_GRANULAR: Final = (ON_SERVER | IN_DATABASE) - {SERVER_STATE, DATABASE_STATE}
_COVERS: Final = {
    SERVER_STATE: ON_SERVER | IN_DATABASE,
    SERVER_PERFORMANCE_STATE: {DATABASE_PERFORMANCE_STATE},
    SERVER_SECURITY_STATE: {DATABASE_SECURITY_STATE},
    DATABASE_STATE: IN_DATABASE,
}


class Sight(enum.Enum):
    """Whose sessions a login sees."""

    OWN = "own"
    OF_DATABASE = "of the database"
    OF_SERVER = "of the server"


def covered(permissions: Iterable[str]) -> frozenset[str]:
    """Permissions with those that they cover."""
    held = frozenset(permissions)
    return held.union(*(_COVERS.get(permission, ()) for permission in held))


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRights:
    """The permissions of one login; ``held`` has what they cover as well.

    ``of_one_database`` is Azure SQL Database and SQL database in Fabric, where nothing of the
    server is anybody's. ``lacks`` are the views that the product does not have. ``is_granular``
    says that it knows the halves. ``closes_connections`` is a small service objective of
    Azure SQL Database, where only an administrator of the server sees connections and waits.
    """

    held: frozenset[str] = ON_SERVER | IN_DATABASE
    of_one_database: bool = False
    lacks: frozenset[str] = frozenset()
    is_granular: bool = True
    closes_connections: bool = False

    def has(self, permission: str, known: frozenset[str]) -> int | None:
        """HAS_PERMS_BY_NAME: NULL for a class or permission that the product does not have."""
        if permission not in known or (permission in _GRANULAR and not self.is_granular):
            return None
        if self.of_one_database and known is ON_SERVER:
            return None
        return int(permission in self.held)

    @property
    def sight(self) -> Sight:
        """Whose sessions and requests the login sees; everybody sees the own ones."""
        if self.of_one_database:
            return Sight.OF_DATABASE if DATABASE_PERFORMANCE_STATE in self.held else Sight.OWN
        return Sight.OF_SERVER if SERVER_PERFORMANCE_STATE in self.held else Sight.OWN

    def missing_for(self, view: str) -> str:
        """The permission that stands between the login and a view of sys; empty for none."""
        needed = self._needed(view)
        return needed if needed and needed not in self.held else ""

    def _needed(self, view: str) -> str:
        """What a view asks for; the others are everybody's, or show only what is seen."""
        if self.closes_connections and view in _CLOSED_BY_SERVICE_OBJECTIVE:
            return SERVER_STATE
        before, since_2022, in_database = _NEEDED.get(view, ("", "", ""))
        if self.of_one_database:
            return in_database
        return since_2022 if self.is_granular else before


#: What a view needs: before SQL Server 2022, since then, and where there is only a database.
_NEEDED: Final = {
    "dm_exec_connections": (SERVER_STATE, SERVER_SECURITY_STATE, DATABASE_STATE),
    "dm_os_waiting_tasks": (SERVER_STATE, SERVER_PERFORMANCE_STATE, DATABASE_STATE),
    "dm_hadr_database_replica_states": (SERVER_STATE, SERVER_PERFORMANCE_STATE, DATABASE_STATE),
    "dm_database_replica_states": (DATABASE_STATE, DATABASE_STATE, DATABASE_STATE),
    "dm_user_db_resource_governance": (DATABASE_STATE, DATABASE_STATE, DATABASE_STATE),
    "fn_hadr_is_primary_replica": (SERVER_STATE, SERVER_STATE, SERVER_STATE),
}
_CLOSED_BY_SERVICE_OBJECTIVE: Final = frozenset({"dm_exec_connections", "dm_os_waiting_tasks"})
