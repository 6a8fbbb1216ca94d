"""What mssql-django's schema editor sends, from its own templates: every one is read.

Statements are compared by kind and by the names in them; the other tests look at the details.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.standin.tsql import nodes
from tests.standin.tsql.parser import parse_batch
from tests.test_standin.tsql.parsing import pieces

schema = pytest.importorskip("mssql.schema")

VALUES = {
    "table": "[shop_order]",
    "column": "[total]",
    "old_column": "total",
    "new_column": "[sum]",
    "old_table": "[shop_order]",
    "new_table": "[shop_purchase]",
    "to_table": "[shop_customer]",
    "to_column": "[id]",
    "name": "[shop_order_total_1a2b3c]",
    "columns": "[total]",
    "type": "nvarchar(20)",
    "definition": "[id] bigint NOT NULL PRIMARY KEY IDENTITY (1, 1), [total] int NULL",
    "check": "[total] >= 0",
    "default": "N'x'",
    "comment": "N'it''s'",
    "constraint": "CHECK ([total] > 0)",
    "changes": "ALTER COLUMN [total] bigint NOT NULL",
    "condition": " WHERE [total] IS NOT NULL",
    "include": " INCLUDE ([id])",
}


def editor_sql(template: str, **changes: str) -> str:
    """One of the schema editor's templates, filled in; parts that are not named stay empty."""
    values: dict[str, str] = defaultdict(str, VALUES | changes)
    return str(getattr(schema.DatabaseSchemaEditor, template) % values)


@pytest.mark.parametrize(
    ("template", "kinds"),
    [
        ("sql_create_table", [nodes.CreateTable]),
        ("sql_delete_table", [nodes.DeclareVariables] * 2 + [nodes.While, nodes.DropTable]),
        ("sql_rename_table", [nodes.Execute]),
        ("sql_rename_column", [nodes.Execute]),
        ("sql_alter_column", [nodes.AlterColumn]),
        ("sql_delete_column", [nodes.DropFromTable]),
        ("sql_delete_default", [nodes.DropFromTable]),
        ("sql_delete_constraint", [nodes.DropFromTable]),
        ("sql_delete_fk", [nodes.DropFromTable]),
        ("sql_delete_pk", [nodes.DropFromTable]),
        ("sql_create_unique", [nodes.AddToTable]),
        ("sql_create_check", [nodes.AddToTable]),
        ("sql_create_fk", [nodes.AddToTable]),
        ("sql_create_pk", [nodes.AddToTable]),
        ("sql_create_index", [nodes.CreateIndex]),
        ("sql_create_unique_index", [nodes.CreateIndex]),
        ("sql_create_unique_null", [nodes.CreateIndex]),
        ("sql_delete_index", [nodes.DropIndex]),
        ("sql_alter_table_comment", [nodes.If]),
        ("sql_alter_column_comment", [nodes.If]),
        ("_sql_select_default_constraint_name", [nodes.Select]),
    ],
)
def test_templates(template: str, kinds: list[type[nodes.Statement]]) -> None:
    changes = {"table": "'t'", "column": "'c'"} if template.startswith("_sql_select") else {}
    assert [type(s) for s in parse_batch(editor_sql(template, **changes))] == kinds


def test_delete_table_drops_the_foreign_keys_in_a_loop() -> None:
    *_, loop, _drop = parse_batch(editor_sql("sql_delete_table"))
    assert isinstance(loop, nodes.While)
    assert isinstance(loop.body, nodes.Block)
    kinds: list[Any] = [nodes.Select, nodes.Select, nodes.Execute]
    assert [type(statement) for statement in loop.body.statements] == kinds


@pytest.mark.parametrize("template", ["sql_alter_table_comment", "sql_alter_column_comment"])
def test_a_comment_is_added_or_changed(template: str) -> None:
    (statement,) = parse_batch(editor_sql(template))
    assert isinstance(statement, nodes.If)
    then, otherwise = statement.then, statement.otherwise
    assert isinstance(then, nodes.Execute)
    assert isinstance(otherwise, nodes.Execute)
    assert then.procedure.name == "sp_addextendedproperty"
    assert otherwise.procedure.name == "sp_updateextendedproperty"
    values = {a.name: a.value.text for a in then.arguments if a.value}
    assert (values["@value"], values["@level1name"]) == ("N'it''s'", "N'shop_order'")


@pytest.mark.parametrize(
    ("definition", "nullable"),
    [
        ("int CONSTRAINT d DEFAULT 1 NOT NULL", False),
        ("nvarchar(10) DEFAULT '' NOT NULL UNIQUE", False),
        ("bigint NULL CONSTRAINT f FOREIGN KEY REFERENCES u (id)", True),
        ("int NOT NULL CHECK ([c] >= 0)", False),
        ("datetime2 DEFAULT '2020-01-01 00:00:00' NOT NULL", False),
        ("varbinary(max) DEFAULT 0x00 NULL", True),
    ],
)
def test_add_column(definition: str, nullable: bool) -> None:
    sql = editor_sql("sql_create_column", column="[c]", definition=definition)
    (statement,) = parse_batch(sql)
    assert isinstance(statement, nodes.AddToTable)
    assert statement.columns[0].nullable is nullable


def test_insert_of_rows_that_have_defaults_only() -> None:
    merge = (
        "WITH SEED_ROWS AS (SELECT 1 AS x UNION ALL SELECT 1 AS x) MERGE INTO [t] "
        "USING (SELECT TOP 2 * FROM (SELECT 1 as x FROM SEED_ROWS AS _0) FAKE_ROWS) FAKE_DATA "
        "ON 1 = 0 WHEN NOT MATCHED THEN INSERT DEFAULT VALUES"
    )
    (statement,) = parse_batch(f"{merge} OUTPUT INSERTED.[id];")
    assert isinstance(statement, nodes.Modification)
    assert (statement.kind, statement.text.text) == ("MERGE", merge)
    assert statement.output == nodes.Output(nodes.SqlText("INSERTED.[id]"))


def test_insert_into_a_table_with_triggers() -> None:
    batch = (
        "SET NOCOUNT ON; IF OBJECT_ID('tempdb..#r') IS NOT NULL DROP TABLE #r; "
        "SELECT TOP 0 CAST([id] AS bigint) AS [id] INTO #r FROM [t]; "
        "INSERT INTO [t] ([a]) OUTPUT INSERTED.[id] INTO #r VALUES (@P1); SELECT [id] FROM #r"
    )
    assert pieces(batch) == [
        "SetOption",
        "If",
        "SELECT TOP 0 CAST([id] AS bigint) AS [id] INTO #r FROM [t]",
        "INSERT INTO [t] ([a]) VALUES (@P1)",
        "SELECT [id] FROM #r",
    ]


def test_flush() -> None:
    batch = (
        "ALTER TABLE [t] NOCHECK CONSTRAINT [f];\nDELETE FROM [t];\n"
        "DBCC CHECKIDENT ('[t]', RESEED, 1) WITH NO_INFOMSGS;\n"
        "ALTER TABLE [t] CHECK CONSTRAINT [f];"
    )
    assert pieces(batch) == ["SwitchConstraints", "DELETE FROM [t]", "Dbcc", "SwitchConstraints"]
