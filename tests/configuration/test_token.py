from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.configuration.token import MAX_TOKEN_LENGTH, TokenFacts, read_token

NOON = dt.datetime(2026, 9, 1, 12, 0, tzinfo=dt.UTC)


def token(claims: object) -> str:
    """A JSON Web Token with these claims; its signature is nobody's."""
    parts = ({"alg": "none"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return ".".join([*(part.decode() for part in encoded), "c2lnbmVk"])


def test_the_times_are_read() -> None:
    seconds = int(NOON.timestamp())
    assert read_token(token({"exp": seconds, "iat": seconds - 60})) == TokenFacts(
        is_readable=True, expires_at=NOON, issued_at=NOON - dt.timedelta(minutes=1)
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "is None"),
        ("", "is blank"),
        (" \n", "is blank"),
        (7, "is a int"),
        (b"x", "is a bytes"),
    ],
)
def test_what_cannot_be_a_token_is_said(value: object, problem: str) -> None:
    assert read_token(value).problem == problem


@pytest.mark.parametrize(
    "text",
    [
        "opaque",
        "a.b.c",
        "..",
        "a.!!!.c",
        "é.é.é",
        "x." + "A" * (MAX_TOKEN_LENGTH + 1) + ".y",
        token([1]),
        token("text"),
        f"x.{base64.urlsafe_b64encode(b'[' * 30_000).decode()}.y",
    ],
)
def test_a_text_that_says_nothing_is_no_problem_but_not_readable(text: str) -> None:
    assert read_token(text) == TokenFacts()


@pytest.mark.parametrize("moment", [True, "soon", None, 1e300, -1e300, float("nan"), 10**400, []])
def test_a_time_that_is_none_is_none(moment: object) -> None:
    assert read_token(token({"exp": moment})) == TokenFacts(is_readable=True)


@given(st.text() | st.builds(token, st.dictionaries(st.text(), st.floats() | st.text())))
def test_any_text_is_read_and_never_kept(text: str) -> None:
    facts = read_token(text)
    assert len(text) < 40 or text not in repr(facts)
