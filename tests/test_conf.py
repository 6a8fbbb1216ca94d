from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from django_mssql_ops.conf import OpsSettings, ops_settings, read_ops_settings
from django_mssql_ops.exceptions import ConfigurationError


def test_everything_has_a_default() -> None:
    assert ops_settings() == OpsSettings(engines=(), timeout=5.0)


def test_reads_what_is_set() -> None:
    raw = {"ENGINES": ["acme.sqlserver"], "TIMEOUT": 2}
    assert read_ops_settings(raw) == OpsSettings(engines=("acme.sqlserver",), timeout=2.0)


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
        ({5: 5}, "MSSQL_OPS has the unknown key 5; known keys are ENGINES, TIMEOUT"),
        ({"ENGINES": "acme"}, "MSSQL_OPS['ENGINES'] is the str 'acme'; put it in a tuple"),
    ],
)
def test_says_in_one_sentence_what_is_wrong(raw: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_ops_settings(raw)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("value", [0, -1, True, "5", None, float("nan"), float("inf"), 5000])
def test_a_timeout_is_a_sane_number_of_seconds(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"MSSQL_OPS\['TIMEOUT'\] is .*; it must be"):
        read_ops_settings({"TIMEOUT": value})


@pytest.mark.parametrize("value", [None, [5], [""], {"acme": 1}])
def test_engines_are_names(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"MSSQL_OPS\['ENGINES'\] is .*; it must be"):
        read_ops_settings({"ENGINES": value})
