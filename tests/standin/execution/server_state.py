"""The rows of the dynamic management views: what the server's sessions are doing right now.

Each view is read when a statement asks for it and never before. What the columns mean: Microsoft
Learn, the page of each view. What the stand-in does not measure (memory, reads, CPU time) is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tests.standin.execution.server_requests import requests, waiting_tasks
from tests.standin.execution.server_seen import (
    SYSTEM_SESSION,
    Row,
    Seen,
    engine_half,
    milliseconds_since,
    settings_of,
    stored_datetime,
)
from tests.standin.runtime import DatabaseFacts
from tests.standin.session import Session
from tests.standin.state_rights import Sight


def rows(view: str, asker: Session, databases: Sequence[DatabaseFacts]) -> list[Row]:
    """The rows of a view as the session that asks may see them."""
    return list(_VIEWS[view](Seen(asker, databases)))


# --- sys.dm_exec_sessions -------------------------------------------------------------------------


def _sessions(seen: Seen) -> Iterator[Row]:
    if seen.sight is Sight.OF_SERVER:
        yield _system_session(seen)
    for session in seen.sessions():
        yield _session(seen, session)


def _session(seen: Seen, session: Session) -> Row:
    activity, half = session.activity, engine_half(session)
    return {
        **settings_of(session),
        "session_id": session.spid,
        "login_time": stored_datetime(activity.logged_in),
        "host_name": session.host,
        "program_name": session.application,
        "host_process_id": session.client.process_id,
        "client_version": session.protocol_version >> 28 or 8,
        "client_interface_name": session.client.interface,
        "login_name": session.login,
        "original_login_name": session.login,
        "status": "sleeping" if activity.request is None else "running",
        "total_elapsed_time": milliseconds_since(activity.logged_in),
        "last_request_start_time": stored_datetime(activity.last_started),
        "last_request_end_time": stored_datetime(activity.last_ended),
        "is_user_process": 1,
        "row_count": half.row_count if half else 0,
        "prev_error": half.error if half else 0,
        "database_id": seen.id_of(session.database),
        "open_transaction_count": session.transaction.count,
    }


def _system_session(seen: Seen) -> Row:
    return {
        "session_id": SYSTEM_SESSION,
        "login_time": stored_datetime(seen.asker.activity.logged_in),
        "login_name": "sa",
        "original_login_name": "sa",
        "status": "sleeping",
        "total_elapsed_time": 0,
        "last_request_start_time": stored_datetime(seen.asker.activity.logged_in),
        "is_user_process": 0,
        "row_count": 0,
        "prev_error": 0,
        "date_first": 7,
        "arithabort": 0,
        "transaction_isolation_level": 2,
        "lock_timeout": -1,
        "database_id": 1,
        "open_transaction_count": 0,
    }


# --- sys.dm_exec_connections ----------------------------------------------------------------------


def _connections(seen: Seen) -> Iterator[Row]:
    """Ports and the server's address are NULL in Azure SQL Database."""
    hidden = seen.asker.rights.state.of_one_database
    for session in seen.sessions():
        client, profile = session.client, session.profile
        received, sent = client.traffic()
        yield {
            "session_id": session.spid,
            "connect_time": stored_datetime(client.connected),
            "net_transport": profile.net_transport,
            "protocol_version": session.protocol_version,
            "encrypt_option": "TRUE" if session.encrypted else "FALSE",
            "auth_scheme": profile.auth_scheme,
            "num_reads": received,
            "num_writes": sent,
            "last_read": stored_datetime(session.activity.last_started),
            "last_write": stored_datetime(session.activity.last_ended),
            "net_packet_size": client.packet_size,
            "client_net_address": client.address or None,
            "client_tcp_port": None if hidden else client.port,
            "local_net_address": None if hidden else client.local_address or None,
            "local_tcp_port": None if hidden else client.local_port,
            "connection_id": str(client.connection_id).upper(),
        }


# --- replicas, limits -----------------------------------------------------------------------------


def _replicas(seen: Seen) -> Iterator[Row]:
    """The local replica of each database in an availability group."""
    for facts in seen.databases:
        if facts.is_primary_replica is not None:
            yield {
                "database_id": facts.database_id,
                "is_primary_replica": int(facts.is_primary_replica),
                "database_state_desc": facts.state,
            }


def _own_replica(seen: Seen) -> Iterator[Row]:
    """Azure SQL Database has a row for every database, in an availability group or not."""
    facts = seen.own_database()
    if facts is not None:
        primary = facts.is_primary_replica is not False
        yield {
            "database_id": facts.database_id,
            "is_primary_replica": int(primary),
            "database_state_desc": facts.state,
        }


def _governance(seen: Seen) -> Iterator[Row]:
    facts = seen.own_database()
    if facts is not None:
        yield {
            "database_id": facts.database_id,
            "server_name": seen.profile.server_name,
            "database_name": facts.name,
            "slo_name": facts.service_objective,
            "max_sessions": seen.profile.max_sessions,
            "replica_type": int(facts.is_primary_replica is False),
        }


_VIEWS: Final[Mapping[str, Callable[[Seen], Iterator[Row]]]] = {
    "dm_exec_sessions": _sessions,
    "dm_exec_connections": _connections,
    "dm_exec_requests": requests,
    "dm_os_waiting_tasks": waiting_tasks,
    "dm_hadr_database_replica_states": _replicas,
    "dm_database_replica_states": _own_replica,
    "dm_user_db_resource_governance": _governance,
}
