"""What is left to say where the server does not tell whether the session is encrypted."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.diagnostics.facts import Facts, ServerFacts, SessionFacts, Unreadable
from django_mssql_ops.diagnostics.lifecycle import EVERGREEN_EDITIONS
from django_mssql_ops.diagnostics.registry import Verdicts, rule, unknown

_AZURE_SQL_DATABASE: Final = frozenset({5, 12})
#: SQL Server 2022.
_FIRST_WITH_SECURITY_STATE: Final = (16,)


@rule(412, "encrypt-state-unknown", stage="session")
def encrypt_state_unknown(facts: Facts) -> Verdicts:
    """The login may not see whether its own session is encrypted.

    The server keeps that in `sys.dm_exec_connections`, which needs a permission that application
    logins rarely have. So rule 411 has no evidence, and this finding says what there is instead:
    with `Encrypt=yes` or `strict` in force the driver itself ends a connection that does not come
    to be encrypted, so the settings are good evidence. To see it from the server's side as well,
    give the login the permission that the hint names; it allows to look and nothing else. Which
    one depends on the product: `VIEW SERVER STATE`, from SQL Server 2022 on
    `VIEW SERVER SECURITY STATE`, on Azure SQL Database and SQL database in Fabric
    `VIEW DATABASE STATE`.

    Source: Microsoft, "sys.dm_exec_connections"; that SQL Server 2022 asks for the other permission
    has not been tried on a server yet.
    """
    session = facts.session
    if not isinstance(session, SessionFacts) or not isinstance(session.encrypted, Unreadable):
        return
    yield unknown(
        "whether this session is encrypted could not be seen on the server "
        f"({session.encrypted.reason}); {_evidence(facts)}",
        hint=_grant(facts, session) if session.encrypted.hint else "",
    )


def _evidence(facts: Facts) -> str:
    if facts.settings.encrypt in ("yes", "strict"):
        return (
            f"Encrypt={facts.settings.encrypt} is in force, with which the driver ends a "
            "connection that is not"
        )
    if facts.read("prelogin.encryption") == "REQ":
        return "the server insists on encryption"
    return "nothing in the settings insists on encryption"


def _grant(facts: Facts, session: SessionFacts) -> str:
    """The permission for this very server, where it is known which one it is."""
    server = facts.server
    if not isinstance(server, ServerFacts):
        return session.encrypted.hint if isinstance(session.encrypted, Unreadable) else ""
    if server.engine_edition in _AZURE_SQL_DATABASE:
        return f"GRANT VIEW DATABASE STATE TO [{session.user}]."
    is_evergreen = server.engine_edition in EVERGREEN_EDITIONS
    is_new = not is_evergreen and server.version[:1] >= _FIRST_WITH_SECURITY_STATE
    permission = "VIEW SERVER SECURITY STATE" if is_new else "VIEW SERVER STATE"
    return f"In master: GRANT {permission} TO [{session.login}]."
