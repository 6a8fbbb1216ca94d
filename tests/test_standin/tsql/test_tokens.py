from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.engine import StatementFailed
from tests.standin.tsql.tokens import TRIVIA, Kind, tokenize

#: What T-SQL's tokens are made of, so that random text meets more than words.
TEXT = st.text(st.sampled_from("aE1.0x'\"[]/*-@#$N \n\t+=<>!(),;:|é\ufeff\x00"), max_size=60)


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(t.kind, t.text) for t in tokenize(text) if t.kind not in TRIVIA]


@given(st.one_of(TEXT, st.text(max_size=60)))
def test_tokens_cover_every_character_and_know_their_place(text: str) -> None:
    try:
        tokens = list(tokenize(text))
    except StatementFailed as error:
        assert error.failure.number in (105, 113)
        return
    assert "".join(token.text for token in tokens) == text
    for token in tokens:
        assert text.startswith(token.text, token.start)
        assert token.line == 1 + text.count("\n", 0, token.start)


@given(st.text(max_size=40))
def test_a_quoted_value_is_read_as_it_was_written(value: str) -> None:
    (string,) = tokenize("N'" + value.replace("'", "''") + "'")
    (brackets,) = tokenize("[" + value.replace("]", "]]") + "]")
    (quotes,) = tokenize('"' + value.replace('"', '""') + '"')
    assert (string.kind, brackets.kind, quotes.kind) == (Kind.STRING, Kind.QUOTED, Kind.QUOTED)
    assert string.value == brackets.value == quotes.value == value


@pytest.mark.parametrize(
    "text", ["1", "1.5", ".5", "1.", "1e3", "1.5E-10", "0x1F", "0x", "$1.50", "1e"]
)
def test_numbers(text: str) -> None:
    assert kinds(text) == [(Kind.NUMBER, text)]


@pytest.mark.parametrize("text", ["@v", "@@ROWCOUNT", "@_#$1", "@"])
def test_variables(text: str) -> None:
    assert kinds(text) == [(Kind.VARIABLE, text)]


@pytest.mark.parametrize("text", ["a", "_a1", "#t", "##t", "a@b#c$", "$action", "é", "N"])
def test_words(text: str) -> None:
    assert kinds(text) == [(Kind.WORD, text)]


@pytest.mark.parametrize("text", ["+=", "-=", "|=", "<>", "!=", "!<", ">=", "::", "||", "~"])
def test_operators(text: str) -> None:
    assert kinds(f"a{text}b")[1] == (Kind.OPERATOR, text)


def test_a_minus_before_a_number_is_not_part_of_it() -> None:
    assert [text for _, text in kinds("@a=-1")] == ["@a", "=", "-", "1"]


def test_comments_nest_and_their_lines_count() -> None:
    comment, blank, word = tokenize("/* a /* ' */\n */ x")
    assert (comment.kind, blank.kind, word.line) == (Kind.COMMENT, Kind.BLANK, 2)


def test_a_comment_mark_in_a_string_is_text() -> None:
    assert kinds("'--' '/*'") == [(Kind.STRING, "'--'"), (Kind.STRING, "'/*'")]


def test_an_unknown_character_is_a_token_of_its_own() -> None:
    assert kinds("a ? b")[1] == (Kind.UNKNOWN, "?")


@pytest.mark.parametrize("text", ["'a", "N'a", '"a', "[a", "['", "'a''"])
def test_an_unclosed_quote_is_error_105(text: str) -> None:
    with pytest.raises(StatementFailed) as caught:
        list(tokenize("\n" + text))
    assert (caught.value.failure.number, caught.value.failure.line) == (105, 2)


def test_the_unclosed_quote_says_what_follows_it() -> None:
    with pytest.raises(StatementFailed) as caught:
        list(tokenize("SELECT 'abc"))
    failure = caught.value.failure
    assert failure.message == "Unclosed quotation mark after the character string 'abc'."
    assert failure.severity == 15


def test_an_unclosed_comment_is_error_113() -> None:
    with pytest.raises(StatementFailed) as caught:
        list(tokenize("/* /* */"))
    assert caught.value.failure.message == "Missing end comment mark '*/'."


def test_a_long_unclosed_quote_costs_linear_time() -> None:
    for opening in "'[\"":
        with pytest.raises(StatementFailed):
            list(tokenize(opening + "a" * 200_000))
