"""Errors of missing permissions.

Texts are those of sys.messages, as Microsoft Learn's "Database Engine events and errors" lists
them; the states are not documented.
"""

from __future__ import annotations

from tests.standin.catalog.model import Table, View
from tests.standin.engine import StatementFailed
from tests.standin.errors import failure, followed
from tests.standin.state_rights import ON_SERVER


def denied_on_object(permission: str, relation: Table | View, database: str) -> StatementFailed:
    return failure(
        229,
        f"The {permission} permission was denied on the object '{relation.name}', "
        f"database '{database}', schema '{relation.schema}'.",
        severity=14,
        state=5,
    )


def denied_in_database(permission: str, database: str) -> StatementFailed:
    return failure(262, f"{permission} permission denied in database '{database}'.", severity=14)


def denied_state(permission: str, database: str) -> StatementFailed:
    """300 for a permission on the server, 262 for one in the database; 297 follows either."""
    first = (
        failure(
            300,
            f"{permission} permission was denied on object 'server', database 'master'.",
            severity=14,
        )
        if permission in ON_SERVER
        else denied_in_database(permission, database)
    )
    return followed(
        first, failure(297, "The user does not have permission to perform this action.")
    )
