from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors.patterns import literal_length, needle
from django_mssql_ops.errors.symptoms import ROWS


@pytest.mark.parametrize(
    ("pattern", "length", "piece"),
    [
        ("", 0, ""),
        (r"Error \d+: (?:a|bc)", 9, "error "),
        (r"abc?d", 3, "ab"),
        (r"(?:abc)?xy", 2, "xy"),
        (r"a{2,3}b", 2, "a"),
        (r"[a-z\]]+x\.", 2, "x."),
        (r"(?!foo)bar", 3, "bar"),
        (r"(?<=foo)bar", 3, "bar"),
        (r"a|bcd", 1, ""),
        (r"a.{0,200}?bc", 3, "bc"),
        (r"a.{,9}bc", 3, "bc"),
        (r"\(x\)\Z", 3, "(x)"),
        (r"(a(?:b|cd)e)f", 4, "f"),
        (r"'(?:Encrypt|Trust)'", 7, "'"),
        (r"A\b b", 3, " b"),
    ],
)
def test_literals_are_counted(pattern: str, length: int, piece: str) -> None:
    assert (literal_length(pattern), needle(pattern)) == (length, piece)


PIECES = st.sampled_from(
    ["ab", "c", r"\.", r"\d", "x?", "[a-c]", "(?:de|f)", "(?:gh)?", ".{0,3}?", "k+", "(?=q)?", " "]
)


@given(pieces=st.lists(PIECES, max_size=6), data=st.data())
def test_every_match_holds_what_is_promised(pieces: list[str], data: st.DataObject) -> None:
    pattern = "".join(pieces)
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    assert len(text) >= literal_length(pattern)
    assert needle(pattern) in text.lower()


def test_every_clue_asks_for_something_that_can_be_read() -> None:
    for row in ROWS:
        for clue in row.clues:
            assert clue.text or clue.numbers or clue.sqlstates or clue.exceptions
            if clue.text:
                re.compile(clue.text, re.IGNORECASE | re.DOTALL)
                assert literal_length(clue.text) >= 5, (row.number, clue.text)
