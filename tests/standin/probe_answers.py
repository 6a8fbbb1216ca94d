"""What the stand-in answers to the probes of ``mssql_check``: each query constant, by its text.

Errors 300 and 297 for a login without VIEW SERVER STATE: Microsoft Learn, Database Engine events
and errors, and sys.dm_exec_connections (Permissions). The server sends both, 300 first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django_mssql_ops.diagnostics import queries
from tests.standin.columns import one_row
from tests.standin.engine import Failure, Result
from tests.standin.script import normalise
from tests.standin.session import Session

#: The name of the permission changed with SQL Server 2022 (major version 16).
_NEW_PERMISSION_SINCE: Final = 16


def _session(session: Session) -> Iterable[Result]:
    profile = session.profile
    yield one_row(
        login_name=session.login,
        original_login=session.login,
        user_name=session.user,
        default_schema=profile.default_schema,
        is_sysadmin=int(profile.is_sysadmin),
        is_db_owner=int(profile.is_db_owner),
        net_transport=profile.net_transport,
        auth_scheme=profile.auth_scheme,
    )


def _encryption(session: Session) -> Iterable[Result]:
    if session.profile.view_server_state:
        yield one_row(encrypt_option="TRUE" if session.encrypted else "FALSE")
        return
    yield from _permission_denied(session)


def _permission_denied(session: Session) -> Iterable[Result]:
    new = session.profile.version[0] >= _NEW_PERMISSION_SINCE
    permission = "VIEW SERVER SECURITY STATE" if new else "VIEW SERVER STATE"
    yield Failure(
        number=300,
        severity=14,
        message=f"{permission} permission was denied on object 'server', database 'master'.",
    )
    yield Failure(number=297, message="The user does not have permission to perform this action.")


def _server(session: Session) -> Iterable[Result]:
    profile = session.profile
    yield one_row(
        product_version=profile.product_version,
        product_level=profile.product_level,
        product_update_level=profile.product_update_level,
        edition=profile.edition,
        engine_edition=profile.engine_edition,
        collation=profile.collation,
        server_name=profile.server_name,
        banner=profile.banner,
    )


def _database(session: Session) -> Iterable[Result]:
    profile = session.profile
    yield one_row(
        name=session.database,
        state=profile.database_state,
        user_access=profile.user_access,
        updateability=profile.updateability,
        read_committed_snapshot=int(profile.read_committed_snapshot),
        snapshot_isolation=profile.snapshot_isolation,
        compatibility_level=profile.compatibility_level,
        collation=profile.database_collation,
        tempdb_collation=profile.tempdb_collation,
        auto_close=int(profile.auto_close),
        auto_shrink=int(profile.auto_shrink),
        page_verify=profile.page_verify,
    )


#: One row for each constant of ``diagnostics.queries``; a test compares the column names.
PROBE_ANSWERS: Final[dict[str, Callable[[Session], Iterable[Result]]]] = {
    normalise(queries.SESSION): _session,
    normalise(queries.ENCRYPTION): _encryption,
    normalise(queries.SERVER): _server,
    normalise(queries.DATABASE): _database,
}
