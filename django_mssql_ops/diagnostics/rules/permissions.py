"""What the application's user may do: too much with the schema, too little with its tables."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django_mssql_ops.diagnostics.facts import (
    Facts,
    PermissionFacts,
    SessionFacts,
    TablePermissions,
)
from django_mssql_ops.diagnostics.registry import Verdict, Verdicts, error, info, rule, warning

_SEPARATE: Final = (
    "Run migrations as a user of their own, and give this one SELECT, INSERT, UPDATE, DELETE and "
    "EXECUTE on its schema."
)
_ALL_RIGHTS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
_OF_OWNERS: Final = ("session.is_sysadmin", "session.is_db_owner")


@rule(
    437,
    "priv-ddl",
    stage="permissions",
    needs=("permissions.is_ddl_admin", "permissions.may_change_schema"),
)
def priv_ddl(facts: Facts, is_ddl_admin: bool, may_change_schema: bool) -> Verdicts:
    """The application's user may change the schema that it works with.

    Serving requests takes rows, not tables: a user that may also create, alter and drop tables
    turns an injected statement into a lost database. Membership of `db_ddladmin` covers the whole
    database and is a warning. ALTER on the user's own default schema is information, because many
    projects migrate with the login that serves. A db_owner and a sysadmin may do all this too;
    rules 435 and 436 speak of them.

    Let `migrate` use another login than the application, for instance by way of the environment
    variables that the settings read.

    Source: Microsoft, "Database-level roles", "HAS_PERMS_BY_NAME" and "Security best practices" of
    mssql-django.
    """
    if any(facts.read(path) is True for path in _OF_OWNERS):
        return
    if is_ddl_admin:
        yield warning("the application's user is a member of db_ddladmin", hint=_SEPARATE)
    elif may_change_schema:
        yield info("the application's user may alter its default schema", hint=_SEPARATE)


@rule(438, "priv-missing", stage="permissions", needs=("permissions", "permissions.tables"))
def priv_missing(
    facts: Facts, _found: PermissionFacts, tables: tuple[TablePermissions, ...]
) -> Verdicts:
    """The application's user lacks a permission on a table of an installed model.

    The model's queries fail at run time with error 229, often only on the page that first writes.
    Every table that the database routers let onto this alias is asked for SELECT, INSERT, UPDATE
    and DELETE, a table of an unmanaged model (it may be a view) for SELECT. An alias with
    `ApplicationIntent=ReadOnly` needs no more than SELECT. Grant what the hint names, on the table
    or, for all tables at once, on the schema:

        GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo TO [app];

    A table that cannot be seen either does not exist or the user has no permission on it at all:
    SQL Server does not tell the two apart. That is an error once all migrations of its app are
    applied, for an unmanaged model a warning, since its table may live in another database that
    no router names. While migrations wait, rule 462 speaks instead.

    Source: Microsoft, "HAS_PERMS_BY_NAME" and "Metadata visibility configuration".
    """
    user = _user(facts)
    needed = _needed(facts)
    waiting = _apps_that_wait(facts)
    for table in tables:
        missing = [right for right in table.missing if right in needed]
        if missing:
            yield _lacks(table, ", ".join(missing), user)
        elif not table.exists and waiting is not None and table.app_label not in waiting:
            yield _unseen(table, ", ".join(needed), user)


def _needed(facts: Facts) -> tuple[str, ...]:
    return ("SELECT",) if facts.settings.application_intent == "readonly" else _ALL_RIGHTS


def _lacks(table: TablePermissions, rights: str, user: str) -> Verdict:
    return error(
        f"the application's user may not {rights} on {table.table}",
        hint=f"GRANT {rights} ON {table.table} TO {user}.",
        about=table.table,
    )


def _unseen(table: TablePermissions, rights: str, user: str) -> Verdict:
    message = f"{table.table} does not exist, or the application's user has no permission on it"
    if not table.is_managed:
        return warning(
            f"{message}; its model is unmanaged",
            hint=f"GRANT SELECT ON {table.table} TO {user}. If it is in another database, say so "
            "in a database router (allow_migrate).",
            about=table.table,
        )
    return error(
        message,
        hint=f"GRANT {rights} ON {table.table} TO {user}, or find out who dropped it.",
        about=table.table,
    )


def _user(facts: Facts) -> str:
    session = facts.session
    return f"[{session.user}]" if isinstance(session, SessionFacts) else "<user>"


def _apps_that_wait(facts: Facts) -> Collection[str] | None:
    """The apps whose tables may rightly be missing; None when nobody knows."""
    pending = facts.read("schema.pending")
    if facts.read("schema.history_exists") is not True or not isinstance(pending, tuple):
        return None
    return {name.partition(".")[0] for name in pending}
