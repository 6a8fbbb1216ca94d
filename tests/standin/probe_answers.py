"""What the stand-in answers to the probes of ``mssql_check``: each query constant, by its text.

Errors 300 and 297 for a login without VIEW SERVER STATE: Microsoft Learn, Database Engine events
and errors, and sys.dm_exec_connections (Permissions). The server sends both, 300 first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from django_mssql_ops.diagnostics import queries
from tests.standin.columns import one_row
from tests.standin.engine import Result
from tests.standin.errors.permissions import denied_state
from tests.standin.script import normalise
from tests.standin.session import Session


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
    missing = session.rights.state.missing_for("dm_exec_connections")
    if missing:
        failed = denied_state(missing, session.database).failure
        yield replace(failed, followed_by=())
        yield from failed.followed_by
        return
    yield one_row(encrypt_option="TRUE" if session.encrypted else "FALSE")


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
