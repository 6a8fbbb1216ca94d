"""HAS_PERMS_BY_NAME (Microsoft Learn): a permission of the session's own user.

The class of the securable and the permission have to be written out. A schema or table there is
none of gives NULL; a NULL securable of class DATABASE is the current database, one without a class
is the server. A permission of the server's state that the product does not have gives NULL.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tests.standin.rights import OF_DEFINITION, OF_ROWS
from tests.standin.runtime import Runtime, sqlite_function
from tests.standin.sqltypes.sql_type import INT
from tests.standin.state_rights import IN_DATABASE, ON_SERVER
from tests.standin.translation.functions import arguments
from tests.standin.translation.functions.arguments import passing_null, sql_text
from tests.standin.translation.functions.metadata import object_id_sql
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment
from tests.standin.tsql.names import parse_name

_ON_OBJECTS: Final = OF_ROWS | {"ALTER"}
_IN_DATABASE: Final = OF_ROWS | OF_DEFINITION


@sqlite_function("standin_may", 2, runtime=True)
def _may(runtime: Runtime, permission: str, table: str) -> int:
    return int(runtime.may(permission, table))


@sqlite_function("tsql_schema_of", 1)
@passing_null
def _schema_of(text: str) -> str:
    """A schema's name, with or without brackets; empty for a name of several parts."""
    name = parse_name(text)
    return "" if name.schema or name.database else name.name


@function("HAS_PERMS_BY_NAME", 3, 5)
def _has_perms_by_name(call: FunctionCall) -> Fragment:
    kind = "SERVER" if isinstance(call.node(1), exp.Null) else (call.literal(1) or "").upper()
    permission = (call.literal(2) or "").upper()
    state = {"SERVER": ON_SERVER, "DATABASE": IN_DATABASE}.get(kind, frozenset())
    if permission in ON_SERVER | IN_DATABASE and call.count == 3:
        return _of_state(call, permission, state)
    known = _ON_OBJECTS if kind in ("OBJECT", "SCHEMA") else _IN_DATABASE
    if call.count > 3 or kind not in _RULES or permission not in known:
        raise call.refuse()
    return Fragment(_RULES[kind](call, sql_text(permission)), INT)


def _of_state(call: FunctionCall, permission: str, known: frozenset[str]) -> Fragment:
    """VIEW SERVER STATE and its kin, which are decided when the statement is translated."""
    if not isinstance(call.node(0), exp.Null):
        raise call.refuse()
    held = call.compiler.scope.rights.state.has(permission, known)
    return Fragment("NULL" if held is None else str(held), INT)


def _on_object(call: FunctionCall, permission: str) -> str:
    table = object_id_sql(call, arguments.text(call, 0).sql)
    may = f"standin_may({permission}, mo.schema_name || '.' || mo.name)"
    return f"(SELECT {may} FROM main.standin_objects AS mo WHERE mo.object_id = {table})"


def _on_schema(call: FunctionCall, permission: str) -> str:
    name = f"tsql_schema_of({arguments.text(call, 0).sql})"
    condition = f"ms.name = {name} COLLATE TSQL_CI_AS"
    may = f"standin_may({permission}, '')"
    return f'(SELECT {may} FROM main."sys.schemas" AS ms WHERE {condition})'


def _on_database(call: FunctionCall, permission: str) -> str:
    if not isinstance(call.node(0), exp.Null):
        raise call.refuse()
    return f"standin_may({permission}, '')"


_RULES: Final = {"OBJECT": _on_object, "SCHEMA": _on_schema, "DATABASE": _on_database}
