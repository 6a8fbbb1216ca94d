"""Refuses what the session's user may not do with a table or view."""

from __future__ import annotations

from tests.standin.catalog.model import SystemView, Table, View
from tests.standin.errors import binding
from tests.standin.errors.permissions import denied_on_object, denied_state
from tests.standin.translation.plan import Scope


def require(scope: Scope, permission: str, relation: Table | View) -> None:
    """Raises StatementFailed with 229; temporary tables are the session's own."""
    if isinstance(relation, Table) and relation.temporary:
        return
    if not scope.rights.may(permission, f"{relation.schema}.{relation.name}"):
        raise denied_on_object(permission, relation, scope.catalog.database)


def require_state(scope: Scope, view: SystemView, written: str) -> None:
    """Raises StatementFailed with 208 for a view that the product does not have, 300 or 262.

    Also for a part of the statement that would not be executed, which is stricter than the
    documentation says.
    """
    if view.name in scope.rights.state.lacks:
        raise binding.invalid_object(written)
    require_server_state(scope, view.name)


def require_server_state(scope: Scope, name: str) -> None:
    """The same for a view or function of sys that there is."""
    missing = scope.rights.state.missing_for(name)
    if missing:
        raise denied_state(missing, scope.catalog.database)
