"""What sys.* and INFORMATION_SCHEMA.* say, asked as mssql-django and tools ask."""

from __future__ import annotations

import pytest

from tests.standin.catalog.column_facts import max_length, precision_and_scale
from tests.standin.catalog.system_views import system_views
from tests.standin.catalog.view_definition import ViewDefinition
from tests.standin.sqltypes import from_declaration, to_type_info
from tests.test_standin.definition.bench import Bench

SHOP = """
CREATE TABLE customer (
    id bigint NOT NULL IDENTITY (1, 1) PRIMARY KEY,
    name nvarchar(50) NOT NULL CONSTRAINT df_name DEFAULT N'x',
    email varchar(100) NULL, qty int NOT NULL CONSTRAINT ck_qty CHECK (qty >= 0),
    price numeric(10, 2) NULL, born datetime2(6) NULL, note nvarchar(max) NULL,
    twice AS (qty * 2),
    CONSTRAINT uq UNIQUE (name, price))
CREATE UNIQUE INDEX ux ON customer (email DESC) INCLUDE (price) WHERE email IS NOT NULL
CREATE TABLE [order] (id int NOT NULL, customer_id bigint NOT NULL,
    CONSTRAINT pk_order PRIMARY KEY NONCLUSTERED (id),
    CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE)
"""


@pytest.mark.parametrize("known", system_views(), ids=lambda known: known.view.rows)
def test_every_view_can_be_read_and_sent(bench: Bench, known: ViewDefinition) -> None:
    bench.define(SHOP)
    view = known.view
    bench.query(f"SELECT * FROM {view.schema}.{view.name}")
    for column in view.columns:
        to_type_info(column.type)


def test_columns(bench: Bench) -> None:
    bench.define(SHOP)
    rows = bench.query(
        "SELECT c.name, t.name, c.max_length, c.precision, c.scale, c.is_nullable, c.is_identity,"
        " c.is_computed FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id"
        " WHERE c.object_id = OBJECT_ID('dbo.customer') ORDER BY c.column_id"
    )
    assert rows == [
        ("id", "bigint", 8, 19, 0, 0, 1, 0),
        ("name", "nvarchar", 100, 0, 0, 0, 0, 0),
        ("email", "varchar", 100, 0, 0, 1, 0, 0),
        ("qty", "int", 4, 10, 0, 0, 0, 0),
        ("price", "numeric", 9, 10, 2, 1, 0, 0),
        ("born", "datetime2", 8, 26, 6, 1, 0, 0),
        ("note", "nvarchar", -1, 0, 0, 1, 0, 0),
        ("twice", "int", 4, 10, 0, 0, 0, 1),
    ]


def test_information_schema_columns(bench: Bench) -> None:
    bench.define(SHOP)
    rows = bench.query(
        "SELECT COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH,"
        " NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION FROM INFORMATION_SCHEMA.COLUMNS"
        " WHERE TABLE_NAME = 'CUSTOMER' ORDER BY ORDINAL_POSITION"
    )
    assert rows[:2] == [
        ("id", None, "NO", "bigint", None, 19, 0, None),
        ("name", "(N'x')", "NO", "nvarchar", 50, None, None, None),
    ]
    assert rows[4:7] == [
        ("price", None, "YES", "numeric", None, 10, 2, None),
        ("born", None, "YES", "datetime2", None, None, None, 6),
        ("note", None, "YES", "nvarchar", -1, None, None, None),
    ]


def test_constraints_by_their_standard_names(bench: Bench) -> None:
    bench.define(SHOP)
    rows = bench.query(
        "SELECT CONSTRAINT_NAME, CONSTRAINT_TYPE FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS"
        " WHERE CONSTRAINT_NAME NOT LIKE 'PK[_][_]%' ORDER BY CONSTRAINT_NAME"
    )
    assert rows == [
        ("ck_qty", "CHECK"),
        ("fk", "FOREIGN KEY"),
        ("pk_order", "PRIMARY KEY"),
        ("uq", "UNIQUE"),
    ]
    checks = bench.query(
        "SELECT COLUMN_NAME FROM INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE"
        " WHERE CONSTRAINT_NAME = 'ck_qty'"
    )
    assert checks == [("qty",)]


def test_relations_as_the_backend_asks(bench: Bench) -> None:
    bench.define(SHOP)
    rows = bench.query(
        """
        SELECT e.COLUMN_NAME, c.TABLE_NAME, d.COLUMN_NAME, b.DELETE_RULE
        FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS AS a
        INNER JOIN INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS AS b
          ON a.CONSTRAINT_NAME = b.CONSTRAINT_NAME AND a.TABLE_SCHEMA = b.CONSTRAINT_SCHEMA
        INNER JOIN INFORMATION_SCHEMA.CONSTRAINT_TABLE_USAGE AS c
          ON b.UNIQUE_CONSTRAINT_NAME = c.CONSTRAINT_NAME
        INNER JOIN INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE AS d
          ON c.CONSTRAINT_NAME = d.CONSTRAINT_NAME
        INNER JOIN INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE AS e
          ON a.CONSTRAINT_NAME = e.CONSTRAINT_NAME
        WHERE a.TABLE_NAME = 'order' AND a.CONSTRAINT_TYPE = 'FOREIGN KEY'
        """
    )
    assert rows == [("customer_id", "customer", "id", "CASCADE")]


def test_indexes(bench: Bench) -> None:
    bench.define(SHOP)
    rows = bench.query(
        "SELECT i.name, i.type_desc, i.is_unique, i.is_unique_constraint, i.filter_definition,"
        " COL_NAME(ic.object_id, ic.column_id), ic.is_descending_key, ic.is_included_column"
        " FROM sys.indexes i JOIN sys.index_columns ic ON ic.object_id = i.object_id"
        " AND ic.index_id = i.index_id WHERE i.object_id = OBJECT_ID('customer')"
        " AND i.is_primary_key = 0 ORDER BY i.index_id, ic.index_column_id"
    )
    assert rows == [
        ("uq", "NONCLUSTERED", 1, 1, None, "name", 0, 0),
        ("uq", "NONCLUSTERED", 1, 1, None, "price", 0, 0),
        ("ux", "NONCLUSTERED", 1, 0, "([email] IS NOT NULL)", "email", 1, 0),
        ("ux", "NONCLUSTERED", 1, 0, "([email] IS NOT NULL)", "price", 0, 1),
    ]
    heap = bench.query("SELECT type_desc FROM sys.indexes WHERE object_id = OBJECT_ID('order')")
    assert sorted(heap) == [("HEAP",), ("NONCLUSTERED",)]


def test_defaults_and_foreign_keys(bench: Bench) -> None:
    bench.define(SHOP)
    assert bench.query(
        "SELECT name, definition, COL_NAME(parent_object_id, parent_column_id)"
        " FROM sys.default_constraints WHERE OBJECT_NAME(parent_object_id) = 'customer'"
    ) == [("df_name", "(N'x')", "name")]
    assert bench.query(
        "SELECT f.name, p.name, f.delete_referential_action_desc, c.name FROM sys.foreign_keys f"
        " JOIN sys.tables p ON p.object_id = f.referenced_object_id"
        " JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id"
        " JOIN sys.columns c ON c.object_id = k.parent_object_id"
        " AND c.column_id = k.parent_column_id"
    ) == [("fk", "customer", "CASCADE", "customer_id")]


@pytest.mark.parametrize(
    ("declaration", "length", "precision", "scale"),
    [
        ("decimal(9,0)", 5, 9, 0),
        ("decimal(38,10)", 17, 38, 10),
        ("time(0)", 3, 8, 0),
        ("time(7)", 5, 16, 7),
        ("datetime2(3)", 7, 23, 3),
        ("datetimeoffset(7)", 10, 34, 7),
        ("nchar(10)", 20, 0, 0),
        ("varbinary(max)", -1, 0, 0),
        ("uniqueidentifier", 16, 0, 0),
        ("bit", 1, 1, 0),
    ],
)
def test_facts_of_types(declaration: str, length: int, precision: int, scale: int) -> None:
    name, _, arguments = declaration.rstrip(")").partition("(")
    data_type = from_declaration(name, tuple(filter(None, arguments.split(","))))
    assert max_length(data_type) == length
    assert precision_and_scale(data_type) == (precision, scale)
