"""Who the application is on the server."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, SessionFacts
from django_mssql_ops.diagnostics.registry import Verdicts, info, rule

_GUEST = "guest"


@rule(409, "login-identity", stage="session", needs=("session",))
def login_identity(_facts: Facts, session: SessionFacts) -> Verdicts:
    """Who the application is: its login, its database user and that user's default schema.

    This is information. Permissions belong to the user, so this is the name that a GRANT needs,
    and tables without a schema in `db_table` are looked for in the default schema and then in
    `dbo`. Two things are worth a second look: a user called `guest` means that the login has no
    user of its own in this database, and an original login that differs means that the session
    was switched to another identity after it logged in.

    Source: Microsoft, "SUSER_SNAME", "ORIGINAL_LOGIN", "USER_NAME" and "SCHEMA_NAME".
    """
    message = (
        f"logged in as {session.login}, user {session.user}, "
        f"default schema {session.default_schema or 'none'}"
    )
    if session.original_login.lower() != session.login.lower():
        message += f"; the login itself was {session.original_login}"
    hint = ""
    if session.user.lower() == _GUEST:
        hint = "The login has no user of its own here: CREATE USER ... FOR LOGIN ...."
    yield info(message, hint=hint)
