"""Conditions: comparison, three-valued logic, IN, BETWEEN, LIKE, EXISTS."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_standin.translation.shop import Shop, refused

Tree = tuple[str, bool | None]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 = 1", True),
        ("1 <> 1", False),
        ("1 != 2", True),
        ("NULL = NULL", None),
        ("NULL IS NULL", True),
        ("1 IS NOT NULL", True),
        ("NOT NULL = 1", None),
        ("'a' = 'A'", True),
        ("'a' = 'a  '", True),
        ("N'a' = 'b'", False),
        ("'a' = 'A' COLLATE Latin1_General_BIN2", False),
        ("'a' = 'A' COLLATE database_default", True),
        ("1 = '1'", True),
        ("1 = 1.0", True),
        ("1.50 = 1.5", True),
        ("9.5 < 10", True),
        ("'9' < '10'", False),
        ("2 < 10", True),
        ("1e0 = 1", True),
        ("0x0A = 0x0a", True),
        ("2 BETWEEN 1 AND 3", True),
        ("1 BETWEEN 1 AND 3", True),
        ("3 BETWEEN 1 AND 3", True),
        ("0 BETWEEN 1 AND 3", False),
        ("2 NOT BETWEEN 1 AND 3", False),
        ("NULL BETWEEN 1 AND 3", None),
        ("1 IN (1, 2)", True),
        ("3 IN (1, 2)", False),
        ("3 IN (1, NULL)", None),
        ("3 NOT IN (1, NULL)", None),
        ("1 IN (1.0, '1')", True),
        ("'B' IN ('a', 'b')", True),
        ("1 IN (SELECT 1)", True),
        ("1 IN (SELECT 1.0)", True),
        ("1 NOT IN (SELECT NULL)", None),
        ("EXISTS (SELECT 1, 2)", True),
        ("NOT EXISTS (SELECT 1 WHERE 1 = 0)", True),
        ("'abc' LIKE 'A%'", True),
        ("'abc' NOT LIKE 'A%'", False),
        ("'a%c' LIKE 'a!%c' ESCAPE '!'", True),
        ("'abc' LIKE 'a!%c' ESCAPE '!'", False),
        ("'abc' LIKE 'A%' COLLATE Latin1_General_BIN2", False),
        ("NULL LIKE 'a'", None),
        ("12 LIKE '1%'", True),
        ("(1 = 1 OR 1 = 2) AND 1 = 2", False),
        ("1 = 1 OR 1 = 2 AND 1 = 2", True),
        ("NOT 1 = 2 AND 1 = 1", True),
    ],
)
def test_condition(shop: Shop, condition: str, *, expected: bool | None) -> None:
    assert shop.holds(condition) is expected


_ATOMS: tuple[Tree, ...] = (("1 = 1", True), ("1 = 0", False), ("1 = NULL", None))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _grow(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def binary(word: str, combine: Callable[[bool | None, bool | None], bool | None]) -> object:
        return lambda pair: (f"({pair[0][0]} {word} {pair[1][0]})", combine(pair[0][1], pair[1][1]))

    pairs = st.tuples(trees, trees)
    return st.one_of(
        trees.map(lambda tree: (f"(NOT {tree[0]})", _not(tree[1]))),
        pairs.map(binary("AND", _and)),  # type: ignore[arg-type]
        pairs.map(binary("OR", lambda a, b: _not(_and(_not(a), _not(b))))),  # type: ignore[arg-type]
    )


@given(tree=st.recursive(st.sampled_from(_ATOMS), _grow, max_leaves=12))
def test_three_valued_logic(shop: Shop, tree: Tree) -> None:
    assert shop.holds(tree[0]) is tree[1]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SELECT id FROM product WHERE id", 4145),
        ("SELECT id FROM product WHERE 1 = 1 AND name", 4145),
        ("SELECT id FROM product WHERE NOT 1", 4145),
        ("SELECT CASE WHEN 1 THEN 1 END", 4145),
        ("SELECT (1 = 1)", 102),
        ("SELECT name LIKE 'a' FROM product", 102),
        ("SELECT id FROM product WHERE id IN (SELECT 1, 2)", 116),
        ("SELECT id FROM product WHERE name = code", 468),
        ("SELECT id FROM product WHERE notes = 'x'", 402),
        ("SELECT id FROM product WHERE notes = notes", 306),
    ],
)
def test_error(shop: Shop, text: str, number: int) -> None:
    assert shop.error(text)[0] == number


def test_a_value_where_a_condition_belongs_is_named(shop: Shop) -> None:
    assert shop.error("SELECT 1 WHERE 5")[1] == (
        "An expression of non-boolean type specified in a context where a condition is expected, "
        "near '5'."
    )


def test_a_collation_conflict_names_both(shop: Shop) -> None:
    assert shop.error("SELECT 1 FROM product WHERE name = code")[1] == (
        'Cannot resolve the collation conflict between "SQL_Latin1_General_CP1_CI_AS" and '
        '"Latin1_General_BIN2" in the equal to operation.'
    )


def test_a_long_text_beside_an_ntext_is_named_with_its_length(shop: Shop) -> None:
    assert shop.error("SELECT 1 FROM product WHERE CAST(name AS nvarchar(max)) = notes")[1] == (
        "The data types nvarchar(max) and ntext are incompatible in the equal to operator."
    )


def test_a_column_gives_its_collation_to_constants(shop: Shop) -> None:
    assert shop.values("SELECT id FROM product WHERE code = 'b'") == [3]
    assert shop.values("SELECT id FROM product WHERE 'b' = code") == [3]
    assert shop.values("SELECT id FROM product WHERE code IN ('b', 'A')") == [3]
    assert shop.values("SELECT id FROM product WHERE name = 'ANVIL'") == [1, 2]


def test_an_explicit_collation_beats_a_column(shop: Shop) -> None:
    text = "SELECT id FROM product WHERE code COLLATE Latin1_General_CI_AS = 'B' ORDER BY id"
    assert shop.values(text) == [2, 3]


def test_text_without_comparison_can_be_searched(shop: Shop) -> None:
    assert shop.values("SELECT id FROM product WHERE notes LIKE 'X'") == [1]


def test_long_chains_are_not_too_deep_for_sqlite(shop: Shop) -> None:
    either = " OR ".join(f"id = {number}" for number in range(2, 3000))
    assert shop.values(f"SELECT id FROM product WHERE {either}") == [2, 3, 4]
    items = ", ".join(str(number) for number in range(2, 3000))
    assert shop.values(f"SELECT id FROM product WHERE id IN ({items})") == [2, 3, 4]


@pytest.mark.parametrize(
    "condition",
    ["1 = ANY (SELECT 1)", "1 > ALL (SELECT 1)", "1 IS DISTINCT FROM 2", "1 IS TRUE", "1 <=> 1"],
)
def test_refused(condition: str) -> None:
    assert refused(f"SELECT 1 WHERE {condition}")


def test_indexes_serve_comparisons(shop: Shop) -> None:
    """The collations written out are those of the columns, so SQLite finds its way."""
    from tests.test_standin.translation.shop import connect, translate

    connection, _ = connect()
    connection.execute('CREATE INDEX named ON "dbo.product" ("name")')
    connection.execute('CREATE INDEX priced ON "dbo.product" ("price")')
    for condition, index in (("name = @text", "named"), ("price = @n", "priced")):
        plan = translate(f"SELECT id FROM product WHERE {condition}")
        values = dict.fromkeys(plan.parameters, 1)
        (step,) = connection.execute("EXPLAIN QUERY PLAN " + plan.sql, values)
        assert f"USING INDEX {index}" in step[3]
    connection.close()
