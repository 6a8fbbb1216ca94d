"""sys.dm_exec_requests and sys.dm_os_waiting_tasks (Microsoft Learn): who runs, and who waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.standin.activity import RequestUnderWay
from tests.standin.execution.commands import command_of
from tests.standin.execution.server_seen import (
    SYSTEM_SESSION,
    Row,
    Seen,
    engine_half,
    milliseconds_since,
    settings_of,
    stored_datetime,
    waiting_of,
)
from tests.standin.session import Session
from tests.standin.state_rights import Sight

_SYSTEM_COMMAND: Final = "LAZY WRITER"


def requests(seen: Seen) -> Iterator[Row]:
    """The requests that are being answered, the own one included."""
    if seen.sight is Sight.OF_SERVER:
        yield _system_request(seen)
    for session in seen.sessions():
        request = session.activity.request
        if request is not None:
            yield _request(seen, session, request)


def _request(seen: Seen, session: Session, request: RequestUnderWay) -> Row:
    waiting, half = waiting_of(seen, session), engine_half(session)
    return {
        **settings_of(session),
        "session_id": session.spid,
        "start_time": stored_datetime(request.started),
        "status": "running" if waiting is None else "suspended",
        "command": command_of(session.activity.statement) or request.command,
        "database_id": seen.id_of(session.database),
        "connection_id": str(session.client.connection_id).upper(),
        "blocking_session_id": waiting.behind if waiting else 0,
        "wait_type": waiting.kind if waiting else None,
        "wait_time": waiting.milliseconds if waiting else 0,
        "last_wait_type": waiting.kind if waiting else "",
        "wait_resource": waiting.resource if waiting else "",
        "open_transaction_count": session.transaction.count,
        "total_elapsed_time": milliseconds_since(request.started),
        "row_count": half.row_count if half else 0,
        "prev_error": half.error if half else 0,
        "nest_level": half.depth if half else 0,
    }


def _system_request(seen: Seen) -> Row:
    return {
        "session_id": SYSTEM_SESSION,
        "start_time": stored_datetime(seen.asker.activity.logged_in),
        "status": "background",
        "command": _SYSTEM_COMMAND,
        "database_id": 1,
        "blocking_session_id": 0,
        "wait_type": "LAZYWRITER_SLEEP",
        "wait_time": 0,
        "last_wait_type": "LAZYWRITER_SLEEP",
        "wait_resource": "",
        "open_transaction_count": 0,
        "total_elapsed_time": 0,
        "row_count": 0,
        "prev_error": 0,
        "nest_level": 0,
        "date_first": 7,
        "arithabort": 0,
        "transaction_isolation_level": 2,
        "lock_timeout": -1,
    }


def waiting_tasks(seen: Seen) -> Iterator[Row]:
    """The requests that wait."""
    for session in seen.sessions():
        waiting = waiting_of(seen, session)
        if waiting is not None and session.activity.request is not None:
            yield {
                "session_id": session.spid,
                "wait_duration_ms": waiting.milliseconds,
                "wait_type": waiting.kind,
                "blocking_session_id": waiting.behind or None,
                "resource_description": waiting.resource or None,
            }
