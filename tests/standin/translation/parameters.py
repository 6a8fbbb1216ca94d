"""The named parameters of a plan: T-SQL's variables, and what only the session knows.

``@P1`` becomes ``:v_p1``, ``@@TRANCOUNT`` becomes ``:s_trancount``. The session's values have the
types below; whoever executes a plan binds them in storage form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.standin.sqltypes.sql_type import (
    BIGINT,
    INT,
    SMALLINT,
    SYSNAME,
    SqlType,
    decimal,
    nvarchar,
    varbinary,
)

_VARIANT: Final = SqlType("sql_variant")

#: The names CONNECTIONPROPERTY knows.
CONNECTION_PROPERTIES: Final = (
    "net_transport",
    "protocol_type",
    "auth_scheme",
    "local_net_address",
    "local_tcp_port",
    "client_net_address",
    "physical_net_transport",
)

#: What a session can be asked for: ``@@NAME``, or a function without arguments.
SESSION_VALUES: Final[Mapping[str, SqlType]] = {
    "trancount": INT,
    "rowcount": INT,
    "rowcount_big": BIGINT,
    "error": INT,
    "spid": SMALLINT,
    "identity": decimal(38, 0),
    "scope_identity": decimal(38, 0),
    "xact_state": SMALLINT,
    "nestlevel": INT,
    "procid": INT,
    "options": INT,
    "lock_timeout": INT,
    "datefirst": INT,
    "language": nvarchar(128),
    "version": nvarchar(300),
    "servername": nvarchar(128),
    "servicename": nvarchar(128),
    "max_connections": INT,
    "max_precision": SqlType("tinyint"),
    "fetch_status": INT,
    "dbts": varbinary(8),
    "db_name": nvarchar(128),
    "db_id": SMALLINT,
    "schema_name": SYSNAME,
    "user_name": nvarchar(128),
    "original_login": SYSNAME,
    "suser_sname": nvarchar(128),
    "host_name": nvarchar(128),
    "app_name": nvarchar(128),
    "error_number": INT,
    "error_message": nvarchar(4000),
    "error_severity": INT,
    "error_state": INT,
    "error_line": INT,
    "error_procedure": nvarchar(128),
    "is_sysadmin": INT,
    "is_db_owner": INT,
    "is_ddl_admin": INT,
    **{f"connectionproperty_{name}": _VARIANT for name in CONNECTION_PROPERTIES},
    "serverproperty_collation": _VARIANT,
    "serverproperty_edition": _VARIANT,
    "serverproperty_engineedition": _VARIANT,
    "serverproperty_isexternalauthenticationonly": _VARIANT,
    "serverproperty_machinename": _VARIANT,
    "serverproperty_productbuild": _VARIANT,
    "serverproperty_productlevel": _VARIANT,
    "serverproperty_productmajorversion": _VARIANT,
    "serverproperty_productminorversion": _VARIANT,
    "serverproperty_productupdatelevel": _VARIANT,
    "serverproperty_productversion": _VARIANT,
    "serverproperty_servername": _VARIANT,
}


def variable_parameter(name: str) -> str:
    """The parameter of a variable: ``@P1`` is ``v_p1``; odd characters by their code."""
    return "v_" + "".join(map(_letter, name[1:])).lower()


def _letter(character: str) -> str:
    if character.isascii() and (character.isalnum() or character == "_"):
        return character
    return f"_{ord(character):x}_"


def session_parameter(key: str) -> str:
    """The parameter of a session's value, by its key in SESSION_VALUES."""
    return f"s_{key}"
