"""The session: is it encrypted, and may the application do more than it should?"""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, SessionFacts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning


@rule(411, "encrypt-state", stage="session", needs=("session",))
def encrypt_state(facts: Facts, session: SessionFacts) -> Verdicts:
    """The server says that this very session is not encrypted.

    That is the evidence; settings only say what was asked for. It is an error, on this machine's
    own server a warning. Set `Encrypt=yes` in `extra_params` and give the server a certificate.

    Where the login may not see it, rule 412 says so and what would help.

    Source: Microsoft, "sys.dm_exec_connections".
    """
    if session.encrypted is not False:
        return  # Rule 412 speaks of what could not be seen.
    message = "the server says this session is not encrypted (sys.dm_exec_connections)"
    hint = "Set Encrypt=yes in OPTIONS['extra_params'] and give the server a certificate."
    if facts.settings.is_on_loopback:
        yield warning(f"{message}; it does not leave this machine", hint=hint)
    else:
        yield error(message, hint=hint)


@rule(435, "priv-sysadmin", stage="session", needs=("session.is_sysadmin",))
def priv_sysadmin(facts: Facts, is_sysadmin: bool) -> Verdicts:
    """The application logs in as a member of the server role sysadmin.

    Any injected statement then owns the server, not only the database. It is an error, on this
    machine's own server a warning. Use a login of its own whose database role has what the
    application needs.

    Source: Microsoft, "Security best practices" of mssql-django.
    """
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
    """The application's user is a member of db_owner, so it can drop what it works with.

    Run migrations as another user and give this one SELECT, INSERT, UPDATE, DELETE and EXECUTE on
    its schema. A sysadmin is dbo everywhere and is reported by 435 alone.

    Source: Microsoft, "Security best practices" of mssql-django.
    """
    # A sysadmin is dbo in every database: 435 has said it already.
    if is_db_owner and facts.read("session.is_sysadmin") is not True:
        yield warning(
            "the application's user is a member of db_owner",
            hint="Run migrations as another user and give this one SELECT, INSERT, UPDATE, "
            "DELETE and EXECUTE on its schema.",
        )
