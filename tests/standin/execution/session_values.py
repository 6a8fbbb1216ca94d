"""What a session answers when a statement asks for it: @@TRANCOUNT, DB_NAME(), ERROR_NUMBER() …

Keys and types are those of ``translation.parameters``; values are in storage form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.standin.engine import Failure
from tests.standin.execution.state import EngineSession

#: The most simultaneous user connections a server can have (Microsoft Learn, @@MAX_CONNECTIONS).
MAX_CONNECTIONS: Final = 32_767

_Value = Callable[[EngineSession], object]


def session_value(key: str, state: EngineSession) -> object:
    """The value for one key of SESSION_VALUES."""
    if key.startswith("serverproperty_"):
        return _server_property(key.removeprefix("serverproperty_"), state)
    if key.startswith("connectionproperty_"):
        return _connection_property(key.removeprefix("connectionproperty_"), state)
    return _VALUES[key](state)


def _server_property(name: str, state: EngineSession) -> object:
    profile = state.session.profile
    values: Mapping[str, object] = {
        "productversion": profile.product_version,
        "productlevel": profile.product_level,
        "productupdatelevel": profile.product_update_level,
        "productmajorversion": str(profile.version[0]),
        "productminorversion": str(profile.version[1]),
        "productbuild": str(profile.version[2]),
        "edition": profile.edition,
        "engineedition": profile.engine_edition,
        "collation": profile.collation,
        "servername": profile.server_name,
        "machinename": profile.server_name,
        "isexternalauthenticationonly": 0,
    }
    return values[name]


def _connection_property(name: str, state: EngineSession) -> object:
    """The server's own address is NULL in Azure SQL Database (CONNECTIONPROPERTY)."""
    session = state.session
    client, profile = session.client, session.profile
    hidden = session.rights.state.of_one_database
    values: Mapping[str, object] = {
        "net_transport": profile.net_transport,
        "protocol_type": "TSQL",
        "auth_scheme": profile.auth_scheme,
        "local_net_address": None if hidden else client.local_address or None,
        "local_tcp_port": None if hidden else client.local_port,
        "client_net_address": client.address or None,
        "physical_net_transport": profile.net_transport,
    }
    return values[name]


def _xact_state(state: EngineSession) -> int:
    transaction = state.session.transaction
    if not transaction.count:
        return 0
    return -1 if transaction.doomed else 1


def _lock_timeout(state: EngineSession) -> int:
    return int(state.session.options.get("LOCK_TIMEOUT", "-1"))


def _database_id(state: EngineSession) -> int:
    names = [name.lower() for name in state.databases.names]
    return names.index(state.session.database.lower()) + 1


def _decimal(value: int | None) -> str | None:
    return None if value is None else str(value)


def _caught(read: Callable[[Failure], object]) -> _Value:
    return lambda state: read(state.caught[-1]) if state.caught else None


_VALUES: Final[Mapping[str, _Value]] = {
    "trancount": lambda state: state.session.transaction.count,
    "rowcount": lambda state: state.row_count,
    "rowcount_big": lambda state: state.row_count,
    "error": lambda state: state.error,
    "spid": lambda state: state.session.spid,
    "identity": lambda state: _decimal(state.identity),
    "scope_identity": lambda state: _decimal(state.scope_identity),
    "xact_state": _xact_state,
    "nestlevel": lambda state: state.depth,
    "procid": lambda state: 0,
    "options": lambda state: 0,
    "lock_timeout": _lock_timeout,
    "datefirst": lambda state: state.session.date_first,
    "language": lambda state: state.session.language,
    "version": lambda state: state.session.profile.banner,
    "servername": lambda state: state.session.profile.server_name,
    "servicename": lambda state: "MSSQLSERVER",
    "max_connections": lambda state: MAX_CONNECTIONS,
    "max_precision": lambda state: 38,
    "fetch_status": lambda state: 0,
    "dbts": lambda state: state.handle.identities.last_rowversion(state.handle),
    "is_sysadmin": lambda state: int(state.session.profile.is_sysadmin),
    "is_db_owner": lambda state: int(state.session.profile.is_db_owner),
    "is_ddl_admin": lambda state: int(state.session.profile.is_ddl_admin),
    "db_name": lambda state: state.session.database,
    "db_id": _database_id,
    "schema_name": lambda state: state.session.profile.default_schema,
    "user_name": lambda state: state.session.user,
    "original_login": lambda state: state.session.login,
    "suser_sname": lambda state: state.session.login,
    "host_name": lambda state: state.session.host,
    "app_name": lambda state: state.session.application,
    "error_number": _caught(lambda caught: caught.number),
    "error_message": _caught(lambda caught: caught.message),
    "error_severity": _caught(lambda caught: caught.severity),
    "error_state": _caught(lambda caught: caught.state),
    "error_line": _caught(lambda caught: caught.line),
    "error_procedure": _caught(lambda caught: caught.procedure or None),
}
