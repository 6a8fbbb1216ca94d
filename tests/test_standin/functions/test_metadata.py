"""Functions that ask the catalogue or the session."""

from __future__ import annotations

import pytest

from tests.standin.catalog.model import Column, IdentityProperty, Index, IndexColumn, Table
from tests.standin.engine import NOT_SUPPORTED
from tests.standin.sqltypes.sql_type import INT, nvarchar
from tests.standin.translation.functions import session
from tests.test_standin.functions.evaluation import Evaluation

TABLE = Table(
    1001,
    "dbo",
    "Order Line",
    (
        Column(1, "id", INT, nullable=False, identity=IdentityProperty(10, 5)),
        Column(2, "note", nvarchar(30)),
    ),
    indexes=(
        Index(
            1,
            "PK_Line",
            (IndexColumn("id"),),
            unique=True,
            clustered=True,
            is_primary=True,
            object_id=1002,
        ),
    ),
)
TEMPORARY = Table(-5, "dbo", "#t", (Column(1, "v", INT),), temporary=True)


@pytest.fixture
def db(sql: Evaluation) -> Evaluation:
    sql.catalog.save(TABLE)
    sql.catalog.save(TEMPORARY)
    return sql


@pytest.mark.parametrize(
    ("expression", "value", "declared"),
    [
        ("OBJECT_ID('[Order Line]')", 1001, "int"),
        ("OBJECT_ID(N'DBO.\"order line\"', 'U')", 1001, "int"),
        ("OBJECT_ID('app.dbo.[Order Line]')", 1001, "int"),
        ("OBJECT_ID('[Order Line]', 'V')", None, "int"),
        ("OBJECT_ID('PK_Line', 'PK')", 1002, "int"),
        ("OBJECT_ID('nosuch')", None, "int"),
        ("OBJECT_ID('a.b.c.d.e')", None, "int"),
        ("OBJECT_ID('tempdb..#T')", -5, "int"),
        ("OBJECT_ID('tempdb.dbo.#t', 'U')", -5, "int"),
        ("OBJECT_ID('#t')", None, "int"),
        ("OBJECT_NAME(1001)", "Order Line", "nvarchar(128)"),
        ("OBJECT_NAME(NULL)", None, "nvarchar(128)"),
        ("OBJECT_SCHEMA_NAME(1002)", "dbo", "nvarchar(128)"),
        ("OBJECTPROPERTY(1001, 'IsTable')", 1, "int"),
        ("OBJECTPROPERTY(1001, 'TableHasIdentity')", 1, "int"),
        ("OBJECTPROPERTY(1001, 'TableHasPrimaryKey')", 1, "int"),
        ("OBJECTPROPERTY(1002, 'IsPrimaryKey')", 1, "int"),
        ("OBJECTPROPERTY(7, 'IsTable')", None, "int"),
        ("COLUMNPROPERTY(OBJECT_ID('[Order Line]'), 'ID', 'IsIdentity')", 1, "int"),
        ("COLUMNPROPERTY(1001, 'note', 'AllowsNull')", 1, "int"),
        ("COLUMNPROPERTY(1001, 'nosuch', 'AllowsNull')", None, "int"),
        ("COL_NAME(1001, 2)", "note", "nvarchar(128)"),
        ("COL_LENGTH('[Order Line]', 'note')", 60, "smallint"),
        ("IDENT_CURRENT('[Order Line]')", "10", "decimal(38,0)"),
        ("IDENT_CURRENT('nosuch')", None, "decimal(38,0)"),
        ("SCHEMA_ID('DBO')", 1, "int"),
        ("SCHEMA_ID(SCHEMA_NAME())", 1, "int"),
        ("SCHEMA_NAME(1)", "dbo", "nvarchar(128)"),
        ("TYPE_NAME(56)", "int", "nvarchar(128)"),
        ("TYPE_ID('int')", 56, "int"),
        ("DB_NAME()", "app", "nvarchar(128)"),
        ("DB_NAME(5)", "app", "nvarchar(128)"),
        ("DB_ID('APP')", 5, "smallint"),
        ("DB_ID('nosuch')", None, "smallint"),
        ("HAS_DBACCESS('app')", 1, "int"),
        (
            "CONVERT(varchar, DATABASEPROPERTYEX(CONVERT(varchar, (SELECT DB_NAME())),"
            " 'collation'))",
            "SQL_Latin1_General_CP1_CI_AS",
            "varchar(30)",
        ),
    ],
)
def test_looks_up(db: Evaluation, expression: str, value: object, declared: str) -> None:
    assert (db.value(expression), db.type(expression)) == (value, declared)


def test_names_may_come_from_parameters(db: Evaluation) -> None:
    db.variables["@p1"] = (nvarchar(4000), "[Order Line]")
    db.variables["@p2"] = (nvarchar(4000), "id")
    assert db.value("COLUMNPROPERTY(OBJECT_ID(@P1), @P2, 'IsIdentity')") == 1


def test_columns_of_the_query_are_arguments_too(db: Evaluation) -> None:
    rows = db.rows("SELECT COL_NAME(c, 1), OBJECT_NAME(c) FROM (VALUES (1001), (7)) AS c(c)")
    assert sorted(rows, key=str) == [("id", "Order Line"), (None, None)]


def test_the_last_identity_is_current(db: Evaluation) -> None:
    db.runtime.identity_current = {1001: 25}.get
    assert db.value("IDENT_CURRENT('[Order Line]')") == "25"


@pytest.mark.parametrize(
    "expression",
    [
        "OBJECT_ID('other.dbo.t')",
        "OBJECT_ID('sys.tables')",
        "OBJECTPROPERTY(1, 'IsReplProc')",
        "COLUMNPROPERTY(1, 'a', 'IsFulltextIndexed')",
        "SERVERPROPERTY('BuildClrVersion')",
        "IS_SRVROLEMEMBER('dbcreator')",
        "HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE')",
    ],
)
def test_refuses_what_it_does_not_know(db: Evaluation, expression: str) -> None:
    assert db.failure(expression).number == NOT_SUPPORTED


@pytest.mark.parametrize(("name", "key"), sorted(session._VALUES.items()))
def test_asks_the_session(sql: Evaluation, name: str, key: str) -> None:
    sql.session[key] = "7"
    assert sql.value(f"{name}()") == "7"


@pytest.mark.parametrize("name", ["CURRENT_USER", "SESSION_USER", "SYSTEM_USER"])
def test_some_have_no_parentheses(sql: Evaluation, name: str) -> None:
    sql.session |= {"user_name": "dbo", "suser_sname": "dbo"}
    assert sql.value(name) == "dbo"


def test_properties_of_the_server(sql: Evaluation) -> None:
    sql.session |= {"serverproperty_engineedition": 3, "is_sysadmin": 0}
    assert sql.value("CAST(SERVERPROPERTY('EngineEdition') AS integer)") == 3
    assert sql.type("SERVERPROPERTY('EngineEdition')") == "sql_variant"
    assert sql.value("IS_SRVROLEMEMBER('sysadmin')") == 0
