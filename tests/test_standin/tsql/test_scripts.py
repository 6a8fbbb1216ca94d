from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.engine import StatementFailed
from tests.standin.tsql.parser import split_script


@pytest.mark.parametrize(
    ("script", "batches"),
    [
        ("SELECT 1", ("SELECT 1",)),
        ("SELECT 1\nGO\nSELECT 2\n go \nGO\n", ("SELECT 1\n", "SELECT 2\n ")),
        ("a\r\nGO\r\nb", ("a\r\n", "b")),
        ("a\nGO 3", ("a\n",) * 3),
        ("a\nGO 0\nb", ("b",)),
        ("a\nGO -- twice\nb", ("a\n", "b")),
        ("GO", ()),
        ("-- nothing\nGO\n\n/* nothing */", ()),
        ("SELECT 'x\nGO\ny'", ("SELECT 'x\nGO\ny'",)),
        ("/*\nGO\n*/ a", ("/*\nGO\n*/ a",)),
        ("SELECT 1 AS go", ("SELECT 1 AS go",)),
        ("a\nGO b", ("a\nGO b",)),
        ("a\nGO 1 2", ("a\nGO 1 2",)),
        ("a\n[GO]", ("a\n[GO]",)),
        ("", ()),
    ],
)
def test_go(script: str, batches: tuple[str, ...]) -> None:
    assert split_script(script) == batches


def test_go_without_end_is_refused() -> None:
    with pytest.raises(StatementFailed, match="GO 1000000000"):
        split_script("SELECT 1\nGO 1000000000")


BATCHES = ["SELECT 1", "'x\nGO\ny'", "/*\nGO\n*/ z", "a go", "[\nGO\n]", "-- GO\nx", "GO; x"]


@given(st.lists(st.sampled_from(BATCHES), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_batches_come_out_as_they_went_in(batches: list[str], end: str) -> None:
    script = "".join(f"{batch}{end} Go{end}" for batch in batches)
    assert [batch.strip() for batch in split_script(script)] == batches
