"""The session: is it encrypted, and may the application do more than it should?"""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(411, "encrypt-state", stage="session", needs=("session.encrypted",))
def encrypt_state(facts: Facts, encrypted: bool) -> Verdicts:
    if encrypted:
        return
    message = "the server says this session is not encrypted (sys.dm_exec_connections)"
    hint = "Set Encrypt=yes in OPTIONS['extra_params'] and give the server a certificate."
    if facts.settings.is_on_loopback:
        yield warning(f"{message}; it does not leave this machine", hint=hint)
    else:
        yield error(message, hint=hint)


@rule(435, "priv-sysadmin", stage="session", needs=("session.is_sysadmin",))
def priv_sysadmin(facts: Facts, is_sysadmin: bool) -> Verdicts:
    if not is_sysadmin:
        return
    message = "the application logs in as a member of sysadmin"
    hint = (
        "Use a login of its own with a database role that has only what it needs: whoever gets "
        "hold of this one owns the server."
    )
    if facts.settings.is_on_loopback:
        yield warning(message, hint=hint)
    else:
        yield error(message, hint=hint)


@rule(436, "priv-db-owner", stage="session", needs=("session.is_db_owner",))
def priv_db_owner(facts: Facts, is_db_owner: bool) -> Verdicts:
    # A sysadmin is dbo in every database: 435 has said it already.
    if is_db_owner and facts.read("session.is_sysadmin") is not True:
        yield warning(
            "the application's user is a member of db_owner",
            hint="Run migrations as another user and give this one SELECT, INSERT, UPDATE, "
            "DELETE and EXECUTE on its schema.",
        )
