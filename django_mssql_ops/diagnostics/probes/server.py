"""What the open connection tells: session, server, database. One round trip a question.

Every answer that a permission withholds becomes Unreadable with the GRANT that would help.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.diagnostics import queries
from django_mssql_ops.diagnostics.facts import (
    DatabaseFacts,
    Fact,
    ServerFacts,
    SessionFacts,
    Unreadable,
)
from django_mssql_ops.diagnostics.probes.asking import Row, ask

_GRANT_STATE: Final = (
    "GRANT VIEW SERVER STATE TO <login> (VIEW SERVER SECURITY STATE from SQL Server 2022 on, "
    "VIEW DATABASE STATE on Azure SQL Database)"
)


def probe_session(wrapper: BaseDatabaseWrapper, *, limit: float) -> SessionFacts | Unreadable:
    """Two round trips: the session itself, and whether the server says it is encrypted."""
    row = ask(wrapper, queries.SESSION, limit=limit)
    if isinstance(row, Unreadable):
        return row
    encryption = ask(wrapper, queries.ENCRYPTION, limit=limit, grant=_GRANT_STATE)
    return SessionFacts(
        login=_text(row["login_name"]),
        original_login=_text(row["original_login"]),
        user=_text(row["user_name"]),
        default_schema=_text(row["default_schema"]),
        is_sysadmin=_flag(row["is_sysadmin"]),
        is_db_owner=_flag(row["is_db_owner"]),
        net_transport=_known(row["net_transport"]),
        auth_scheme=_known(row["auth_scheme"]),
        encrypted=_encrypted(encryption),
    )


def probe_server(wrapper: BaseDatabaseWrapper, *, limit: float) -> ServerFacts | Unreadable:
    """One round trip."""
    row = ask(wrapper, queries.SERVER, limit=limit)
    if isinstance(row, Unreadable):
        return row
    return ServerFacts(
        version=parse_version(_text(row["product_version"])),
        level=_text(row["product_level"]),
        update_level=_text(row["product_update_level"]),
        edition=_text(row["edition"]),
        engine_edition=int(row["engine_edition"] or 0),
        collation=_text(row["collation"]),
        name=_text(row["server_name"]),
        banner=_text(row["banner"]).partition("\n")[0].strip(),
    )


def probe_database(wrapper: BaseDatabaseWrapper, *, limit: float) -> DatabaseFacts | Unreadable:
    """One round trip."""
    row = ask(wrapper, queries.DATABASE, limit=limit)
    if isinstance(row, Unreadable):
        return row
    level = row["compatibility_level"]
    return DatabaseFacts(
        name=_text(row["name"]),
        state=_known(row["state"]),
        user_access=_known(row["user_access"]),
        updateability=_known(row["updateability"]),
        read_committed_snapshot=_flag(row["read_committed_snapshot"]),
        snapshot_isolation=_known(row["snapshot_isolation"]),
        compatibility_level=Unreadable("the server says NULL") if level is None else int(level),
        collation=_known(row["collation"]),
        tempdb_collation=_known(row["tempdb_collation"]),
        auto_close=_flag(row["auto_close"]),
        auto_shrink=_flag(row["auto_shrink"]),
        page_verify=_known(row["page_verify"]),
    )


def parse_version(text: str) -> tuple[int, ...]:
    """``"16.0.4265.3"`` -> (16, 0, 4265, 3); what is no number ends it."""
    numbers: list[int] = []
    for part in text.split("."):
        if not part.strip().isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _encrypted(row: Row | Unreadable) -> Fact[bool]:
    option = row if isinstance(row, Unreadable) else _known(row["encrypt_option"])
    return option if isinstance(option, Unreadable) else option.upper() == "TRUE"


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _known(value: object) -> Fact[str]:
    return Unreadable("the server says NULL") if value is None else str(value)


def _flag(value: object) -> Fact[bool]:
    return Unreadable("the server says NULL") if value is None else bool(value)
