"""OUTPUT: the rows as they were and as they are."""

from __future__ import annotations

import pytest

from tests.standin.catalog.model import Column, Table
from tests.standin.sqltypes.sql_type import BIGINT, INT, nvarchar
from tests.standin.translation.plan import OutputColumn
from tests.test_standin.modifications.sandbox import Sandbox, identity


def test_output__of_insert_with_types_and_names(box: Sandbox) -> None:
    result = box.change(
        "INSERT INTO product (name) OUTPUT INSERTED.[id], CAST(inserted.id AS bigint) AS [key],"
        " inserted.name n VALUES (N'fig')"
    )
    assert result.rows == ((4, 4, "fig"),)
    assert result.columns == (
        OutputColumn("id", INT, False),
        OutputColumn("key", BIGINT, False),
        OutputColumn("n", nvarchar(10), False),
    )


def test_output__star(box: Sandbox) -> None:
    result = box.change("INSERT INTO product (name) OUTPUT inserted.* VALUES ('fig')")
    assert [column.name for column in result.columns] == ["id", "name", "stock", "note"]
    assert result.rows == ((4, "fig", 5, None),)


def test_output__of_update_has_both_images(box: Sandbox) -> None:
    result = box.change(
        "UPDATE product SET stock = stock * 2, note = 'x'"
        " OUTPUT deleted.stock AS was, inserted.stock, inserted.id, deleted.note"
        " WHERE id > 1"
    )
    assert sorted(result.rows) == [(2, 4, 2, None), (3, 6, 3, None)]
    assert [column.name for column in result.columns] == ["was", "stock", "id", "note"]
    assert result.row_count == 2


def test_output__of_update_without_rows(box: Sandbox) -> None:
    result = box.change("UPDATE product SET stock = 1 OUTPUT deleted.id, inserted.id WHERE id = 9")
    assert (result.row_count, result.rows) == (0, ())


def test_output__of_delete(box: Sandbox) -> None:
    result = box.change("DELETE FROM product OUTPUT deleted.name, deleted.id + 1 WHERE id = 2")
    assert result.rows == (("bread", 3),)


@pytest.mark.parametrize("target", ["#held", "#held (id, name)"])
def test_output__into_a_table(box: Sandbox, target: str) -> None:
    held = (identity(name="n"), Column(2, "id", BIGINT), Column(3, "name", nvarchar(20)))
    box.make(Table(-9, "dbo", "#held", held, temporary=True))
    result = box.change(
        f"INSERT INTO product (name) OUTPUT inserted.id, inserted.name INTO {target}"
        " VALUES (N'fig')"
    )
    assert (result.row_count, result.columns, result.rows) == (1, (), ())
    assert result.last_identity == 4
    assert box.rows('SELECT * FROM temp."dbo.#held"') == [(1, 4, "fig")]


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("INSERT INTO product (name) OUTPUT deleted.name VALUES ('q')", 4104),
        ("DELETE FROM product OUTPUT inserted.id", 4104),
        ("DELETE FROM product OUTPUT deleted.nix", 207),
        ("UPDATE product SET stock = 1 OUTPUT deleted.stock + 1", 50000),
        ("UPDATE product SET stock = 1 OUTPUT p.stock FROM product p", 50000),
        ("UPDATE product SET stock = 1 OUTPUT inserted.id INTO line", 213),
        ("UPDATE product SET stock = 1 OUTPUT inserted.id INTO nix", 208),
    ],
)
def test_output__errors(box: Sandbox, sql: str, number: int) -> None:
    assert box.fails(sql).number == number
