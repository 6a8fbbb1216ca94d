from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.selection import EVERYTHING, select
from django_mssql_ops.exceptions import ConfigurationError

SLUGS = {107: "options-unknown-key", 108: "odbc-keyword-as-option", 425: "rcsi"}


@pytest.mark.parametrize(
    "word",
    ["107", "W107", "e107", "mssql_ops.I107", "MSSQL_OPS.107", "options-unknown-key", " 107 "],
)
def test_a_rule_has_several_names(word: str) -> None:
    selection = select([word], [], SLUGS)
    assert 107 in selection
    assert 108 not in selection


def test_what_is_skipped_is_left_out_and_the_rest_stays() -> None:
    selection = select([], ["rcsi", "W107"], SLUGS)
    assert [number for number in SLUGS if number in selection] == [108]


def test_nothing_said_is_everything() -> None:
    assert select([], [], SLUGS) == EVERYTHING
    assert all(number in EVERYTHING for number in SLUGS)


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("options-unknown-kez", "did you mean 107 (options-unknown-key)?"),
        ("W1075", "did you mean 107 (options-unknown-key)?"),
        ("X107", "did you mean 107 (options-unknown-key)?"),
        ("107,108", "give the option once for each rule"),
        ("nonsense", "--list-rules shows them all"),
        ("", "--list-rules shows them all"),
    ],
)
def test_a_word_that_names_no_rule_is_one_sentence(word: str, advice: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        select([word], [], SLUGS)
    assert str(refused.value) == f"there is no rule {word!r}; {advice}"


def test_a_rule_in_both_lists_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"rule 425 \(rcsi\) is named by --only and by"):
        select(["rcsi", "107"], ["U425"], SLUGS)


@given(st.text(max_size=40))
def test_any_word_is_a_rule_or_one_sentence(word: str) -> None:
    try:
        select([word], [], SLUGS)
    except ConfigurationError as refused:
        assert "there is no rule" in str(refused)
