from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.conf import (
    OpsSettings,
    RetryBudget,
    RetryMiddleware,
    RetryWorstCase,
    examine_ops_settings,
    examine_project,
    ops_settings,
    read_ops_settings,
)
from django_mssql_ops.exceptions import ConfigurationError

SECRET = "mssql://svc:hunter2@db"
NAMES = (
    "ENGINES, TIMEOUT, CONNECT_BUDGET, SLOW_LOGIN, TRANSIENT_ERRORS, TRANSIENT_PROFILE, "
    "RETRY_BUDGET, READ_ONLY_FUNCTIONS, RETRY_MIDDLEWARE, RETRY_WORST_CASE, HEALTH, "
    "RETRYTEST_DATABASES"
)
KEYS = st.sampled_from([*NAMES.split(", "), SECRET])
ODD_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.just(SECRET)),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.just(SECRET), inner),
)


def test_everything_has_a_default() -> None:
    default = OpsSettings(engines=(), timeout=5.0, connect_budget=60.0, slow_login=1.0)
    assert ops_settings() == default
    assert examine_project(settings)[1] == ()


def test_reads_what_is_set() -> None:
    raw = {"ENGINES": ["acme.sqlserver"], "TIMEOUT": 2, "CONNECT_BUDGET": 90, "SLOW_LOGIN": 0.5}
    expected = OpsSettings(
        engines=("acme.sqlserver",), timeout=2.0, connect_budget=90.0, slow_login=0.5
    )
    assert read_ops_settings(raw) == expected


def test_is_read_once_and_again_after_a_change() -> None:
    before = ops_settings()
    assert ops_settings() is before
    with override_settings(MSSQL_OPS={"TIMEOUT": 1}):
        assert ops_settings().timeout == 1
    assert ops_settings() == before


def test_another_setting_leaves_it_alone() -> None:
    before = ops_settings()
    with override_settings(USE_TZ=False):
        assert ops_settings() is before


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (None, "MSSQL_OPS is a NoneType; it must be a dict"),
        (["TIMEOUT"], "MSSQL_OPS is a list; it must be a dict"),
        ({"TIMEOUTS": 5}, "MSSQL_OPS has the unknown key 'TIMEOUTS'; did you mean 'TIMEOUT'?"),
        ({"timeout": 5}, "MSSQL_OPS has the unknown key 'timeout'; did you mean 'TIMEOUT'?"),
        (
            {5: 5},
            f"MSSQL_OPS has the unknown key 5; known keys are {NAMES}",
        ),
        (
            {"CONNECTION_BUDGET": 5},
            "MSSQL_OPS has the unknown key 'CONNECTION_BUDGET'; did you mean 'CONNECT_BUDGET'?",
        ),
        ({"ENGINES": "acme"}, "MSSQL_OPS['ENGINES'] is 'acme'; put it in a tuple"),
        ({"ENGINES": ("a", 5)}, "MSSQL_OPS['ENGINES'][1] is 5; it must be an ENGINE value"),
    ],
)
def test_says_in_one_sentence_what_is_wrong(raw: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_ops_settings(raw)
    assert str(caught.value) == sentence


def test_reads_what_is_set_about_retries() -> None:
    values = read_ops_settings(
        {
            "TRANSIENT_ERRORS": {4060: "reconnect", 1222: "never"},
            "TRANSIENT_PROFILE": "efcore",
            "RETRY_BUDGET": {"CAPACITY": 50, "REFUND": 0.5},
            "READ_ONLY_FUNCTIONS": ["dbo.vat"],
            "RETRY_MIDDLEWARE": {
                "METHODS": ["GET"],
                "BASE_DELAY": 0,
                "DEADLINE": None,
                "VIEWS": ["shop.views.buy"],
            },
            "RETRY_WORST_CASE": {"LOGINS": 8},
            "RETRYTEST_DATABASES": ("test_*",),
        }
    )
    assert values.transient_errors == {4060: "reconnect", 1222: "never"}
    assert values.transient_profile == "efcore"
    assert values.retry_budget == RetryBudget(capacity=50, retry=5, timeout=10, refund=0.5)
    assert values.read_only_functions == ("dbo.vat",)
    assert values.retry_middleware == RetryMiddleware(
        base_delay=0.0, methods=("GET",), deadline=None, views=("shop.views.buy",)
    )
    assert values.retry_worst_case == RetryWorstCase(logins=8, seconds=180.0)
    assert values.retrytest_databases == ("test_*",)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"TRANSIENT_ERRORS": [4060]}, "['TRANSIENT_ERRORS'] is a list; it must be a dict of"),
        ({"TRANSIENT_ERRORS": {"4060": "rerun"}}, "['TRANSIENT_ERRORS'] has the key '4060'; it mu"),
        ({"TRANSIENT_ERRORS": {-1: "rerun"}}, "['TRANSIENT_ERRORS'] has the key -1; it must be an"),
        (
            {"TRANSIENT_ERRORS": {4060: "retry"}},
            "['TRANSIENT_ERRORS'][4060] is 'retry'; it must be 'reconnect', 'rerun', 'ambiguous' "
            "or 'never'",
        ),
        ({"TRANSIENT_PROFILE": "ef"}, "['TRANSIENT_PROFILE'] is 'ef'; it must be 'default' or"),
        ({"RETRY_BUDGET": 500}, "['RETRY_BUDGET'] is 500; it must be a dict"),
        (
            {"RETRY_BUDGET": {"CAPACTY": 5}},
            "['RETRY_BUDGET']['CAPACTY'] is no key; did you mean 'CAPACITY'?",
        ),
        ({"RETRY_BUDGET": {"CAPACITY": 0}}, "['RETRY_BUDGET']['CAPACITY'] is 0; it must be tokens"),
        ({"RETRY_BUDGET": {"RETRY": -1}}, "['RETRY_BUDGET']['RETRY'] is -1; it must be tokens"),
        (
            {"RETRY_MIDDLEWARE": {"METHODS": "GET"}},
            "['RETRY_MIDDLEWARE']['METHODS'] is 'GET'; put it in a tuple",
        ),
        (
            {"RETRY_MIDDLEWARE": {"METHODS": ("get",)}},
            "['RETRY_MIDDLEWARE']['METHODS'][0] is 'get'; it must be a method in capitals",
        ),
        (
            {"RETRY_MIDDLEWARE": {"VIEWS": ("buy",)}},
            "['RETRY_MIDDLEWARE']['VIEWS'][0] is 'buy'; it must be the dotted name of a view",
        ),
        ({"RETRY_MIDDLEWARE": {"BASE_DELAY": -1}}, "['RETRY_MIDDLEWARE']['BASE_DELAY'] is -1"),
        ({"RETRY_MIDDLEWARE": {"MAX_RETRIES": 1.5}}, "['RETRY_MIDDLEWARE']['MAX_RETRIES'] is 1.5"),
        ({"RETRY_MIDDLEWARE": {"MAX_BODY": -1}}, "['RETRY_MIDDLEWARE']['MAX_BODY'] is -1; it must"),
        (
            {"RETRY_MIDDLEWARE": {"UNAVAILABLE_RESPONSE": 1}},
            "['RETRY_MIDDLEWARE']['UNAVAILABLE_RESPONSE'] is 1; it must be True or False",
        ),
        (
            {"RETRY_MIDDLEWARE": {"DEADLINE": 0}},
            "['RETRY_MIDDLEWARE']['DEADLINE'] is 0; it must be seconds, above 0 and at most 3600, "
            "or None",
        ),
        ({"RETRY_WORST_CASE": {5: 1}}, "['RETRY_WORST_CASE'][5] is no key; known keys are LOGINS"),
        ({"READ_ONLY_FUNCTIONS": "dbo.vat"}, "['READ_ONLY_FUNCTIONS'] is 'dbo.vat'; put it in a"),
        ({"RETRYTEST_DATABASES": [""]}, "['RETRYTEST_DATABASES'][0] is ''; it must be a pattern"),
    ],
)
def test_says_what_is_wrong_about_retries(raw: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_ops_settings(raw)
    assert str(caught.value).startswith(f"MSSQL_OPS{sentence}")


@pytest.mark.parametrize("value", [0, -1, True, "5", None, float("nan"), float("inf"), 5000])
def test_a_timeout_is_a_sane_number_of_seconds(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"MSSQL_OPS\['TIMEOUT'\] is .*; it must be"):
        read_ops_settings({"TIMEOUT": value})


@pytest.mark.parametrize("value", [0, -1, True, "60", None, float("nan"), 3601])
def test_a_budget_is_a_sane_number_of_seconds(value: object) -> None:
    with pytest.raises(ConfigurationError, match="it must be seconds, above 0 and at most 3600"):
        read_ops_settings({"CONNECT_BUDGET": value})


@pytest.mark.parametrize("value", [0, -1, True, "1", None, float("nan"), 61, 1000])
def test_a_slow_login_is_a_sane_number_of_seconds(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"above 0 and at most 60$"):
        read_ops_settings({"SLOW_LOGIN": value})


@pytest.mark.parametrize("value", [None, {"acme": 1}, 5, {"acme"}])
def test_engines_are_a_tuple(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"MSSQL_OPS\['ENGINES'\] is .*; it must be"):
        read_ops_settings({"ENGINES": value})


@pytest.mark.parametrize("value", [None, 5, "", " ", [], b"acme"])
def test_engines_are_names(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"MSSQL_OPS\['ENGINES'\]\[1\] is .*; it must be"):
        read_ops_settings({"ENGINES": ["acme.sqlserver", value]})


def test_every_problem_is_told_at_once_with_its_place() -> None:
    raw = {"ENGINES": ["", "acme", 5], "TIMEOUT": 2, "CONNECT_BUDGET": 0, "TIMEOOT": 1, 7: 1}
    values, problems = examine_ops_settings(raw)
    assert [problem.path for problem in problems] == [
        "MSSQL_OPS['ENGINES'][0]",
        "MSSQL_OPS['ENGINES'][2]",
        "MSSQL_OPS['CONNECT_BUDGET']",
        "MSSQL_OPS['TIMEOOT']",
        "MSSQL_OPS[7]",
    ]
    assert values == OpsSettings(timeout=2.0)
    with pytest.raises(ConfigurationError) as caught:
        read_ops_settings(raw)
    assert str(caught.value) == "; and ".join(problem.sentence for problem in problems)


def test_the_problems_of_the_project_are_those_of_now() -> None:
    with override_settings(MSSQL_OPS={"TIMEOUT": 0}):
        (problem,) = examine_project(settings)[1]
    assert problem.path == "MSSQL_OPS['TIMEOUT']"
    assert examine_project(settings)[1] == ()


@given(st.dictionaries(st.one_of(st.text(), st.integers(), KEYS), ODD_VALUES) | ODD_VALUES)
def test_anything_is_read_and_nothing_odd_is_quoted(raw: Any) -> None:
    values, problems = examine_ops_settings(raw)
    assert 0 < values.timeout <= 600
    assert 0 < values.connect_budget <= 3600
    assert 0 < values.slow_login <= 60
    assert all(problem.sentence.startswith("MSSQL_OPS") for problem in problems)
    assert SECRET not in "".join(problem.path + problem.sentence for problem in problems)
