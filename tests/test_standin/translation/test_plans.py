"""What a plan says beside its SQL, and the translations of single expressions."""

from __future__ import annotations

import sqlite3

import pytest

from tests.standin import translation
from tests.standin.engine import StatementFailed
from tests.standin.sqltypes.sql_type import INT, UNTYPED_NULL, decimal
from tests.standin.tsql.nodes import ObjectName
from tests.test_standin.translation.shop import PRODUCT, SCOPE, Shop, connect, translate


def test_a_plan_is_the_same_each_time() -> None:
    text = "SELECT p.id FROM product p JOIN line l ON l.product_id = p.id WHERE p.id = @n"
    assert translate(text) == translate(text)
    assert translate(text).parameters == ("v_n",)


def test_variables_of_a_select(shop: Shop) -> None:
    plan = translate("SELECT @n = id, @amount = id FROM product WHERE id = 1")
    assert plan.assigns == ("@n", "@amount")
    assert [column.type for column in plan.columns] == [INT, decimal(10, 2)]
    assert shop.rows("SELECT @n = id, @amount = id FROM product WHERE id = 1") == [(1, "1.00")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT @n = 1, id FROM product", 141),
        ("SELECT @x = 1", 137),
        ("SELECT 1 WHERE 1 = (SELECT @n = 1)", 102),
        ("SELECT * FROM (SELECT 1 AS a INTO #t) AS q", 50000),
        ("SELECT 1 AS a INTO #t UNION SELECT 2", 50000),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("SELECT id, name INTO #new FROM product", "id"),
        ("SELECT * INTO #new FROM product WHERE id > 1", "id"),
        ("SELECT id AS k INTO #new FROM product", "k"),
        ("SELECT id + 0 AS id INTO #new FROM product", ""),
        ("SELECT id, id AS again INTO #new FROM product", ""),
        ("SELECT p.id INTO #new FROM product p JOIN line l ON l.id = p.id", ""),
        ("SELECT id INTO #new FROM product GROUP BY id", ""),
        ("SELECT id INTO #new FROM (SELECT id FROM product) AS q", ""),
        ("SELECT id INTO #new FROM line", ""),
    ],
)
def test_into(text: str, identity: str) -> None:
    plan = translate(text)
    assert plan.into == ObjectName("#new")
    assert plan.identity_column == identity


def test_into_a_table_of_a_schema() -> None:
    assert translate("SELECT 1 AS a INTO app.dbo.new").into == ObjectName("new", "dbo", "app")


def test_a_value() -> None:
    plan = translation.translate_value("@n + 1", SCOPE)
    assert plan.parameters == ("v_n",)
    assert [column.type for column in plan.columns] == [INT]
    assert translation.translate_value("NULL", SCOPE).columns[0].type == UNTYPED_NULL
    assert (
        translation.translate_value("(SELECT MAX(id) FROM product)", SCOPE).columns[0].type == INT
    )


def test_a_value_is_no_condition() -> None:
    with pytest.raises(StatementFailed):
        translation.translate_value("1 = 1", SCOPE)
    with pytest.raises(StatementFailed):
        translation.translate_condition("1", SCOPE)
    with pytest.raises(StatementFailed):
        translation.translate_value("1, 2", SCOPE)


def test_expressions_of_a_table_work_inside_of_its_definition() -> None:
    connection, _ = connect()
    check = translation.column_condition("[price]>=(0) OR [name] LIKE 'free%'", PRODUCT, SCOPE)
    length = translation.column_expression("len([name])+(1)", PRODUCT, SCOPE)
    assert length.type == INT
    connection.execute(
        f'CREATE TABLE copy ("name" TEXT, "price" TEXT, n INTEGER AS ({length.sql}), '
        f"CHECK ({check}))"
    )
    connection.execute("INSERT INTO copy VALUES ('free', '-1.00'), ('bolt', '1.00'), ('x', NULL)")
    assert connection.execute("SELECT n FROM copy").fetchall() == [(5,), (5,), (2,)]
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO copy VALUES ('bolt', '-1.00')")
    connection.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [("(SELECT 1)", 1046), ("@n", 50000), ("@@TRANCOUNT", 50000), ("nothing", 207)],
)
def test_what_a_definition_cannot_hold(text: str, number: int) -> None:
    with pytest.raises(StatementFailed) as caught:
        translation.column_expression(text, PRODUCT, SCOPE)
    assert caught.value.failure.number == number


def test_an_unknown_argument_of_a_known_node_is_refused() -> None:
    """The accept-list is one of arguments too: nothing sqlglot reads is dropped in silence."""
    from sqlglot import exp

    from tests.standin.translation.compiler import Compiler

    node = exp.Paren(this=exp.Literal.number(1))
    node.args["surprise"] = True
    with pytest.raises(StatementFailed) as caught:
        Compiler(SCOPE).expression(node)
    assert "surprise" in caught.value.failure.message
