"""Functions that ask the session: who it is, what failed, what the server is.

Sources: Microsoft Learn, "Security Functions", "System Functions (Transact-SQL)", SERVERPROPERTY.
"""

from __future__ import annotations

from typing import Final

from tests.standin.sqltypes.sql_type import INT, SqlType
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.parameters import CONNECTION_PROPERTIES, SESSION_VALUES
from tests.standin.translation.plan import Fragment

#: Functions without arguments and what the session calls their value.
_VALUES: Final = {
    "SCOPE_IDENTITY": "scope_identity",
    "XACT_STATE": "xact_state",
    "ERROR_NUMBER": "error_number",
    "ERROR_MESSAGE": "error_message",
    "ERROR_SEVERITY": "error_severity",
    "ERROR_STATE": "error_state",
    "ERROR_LINE": "error_line",
    "ERROR_PROCEDURE": "error_procedure",
    "ROWCOUNT_BIG": "rowcount_big",
    "ORIGINAL_LOGIN": "original_login",
    "USER_NAME": "user_name",
    "SUSER_NAME": "suser_sname",
    "SUSER_SNAME": "suser_sname",
    "SYSTEM_USER": "suser_sname",
    "CURRENT_USER": "user_name",
    "SESSION_USER": "user_name",
    "HOST_NAME": "host_name",
    "APP_NAME": "app_name",
}

#: Roles of the database that a profile speaks of.
_DATABASE_ROLES: Final = {"db_owner": "is_db_owner", "db_ddladmin": "is_ddl_admin"}


def _of_session(name: str, key: str) -> None:
    @function(name, 0, 1 if name in {"USER_NAME", "SUSER_NAME", "SUSER_SNAME"} else 0)
    def rule(call: FunctionCall) -> Fragment:
        if call.count:
            raise call.refuse()
        return call.compiler.session_value(key)


for _name, _key in _VALUES.items():
    _of_session(_name, _key)


@function("SERVERPROPERTY", 1, 1)
def _serverproperty(call: FunctionCall) -> Fragment:
    return _variant(call)


@function("CONNECTIONPROPERTY", 1, 1)
def _connectionproperty(call: FunctionCall) -> Fragment:
    """NULL for any name that is no property (Microsoft Learn, CONNECTIONPROPERTY)."""
    if (call.literal(0) or "").lower() not in CONNECTION_PROPERTIES:
        if call.literal(0) is None:
            raise call.refuse()
        return Fragment("NULL", SqlType("sql_variant"))
    return _variant(call)


def _variant(call: FunctionCall) -> Fragment:
    """A property by its name, which has to be written out; unknown ones are refused."""
    key = f"{call.name}_{call.literal(0)}".lower()
    if key not in SESSION_VALUES:
        raise call.refuse()
    return call.compiler.session_value(key)


@function("IS_SRVROLEMEMBER", 1, 2)
def _is_srvrolemember(call: FunctionCall) -> Fragment:
    return _membership(call, {"sysadmin": "is_sysadmin"})


@function("IS_ROLEMEMBER", 1, 2)
def _is_rolemember(call: FunctionCall) -> Fragment:
    return _membership(call, _DATABASE_ROLES)


@function("IS_MEMBER", 1, 1)
def _is_member(call: FunctionCall) -> Fragment:
    return _membership(call, _DATABASE_ROLES)


def _membership(call: FunctionCall, roles: dict[str, str]) -> Fragment:
    """Of the session's own user; other roles than the profile knows are refused."""
    key = roles.get((call.literal(0) or "").lower())
    if key is None or call.count == 2:
        raise call.refuse()
    return Fragment(call.compiler.session_value(key).sql, INT)
