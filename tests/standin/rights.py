"""What the stand-in's user may do: everything with rows, and what its roles allow with tables.

A profile takes rights away by :class:`Denial`, as DENY does; there is no GRANT, DENY or REVOKE to
execute. Unlike on SQL Server a table stays visible to a user who may do nothing with it.

Sources: Microsoft Learn, "Permissions (Database Engine)", "DENY (Transact-SQL)" and "Database-level
roles".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tests.standin.state_rights import StateRights

#: Permissions on rows, which the stand-in's user has unless they are denied.
OF_ROWS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
#: Permissions to change what there is, which come with a role.
OF_DEFINITION: Final = frozenset({"ALTER", "CREATE SCHEMA", "CREATE TABLE", "CREATE VIEW"})


@dataclass(frozen=True, slots=True)
class Denial:
    """DENY ``permission``, on ``table`` (``"dbo.shop_order"``) or in the whole database."""

    permission: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one user; ``may_define`` is what db_owner and db_ddladmin have.

    ``state`` is what the login may see of the server's state.
    """

    may_define: bool = True
    denials: tuple[Denial, ...] = ()
    state: StateRights = field(default_factory=StateRights)

    def may(self, permission: str, table: str = "") -> bool:
        """Whether the user has the permission, on ``schema.table`` or in the database."""
        if permission in OF_DEFINITION and not self.may_define:
            return False
        return not any(
            denial.permission == permission and denial.table.lower() in ("", table.lower())
            for denial in self.denials
        )
