"""Refuses what the session's user may not do with a table or view."""

from __future__ import annotations

from tests.standin.catalog.model import Table, View
from tests.standin.errors.permissions import denied_on_object
from tests.standin.translation.plan import Scope


def require(scope: Scope, permission: str, relation: Table | View) -> None:
    """Raises StatementFailed with 229; temporary tables are the session's own."""
    if isinstance(relation, Table) and relation.temporary:
        return
    if not scope.rights.may(permission, f"{relation.schema}.{relation.name}"):
        raise denied_on_object(permission, relation, scope.catalog.database)
