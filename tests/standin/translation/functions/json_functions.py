"""ISJSON, JSON_VALUE, JSON_QUERY and JSON_PATH_EXISTS; ``json_text`` reads the JSON.

Sources: the pages of these functions on Microsoft Learn.
"""

from __future__ import annotations

from typing import Final

from tests.standin.engine import StatementFailed
from tests.standin.errors.functions import (
    json_object_not_found,
    json_property_not_found,
    json_scalar_not_found,
    json_value_too_long,
)
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import INT, UNTYPED_NULL, nvarchar
from tests.standin.translation.functions import arguments, json_text, utf16
from tests.standin.translation.functions.arguments import passing_null
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

_VALUE_LENGTH: Final = 4000
_ROOT: Final = "'$'"


def _document(call: FunctionCall) -> Fragment:
    """The first argument: text, and nothing that only converts to text."""
    value = call.argument(0)
    if value.type.name not in arguments.TEXT and value.type != UNTYPED_NULL:
        raise arguments.invalid(call, 0)
    return value


@function("ISJSON", 1, 1)
def _isjson(call: FunctionCall) -> Fragment:
    return Fragment(f"tsql_isjson({_document(call).sql})", INT)


@sqlite_function("tsql_isjson", 1)
@passing_null
def _is_json(text: str) -> int:
    return int(json_text.is_container(text))


@function("JSON_VALUE", 2, 2)
def _json_value(call: FunctionCall) -> Fragment:
    sql = f"tsql_json_value({_document(call).sql}, {arguments.text(call, 1).sql})"
    return Fragment(sql, nvarchar(_VALUE_LENGTH))


@sqlite_function("tsql_json_value", 2)
@passing_null
def _scalar(text: str, path_text: str) -> str | None:
    """Lax paths give NULL for what is missing, no scalar or too long; strict ones an error."""
    path = json_text.parse_path(path_text)
    piece = json_text.find(text, path)
    if piece is None:
        return _unless_strict(path, json_property_not_found())
    if piece.is_container:
        return _unless_strict(path, json_scalar_not_found())
    scalar = piece.scalar
    if scalar is not None and utf16.length(scalar) > _VALUE_LENGTH:
        return _unless_strict(path, json_value_too_long())
    return scalar


@function("JSON_QUERY", 1, 2)
def _json_query(call: FunctionCall) -> Fragment:
    path = arguments.text(call, 1).sql if call.count == 2 else _ROOT
    return Fragment(f"tsql_json_query({_document(call).sql}, {path})", nvarchar())


@sqlite_function("tsql_json_query", 2)
@passing_null
def _fragment(text: str, path_text: str) -> str | None:
    """The object or array as it is written."""
    path = json_text.parse_path(path_text)
    piece = json_text.find(text, path)
    if piece is None:
        return _unless_strict(path, json_property_not_found())
    return piece.text if piece.is_container else _unless_strict(path, json_object_not_found())


@function("JSON_PATH_EXISTS", 2, 2)
def _json_path_exists(call: FunctionCall) -> Fragment:
    sql = f"tsql_json_path_exists({_document(call).sql}, {arguments.text(call, 1).sql})"
    return Fragment(sql, INT)


@sqlite_function("tsql_json_path_exists", 2)
@passing_null
def _path_exists(text: str, path_text: str) -> int:
    """No errors, Microsoft Learn says: text that is no JSON has no paths."""
    path = json_text.parse_path(path_text)
    return int(json_text.is_container(text) and json_text.find(text, path) is not None)


def _unless_strict(path: json_text.Path, error: StatementFailed) -> str | None:
    if path.strict:
        raise error
    return None
