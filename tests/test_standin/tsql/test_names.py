from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.tsql.names import parse_name, quote
from tests.standin.tsql.nodes import DropTable, ObjectName
from tests.test_standin.tsql.parsing import only


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("t", ObjectName("t")),
        ("dbo.[x y]", ObjectName("x y", "dbo")),
        (' "a""b" . [c]]d] ', ObjectName("c]d", 'a"b')),
        ("tempdb..#t", ObjectName("#t", "", "tempdb")),
        ("a.b.c", ObjectName("c", "b", "a")),
        ("order", ObjectName("order")),
        ("my table", ObjectName("my table")),
        ("", ObjectName("")),
        ("a.b.c.d", ObjectName("")),
        ("[a", ObjectName("")),
        ("a]b", ObjectName("")),
        ("[a]b", ObjectName("")),
    ],
)
def test_names_in_strings(text: str, name: ObjectName) -> None:
    assert parse_name(text) == name


@given(*[st.text(min_size=1, max_size=20)] * 3)
def test_a_quoted_name_is_read_back(database: str, schema: str, name: str) -> None:
    text = f"{quote(database)}.{quote(schema)}.{quote(name)}"
    assert parse_name(text) == ObjectName(name, schema, database)
    assert only(f"DROP TABLE {text}") == DropTable((ObjectName(name, schema, database),))


def test_an_empty_part_in_a_batch() -> None:
    assert only("DROP TABLE tempdb..#t") == DropTable((ObjectName("#t", "", "tempdb"),))
