from __future__ import annotations

import pytest

from tests.standin.tsql import nodes
from tests.standin.tsql.nodes import IndexColumn, ObjectName, SqlText, TypeName
from tests.test_standin.tsql.parsing import failure_of, only, pieces


def text(sql: str) -> SqlText:
    return SqlText(sql)


def column(definition: str) -> nodes.ColumnDefinition:
    """The column of a table that has but one."""
    table = only(f"CREATE TABLE t ({definition}) ON [PRIMARY]")
    assert isinstance(table, nodes.CreateTable)
    assert not table.constraints
    (single,) = table.columns
    return single


def key(
    column: str, is_primary: bool, name: str = "", clustered: bool | None = None
) -> nodes.KeyConstraint:
    return nodes.KeyConstraint((IndexColumn(column),), is_primary, name, clustered)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("int", TypeName("int")),
        ("[NVARCHAR](MAX)", TypeName("nvarchar", ("max",))),
        ("decimal (10, 2)", TypeName("decimal", ("10", "2"))),
        ("double precision", TypeName("double precision")),
        ("NATIONAL character VARYING(5)", TypeName("national character varying", ("5",))),
        ("[dbo].[Flag]", TypeName("Flag", (), "dbo")),
        ("xml(CONTENT [a].[B])", TypeName("xml", ("content a.b",))),
        ("datetimeoffset(7)", TypeName("datetimeoffset", ("7",))),
    ],
)
def test_types(written: str, kind: TypeName) -> None:
    assert column(f"c {written} NOT NULL") == nodes.ColumnDefinition("c", kind, nullable=False)


@pytest.mark.parametrize(
    ("definition", "properties"),
    [
        ("NULL", {"nullable": True}),
        ("IDENTITY", {"identity": nodes.Identity()}),
        (
            "NOT NULL IDENTITY (100, -5) NOT FOR REPLICATION",
            {"nullable": False, "identity": nodes.Identity(100, -5)},
        ),
        (
            "NOT NULL PRIMARY KEY IDENTITY (1, 1)",
            {
                "nullable": False,
                "identity": nodes.Identity(),
                "constraints": (key("c", True),),
            },
        ),
        ("DEFAULT 1 NOT NULL", {"nullable": False, "default": nodes.DefaultConstraint(text("1"))}),
        ("DEFAULT -1.5", {"default": nodes.DefaultConstraint(text("-1.5"))}),
        ("DEFAULT NULL NULL", {"nullable": True, "default": nodes.DefaultConstraint(text("NULL"))}),
        (
            "CONSTRAINT d DEFAULT (getdate()) WITH VALUES",
            {"default": nodes.DefaultConstraint(text("(getdate())"), "d", with_values=True)},
        ),
        (
            "DEFAULT CONVERT(int, 1) CHECK (c > 1)",
            {
                "default": nodes.DefaultConstraint(text("CONVERT(int, 1)")),
                "constraints": (nodes.CheckConstraint(text("c > 1")),),
            },
        ),
        ("COLLATE Latin1_General_BIN2", {"collation": "Latin1_General_BIN2"}),
        ("ROWGUIDCOL", {"rowguid": True}),
        (
            "CONSTRAINT k PRIMARY KEY CLUSTERED",
            {"constraints": (key("c", True, name="k", clustered=True),)},
        ),
        ("UNIQUE NONCLUSTERED", {"constraints": (key("c", False, clustered=False),)}),
        ("PRIMARY KEY (c)", {"constraints": (key("c", True),)}),
        (
            "CONSTRAINT f REFERENCES [s].u ([x]) ON DELETE CASCADE ON UPDATE SET NULL",
            {
                "constraints": (
                    nodes.ForeignKeyConstraint(
                        ("c",), ObjectName("u", "s"), ("x",), "CASCADE", "SET NULL", "f"
                    ),
                )
            },
        ),
        (
            "FOREIGN KEY REFERENCES u",
            {"constraints": (nodes.ForeignKeyConstraint(("c",), ObjectName("u")),)},
        ),
        ("CONSTRAINT n NOT NULL", {"nullable": False}),
    ],
)
def test_columns(definition: str, properties: dict[str, object]) -> None:
    expected = nodes.ColumnDefinition("c", TypeName("int"), **properties)  # type: ignore[arg-type]
    assert column(f"c int {definition}") == expected


@pytest.mark.parametrize(
    ("definition", "computed", "persisted"),
    [
        ("AS (a + b)", "(a + b)", False),
        ("AS ISNULL(N'x' + CONVERT(nvarchar(23), a), N'')", None, False),
        ("AS a.GetLevel() PERSISTED", "a.GetLevel()", True),
        ("AS CASE WHEN a = 1 THEN b ELSE 2 END", None, False),
    ],
)
def test_computed_columns(definition: str, computed: str | None, persisted: bool) -> None:
    expression = text(computed or definition.removeprefix("AS "))
    assert column(f"c {definition}") == nodes.ColumnDefinition(
        "c", None, computed=expression, persisted=persisted
    )


def test_create_table_with_constraints_and_indexes() -> None:
    assert only(
        "CREATE TABLE [s].[t] (a int, [b c] int, CONSTRAINT k PRIMARY KEY NONCLUSTERED (a DESC, "
        "[b c]) WITH (FILLFACTOR = 80) ON [PRIMARY], UNIQUE (a), CHECK (a > 0 AND [b c] IS NULL), "
        "CONSTRAINT f FOREIGN KEY (a, [b c]) REFERENCES u (x, y) ON DELETE NO ACTION, "
        "INDEX i UNIQUE (a) WHERE a IS NOT NULL,) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]"
    ) == nodes.CreateTable(
        ObjectName("t", "s"),
        (
            nodes.ColumnDefinition("a", TypeName("int")),
            nodes.ColumnDefinition("b c", TypeName("int")),
        ),
        (
            nodes.KeyConstraint((IndexColumn("a", True), IndexColumn("b c")), True, "k", False),
            key("a", False),
            nodes.CheckConstraint(text("a > 0 AND [b c] IS NULL")),
            nodes.ForeignKeyConstraint(("a", "b c"), ObjectName("u"), ("x", "y"), name="f"),
        ),
        (
            nodes.CreateIndex(
                ObjectName("t", "s"),
                "i",
                (IndexColumn("a"),),
                unique=True,
                filter=text("a IS NOT NULL"),
            ),
        ),
    )


@pytest.mark.parametrize(
    "construct",
    [
        "c int SPARSE",
        "c int MASKED WITH (FUNCTION = 'default()')",
        "c datetime2 GENERATED ALWAYS AS ROW START",
        "c int, PERIOD FOR SYSTEM_TIME (a, b)",
        "c int PRIMARY KEY WITH (IGNORE_DUP_KEY = ON)",
        "c int PRIMARY KEY ON other",
        "c int INDEX i HASH WITH (BUCKET_COUNT = 8)",
    ],
)
def test_what_tables_cannot_have_is_refused(construct: str) -> None:
    assert failure_of(f"CREATE TABLE t ({construct})").number == 50000


def test_create_index() -> None:
    assert only(
        "CREATE UNIQUE NONCLUSTERED INDEX [i] ON [s].[t] ([a], b DESC) INCLUDE (c, d) "
        "WHERE ([a] IS NOT NULL AND b IN (1, 2)) WITH (ONLINE = OFF, PAD_INDEX = ON) ON [PRIMARY];"
    ) == nodes.CreateIndex(
        ObjectName("t", "s"),
        "i",
        (IndexColumn("a"), IndexColumn("b", True)),
        unique=True,
        included=("c", "d"),
        filter=text("([a] IS NOT NULL AND b IN (1, 2))"),
    )
    clustered = only("CREATE CLUSTERED INDEX i ON t (a)")
    assert isinstance(clustered, nodes.CreateIndex)
    assert clustered.clustered


def test_an_index_filter_without_parentheses_ends_before_its_options() -> None:
    index = only("CREATE INDEX i ON t (a) WHERE [a] IS NOT NULL AND b = 1 WITH (FILLFACTOR = 80)")
    assert isinstance(index, nodes.CreateIndex)
    assert index.filter == text("[a] IS NOT NULL AND b = 1")


@pytest.mark.parametrize(
    ("batch", "statement"),
    [
        ("DROP INDEX i ON s.t", nodes.DropIndex("i", ObjectName("t", "s"))),
        ("DROP INDEX IF EXISTS i ON t", nodes.DropIndex("i", ObjectName("t"), True)),
        ("DROP INDEX t.i", nodes.DropIndex("i", ObjectName("t"))),
        ("DROP TABLE a, [b].c", nodes.DropTable((ObjectName("a"), ObjectName("c", "b")))),
        ("DROP TABLE IF EXISTS #t", nodes.DropTable((ObjectName("#t"),), True)),
        ("DROP VIEW v", nodes.DropView((ObjectName("v"),))),
        ("DROP SCHEMA IF EXISTS s", nodes.DropSchema("s", True)),
        ("DROP DATABASE [a b], c", nodes.DropDatabase(("a b", "c"))),
        ("CREATE SCHEMA [s] AUTHORIZATION dbo", nodes.CreateSchema("s")),
        ("CREATE DATABASE [x] ", nodes.CreateDatabase("x")),
        (
            "CREATE DATABASE x COLLATE Latin1_General_CI_AS",
            nodes.CreateDatabase("x", "Latin1_General_CI_AS"),
        ),
        (
            "CREATE TYPE dbo.Flag FROM bit NOT NULL",
            nodes.CreateType(ObjectName("Flag", "dbo"), TypeName("bit"), False),
        ),
        (
            "ALTER DATABASE [x] SET SINGLE_USER WITH ROLLBACK IMMEDIATE",
            nodes.AlterDatabase("x", "SINGLE_USER WITH ROLLBACK IMMEDIATE"),
        ),
        (
            "alter database x set read_committed_snapshot  on",
            nodes.AlterDatabase("x", "READ_COMMITTED_SNAPSHOT ON"),
        ),
        ("TRUNCATE TABLE t", nodes.TruncateTable(ObjectName("t"))),
    ],
)
def test_other_definitions(batch: str, statement: nodes.Statement) -> None:
    assert only(batch) == statement
    if not isinstance(statement, nodes.CreateSchema):
        assert pieces(f"{batch} SELECT 1") == [type(statement).__name__, "SELECT 1"]


T = ObjectName("t", "s")


@pytest.mark.parametrize(
    ("change", "statement"),
    [
        (
            "ADD [c] int NULL, CONSTRAINT u UNIQUE (c)",
            nodes.AddToTable(
                T,
                (nodes.ColumnDefinition("c", TypeName("int"), True),),
                (key("c", False, name="u"),),
            ),
        ),
        (
            "WITH NOCHECK ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES u (x)",
            nodes.AddToTable(
                T,
                (),
                (nodes.ForeignKeyConstraint(("c",), ObjectName("u"), ("x",), name="f"),),
                with_check=False,
            ),
        ),
        (
            "WITH CHECK ADD CHECK (c > 1)",
            nodes.AddToTable(T, (), (nodes.CheckConstraint(text("c > 1")),)),
        ),
        (
            "ADD DEFAULT 'x' FOR [c]",
            nodes.AddToTable(T, (), (nodes.DefaultConstraint(text("'x'"), "", "c"),)),
        ),
        (
            "ADD CONSTRAINT d DEFAULT (1) FOR c WITH VALUES",
            nodes.AddToTable(T, (), (nodes.DefaultConstraint(text("(1)"), "d", "c", True),)),
        ),
        (
            "ALTER COLUMN c nvarchar(10) COLLATE Latin1_General_BIN2 NOT NULL",
            nodes.AlterColumn(
                T, "c", TypeName("nvarchar", ("10",)), False, "Latin1_General_BIN2"
            ),
        ),
        ("ALTER COLUMN c int", nodes.AlterColumn(T, "c", TypeName("int"))),
        ("DROP CONSTRAINT k", nodes.DropFromTable(T, (), ("k",))),
        ("DROP k", nodes.DropFromTable(T, (), ("k",))),
        ("DROP COLUMN IF EXISTS a, b", nodes.DropFromTable(T, ("a", "b"), (), True)),
        (
            "DROP CONSTRAINT k, l, COLUMN a, b",
            nodes.DropFromTable(T, ("a", "b"), ("k", "l")),
        ),
        ("NOCHECK CONSTRAINT [f]", nodes.SwitchConstraints(T, ("f",), False)),
        ("CHECK CONSTRAINT ALL", nodes.SwitchConstraints(T, (), True)),
        ("WITH CHECK CHECK CONSTRAINT f, g", nodes.SwitchConstraints(T, ("f", "g"), True, True)),
        ("WITH NOCHECK CHECK CONSTRAINT f", nodes.SwitchConstraints(T, ("f",), True)),
    ],
)  # fmt: skip
def test_alter_table(change: str, statement: nodes.Statement) -> None:
    batch = f"ALTER TABLE [s].[t] {change}"
    assert only(batch) == statement
    assert pieces(f"{batch} SELECT 1") == [type(statement).__name__, "SELECT 1"]


def test_create_view_keeps_the_batch_as_its_definition() -> None:
    batch = "-- why\nCREATE VIEW [s].v (a, b) WITH SCHEMABINDING AS\nSELECT 1, /* x */ 2;\n"
    assert only(batch) == nodes.CreateView(
        ObjectName("v", "s"), ("a", "b"), SqlText("SELECT 1,   2", 3), batch, line=2
    )


def test_create_or_alter_view_with_common_tables() -> None:
    batch = "CREATE OR ALTER VIEW v AS WITH a AS (SELECT 1 AS x) SELECT x FROM a"
    view = only(batch)
    assert isinstance(view, nodes.CreateView)
    assert view.or_alter
    assert view.query == text("WITH a AS (SELECT 1 AS x) SELECT x FROM a")


@pytest.mark.parametrize(
    ("batch", "number"),
    [
        ("CREATE VIEW v AS SELECT 1 SELECT 2", 156),
        ("CREATE VIEW v AS SELECT a FROM t WHERE a = 1 WITH CHECK OPTION", 50000),
        ("CREATE VIEW v WITH ENCRYPTION AS SELECT 1", 50000),
        ("CREATE SCHEMA s CREATE TABLE t (a int)", 50000),
        ("CREATE SCHEMA s AUTHORIZATION somebody", 50000),
        ("CREATE DATABASE x ON (NAME = 'a')", 50000),
        ("CREATE TYPE t AS TABLE (a int)", 50000),
        ("CREATE COLUMNSTORE INDEX i ON t (a)", 50000),
        ("ALTER TABLE t REBUILD", 50000),
        ("ALTER DATABASE x MODIFY NAME = y", 50000),
        ("DROP INDEX a ON t, b ON t", 50000),
        ("DROP INDEX a", 102),
        ("ALTER TABLE t DROP", 102),
        ("CREATE", 102),
        ("DROP 'x'", 102),
    ],
)
def test_what_definitions_cannot_be(batch: str, number: int) -> None:
    assert failure_of(batch).number == number
