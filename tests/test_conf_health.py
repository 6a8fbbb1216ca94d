from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.conf import Health, examine_ops_settings, read_ops_settings
from django_mssql_ops.exceptions import ConfigurationError

TOKEN = "0123456789abcdef"


def test_reads_what_is_set_about_health() -> None:
    raw = {
        "DATABASES": ["default", "archive"],
        "TIMEOUT": 2,
        "CACHE": 0,
        "LOGIN_TIMEOUT": 3,
        "QUERY_TIMEOUT": 2,
        "FACTS_EVERY": 300,
        "FAIL_ON": "warning",
        "TOKENS": [TOKEN],
        "NETWORKS": ["10.0.0.0/8", "::1", "192.168.0.0/255.255.0.0"],
    }
    assert read_ops_settings({"HEALTH": raw}).health == Health(
        databases=("default", "archive"),
        timeout=2.0,
        cache=0.0,
        login_timeout=3,
        query_timeout=2,
        facts_every=300.0,
        fail_on="warning",
        tokens=(TOKEN,),
        networks=("10.0.0.0/8", "::1", "192.168.0.0/255.255.0.0"),
    )


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"TOKEN": (TOKEN,)}, "['TOKEN'] is no key; did you mean 'TOKENS'?"),
        ({"DATABASES": "default"}, "['DATABASES'] is 'default'; put it in a tuple"),
        ({"TIMEOUT": 0}, "['TIMEOUT'] is 0; it must be seconds, above 0 and at most 600"),
        ({"CACHE": -1}, "['CACHE'] is -1; it must be seconds, at least 0 and at most 600"),
        ({"LOGIN_TIMEOUT": 0.5}, "['LOGIN_TIMEOUT'] is 0.5; it must be whole seconds, at least 1"),
        ({"QUERY_TIMEOUT": 0}, "['QUERY_TIMEOUT'] is 0; it must be whole seconds, at least 1"),
        ({"FAIL_ON": "error"}, "['FAIL_ON'] is 'error'; it must be 'unavailable' or 'warning'"),
        ({"NETWORKS": ("10.0.0.1/8",)}, "['NETWORKS'][0] is a str; it must be a network as 10.0"),
        ({"NETWORKS": (10,)}, "['NETWORKS'][0] is 10; it must be a network as 10.0.0.0/8"),
    ],
)
def test_says_what_is_wrong_about_health(raw: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_ops_settings({"HEALTH": raw})
    assert str(caught.value).startswith(f"MSSQL_OPS['HEALTH']{sentence}")


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        (TOKEN, " is a str; put it in a tuple"),
        (1234567890123456, " is a int; it must be a tuple of tokens"),
        (("guessable",), "[0] is a str; it must be a token of at least 16 characters, ASCII and"),
        ((TOKEN, "with a space in it"), "[1] is a str; it must be a token of at least 16"),
        ((f"{TOKEN}\n",), "[0] is a str; it must be a token of at least 16"),
        ((f"{TOKEN}ä",), "[0] is a str; it must be a token of at least 16"),
        ((1234567890123456,), "[0] is a int; it must be a token of at least 16"),
    ],
)
def test_a_token_is_long_and_never_quoted(tokens: Any, sentence: str) -> None:
    (problem,) = examine_ops_settings({"HEALTH": {"TOKENS": tokens}})[1]
    assert problem.sentence.startswith(f"MSSQL_OPS['HEALTH']['TOKENS']{sentence}")


@given(st.recursive(st.text("ab1-", min_size=6, max_size=15), st.lists, max_leaves=6))
def test_nothing_of_a_wrong_token_is_quoted(tokens: Any) -> None:
    marked = ["sesame-1"] if tokens == [] else tokens
    problems = examine_ops_settings({"HEALTH": {"TOKENS": marked}})[1]
    told = "".join(problem.path + problem.sentence for problem in problems)
    assert not any(text in told for text in _texts(marked))


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [text for one in value for text in _texts(one)]


def test_no_repr_shows_a_token() -> None:
    values = read_ops_settings({"HEALTH": {"TOKENS": (TOKEN,)}})
    assert values.health.tokens == (TOKEN,)
    assert TOKEN not in repr(values)
