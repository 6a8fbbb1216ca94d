"""Functions that look objects, schemas, types and databases up in the catalogue.

They become subqueries over the catalogue's own SQLite tables and views, so they see what the
transaction sees. Sources: Microsoft Learn, "Metadata Functions (Transact-SQL)" and the pages below.
"""

from __future__ import annotations

from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import (
    BIT,
    INT,
    SMALLINT,
    SYSNAME,
    SqlType,
    decimal,
    nvarchar,
)
from tests.standin.translation.functions import arguments
from tests.standin.translation.functions.arguments import passing_null, sql_text
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment
from tests.standin.translation.rights import require_server_state
from tests.standin.tsql.names import parse_name

_NAME: Final = nvarchar(128)
_DEFAULT_SCHEMA: Final = "dbo"
#: Properties of COLUMNPROPERTY as expressions over sys.columns, called c.
_COLUMN_PROPERTIES: Final = {
    "allowsnull": "mc.is_nullable",
    "columnid": "mc.column_id",
    "isidentity": "mc.is_identity",
    "iscomputed": "mc.is_computed",
    "isrowguidcol": "mc.is_rowguidcol",
    "ishidden": "0",
    "issparse": "0",
    "generatedalwaystype": "0",
}
#: Properties of OBJECTPROPERTY over standin_objects, called o.
_OBJECT_PROPERTIES: Final = {
    "istable": "mo.type = 'U '",
    "isusertable": "mo.type = 'U '",
    "isview": "mo.type = 'V '",
    "isprimarykey": "mo.type = 'PK'",
    "isuniquecnst": "mo.type = 'UQ'",
    "isforeignkey": "mo.type = 'F '",
    "ischeckcnst": "mo.type = 'C '",
    "isdefaultcnst": "mo.type = 'D '",
    "isconstraint": "mo.type IN ('PK', 'UQ', 'F ', 'C ', 'D ')",
    "ismsshipped": "0",
    "isprocedure": "0",
    "istrigger": "0",
    "tablehasidentity": 'EXISTS (SELECT 1 FROM main."sys.columns" AS mc'
    " WHERE mc.object_id = mo.object_id AND mc.is_identity)",
    "tablehasprimarykey": "EXISTS (SELECT 1 FROM standin_objects AS k"
    " WHERE k.parent_object_id = mo.object_id AND k.type = 'PK')",
}
#: Properties of DATABASEPROPERTYEX over sys.databases, called md, and what it does not show, mf.
_DATABASE_PROPERTIES: Final = {
    "collation": "md.collation_name",
    "status": "md.state_desc",
    "useraccess": "md.user_access_desc",
    "recovery": "md.recovery_model_desc",
    "updateability": "mf.value ->> 'updateability'",
    "serviceobjective": "mf.value ->> 'service_objective'",
    "isautoclose": "md.is_auto_close_on",
    "isautoshrink": "md.is_auto_shrink_on",
    "isinstandby": "0",
}
_OBJECTS: Final = "main.standin_objects AS mo"
_COLUMNS: Final = 'main."sys.columns" AS mc'
_SCHEMAS: Final = 'main."sys.schemas" AS ms'
_TYPES: Final = 'main."sys.types" AS mt'
_DATABASES: Final = 'main."sys.databases" AS md'
_DATABASE_FACTS: Final = (
    f"{_DATABASES} JOIN json_each(standin_databases()) AS mf"
    " ON mf.value ->> 'database_id' = md.database_id"
)


# --- objects --------------------------------------------------------------------------------------


def _looked_up(value: str, source: str, condition: str) -> str:
    return f"(SELECT {value} FROM {source} WHERE {condition})"


def _named(column: str, name: Fragment) -> str:
    """Identifiers compare without case."""
    return f"{column} = {name.sql} COLLATE TSQL_CI_AS"


def object_id_sql(call: FunctionCall, name: str, kind: str = "NULL") -> str:
    """The object of a name that is only known when the statement runs; ``kind`` as sys.objects."""
    database = sql_text(call.compiler.scope.catalog.database)
    temporary, bare, schema = (
        f"tsql_name_part({name}, '{part}', {database})" for part in ("temporary", "name", "schema")
    )
    of_temporary = _looked_up(
        "mt.object_id",
        "temp.standin_temporary AS mt",
        "mt.name_key = mn.temporary AND mn.kind IN ('', 'U')",
    )
    of_database = _looked_up(
        "mo.object_id",
        _OBJECTS,
        "mo.name = mn.name COLLATE TSQL_CI_AS AND mo.schema_name = mn.schema COLLATE TSQL_CI_AS"
        " AND mn.kind IN ('', rtrim(mo.type))",
    )
    parts = (
        f"(SELECT {temporary} AS temporary, {bare} AS name, {schema} AS schema,"
        f" upper(trim(ifnull({kind}, ''))) AS kind) AS mn"
    )
    return _looked_up(f"coalesce({of_temporary}, {of_database})", parts, "1")


@function("OBJECT_ID", 1, 2)
def _object_id_of(call: FunctionCall) -> Fragment:
    name = arguments.text(call, 0).sql
    kind = arguments.text(call, 1).sql if call.count == 2 else "NULL"
    return Fragment(object_id_sql(call, name, kind), INT)


@sqlite_function("tsql_name_part", 3)
@passing_null
def _name_part(text: str, part: str, database: str) -> str | None:
    """A part of an object's name, with what was left out filled in; NULL for no such part.

    A ``#table`` is found in tempdb alone, as in ``tempdb..#table``.
    """
    name = parse_name(text)
    asked = (name.database or database).lower()
    if name.is_temporary:
        return name.name.lower() if part == "temporary" and asked == "tempdb" else None
    if part == "temporary" or not name.name:
        return None
    if asked != database.lower():
        raise StatementFailed(not_supported(f"a name in another database: {text}"))
    if name.schema.lower() in {"sys", "information_schema"}:
        raise StatementFailed(not_supported(f"the id of a system object: {text}"))
    return name.name if part == "name" else name.schema or _DEFAULT_SCHEMA


def _of_object(name: str, column: str) -> None:
    @function(name, 1, 2)
    def rule(call: FunctionCall) -> Fragment:
        if call.count == 2:
            raise call.refuse()
        sql = _looked_up(
            f"mo.{column}", _OBJECTS, f"mo.object_id = {arguments.integer(call, 0).sql}"
        )
        return Fragment(sql, _NAME)


_of_object("OBJECT_NAME", "name")
_of_object("OBJECT_SCHEMA_NAME", "schema_name")


@function("OBJECTPROPERTY", 2, 2)
def _objectproperty(call: FunctionCall) -> Fragment:
    found = _property(call, 1, _OBJECT_PROPERTIES)
    sql = _looked_up(found, _OBJECTS, f"mo.object_id = {arguments.integer(call, 0).sql}")
    return Fragment(sql, INT)


def _property(call: FunctionCall, index: int, known: dict[str, str]) -> str:
    """What a property is worked out from; its name has to be written out here."""
    literal = call.literal(index)
    if literal is None or literal.lower() not in known:
        raise call.refuse()
    return known[literal.lower()]


@function("IDENT_CURRENT", 1, 1)
def _ident_current(call: FunctionCall) -> Fragment:
    """The last value given out, the seed before the first one; NULL without an identity."""
    table = object_id_sql(call, arguments.text(call, 0).sql, "'U'")
    value = "CAST(coalesce(mc.last_value, mc.seed_value) AS TEXT)"
    found = _looked_up(value, 'main."sys.identity_columns" AS mc', f"mc.object_id = {table}")
    return Fragment(found, decimal(38, 0))


# --- columns --------------------------------------------------------------------------------------


@function("COLUMNPROPERTY", 3, 3)
def _columnproperty(call: FunctionCall) -> Fragment:
    found = _property(call, 2, _COLUMN_PROPERTIES)
    table, column = arguments.integer(call, 0), arguments.text(call, 1)
    wanted = f"mc.object_id = {table.sql} AND {_named('mc.name', column)}"
    return Fragment(_looked_up(found, _COLUMNS, wanted), INT)


@function("COL_NAME", 2, 2)
def _col_name(call: FunctionCall) -> Fragment:
    table, column = arguments.integer(call, 0), arguments.integer(call, 1)
    wanted = f"mc.object_id = {table.sql} AND mc.column_id = {column.sql}"
    return Fragment(_looked_up("mc.name", _COLUMNS, wanted), _NAME)


@function("COL_LENGTH", 2, 2)
def _col_length(call: FunctionCall) -> Fragment:
    table = object_id_sql(call, arguments.text(call, 0).sql, "'U'")
    wanted = f"mc.object_id = {table} AND {_named('mc.name', arguments.text(call, 1))}"
    return Fragment(_looked_up("mc.max_length", _COLUMNS, wanted), SMALLINT)


# --- schemas and types ----------------------------------------------------------------------------


@function("SCHEMA_ID", 0, 1)
def _schema_id(call: FunctionCall) -> Fragment:
    name = arguments.text(call, 0) if call.count else call.compiler.session_value("schema_name")
    return Fragment(_looked_up("ms.schema_id", _SCHEMAS, _named("ms.name", name)), INT)


@function("SCHEMA_NAME", 0, 1)
def _schema_name(call: FunctionCall) -> Fragment:
    if not call.count:
        return call.compiler.session_value("schema_name")
    wanted = f"ms.schema_id = {arguments.integer(call, 0).sql}"
    return Fragment(_looked_up("ms.name", _SCHEMAS, wanted), SYSNAME)


@function("TYPE_NAME", 1, 1)
def _type_name(call: FunctionCall) -> Fragment:
    wanted = f"mt.user_type_id = {arguments.integer(call, 0).sql}"
    return Fragment(_looked_up("mt.name", _TYPES, wanted), _NAME)


@function("TYPE_ID", 1, 1)
def _type_id(call: FunctionCall) -> Fragment:
    """A name without a schema; with one it would have to be looked up there."""
    literal = call.literal(0)
    if literal is None or "." in literal:
        raise call.refuse()
    wanted = _named("mt.name", arguments.text(call, 0))
    return Fragment(_looked_up("mt.user_type_id", _TYPES, wanted), INT)


# --- databases ------------------------------------------------------------------------------------


@function("DB_NAME", 0, 1)
def _db_name(call: FunctionCall) -> Fragment:
    if not call.count:
        return call.compiler.session_value("db_name")
    wanted = f"md.database_id = {arguments.integer(call, 0).sql}"
    return Fragment(_looked_up("md.name", _DATABASES, wanted), _NAME)


@function("DB_ID", 0, 1)
def _db_id(call: FunctionCall) -> Fragment:
    if not call.count:
        return call.compiler.session_value("db_id")
    return Fragment(_of_database(call, "md.database_id"), SMALLINT)


@function("DATABASEPROPERTYEX", 2, 2)
def _databasepropertyex(call: FunctionCall) -> Fragment:
    found = _property(call, 1, _DATABASE_PROPERTIES)
    named = _named("md.name", arguments.text(call, 0))
    return Fragment(_looked_up(found, _DATABASE_FACTS, named), SqlType("sql_variant"))


@function("SYS.FN_HADR_IS_PRIMARY_REPLICA", 1, 1)
def _is_primary_replica(call: FunctionCall) -> Fragment:
    """NULL outside of an availability group; not there where there is only a database."""
    if call.compiler.scope.rights.state.of_one_database:
        raise binding.user_function_not_found("sys", "sys.fn_hadr_is_primary_replica")
    require_server_state(call.compiler.scope, "fn_hadr_is_primary_replica")
    named = _named("md.name", arguments.text(call, 0))
    found = "mf.value ->> 'is_primary_replica'"
    return Fragment(_looked_up(found, _DATABASE_FACTS, named), BIT)


@function("HAS_DBACCESS", 1, 1)
def _has_dbaccess(call: FunctionCall) -> Fragment:
    """Every login may use every database here; NULL where there is none of that name."""
    return Fragment(_of_database(call, "1"), INT)


def _of_database(call: FunctionCall, value: str) -> str:
    return _looked_up(value, _DATABASES, _named("md.name", arguments.text(call, 0)))
