"""A run as a report: every format shows it, and the exit code follows the verdicts."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from django_mssql_ops.findings import Status
from django_mssql_ops.reports import RENDERERS, render
from django_mssql_ops.retrytest.result import Layer, Run, report_of
from django_mssql_ops.retrytest.verdict import Verdict
from tests.retrytest.building import EXAMPLE, result, run, runs

SHAPE = json.loads(files("django_mssql_ops.reports").joinpath("report.schema.json").read_text())


def test_the_verdicts_decide_and_layers_for_comparison_do_not() -> None:
    assert not EXAMPLE.is_good
    assert report_of(EXAMPLE).exit_code == 1
    held = [one for one in EXAMPLE.results if one.held or one.layer is Layer.BACKEND]
    good = replace(EXAMPLE, results=tuple(held))
    assert good.is_good
    assert report_of(good).exit_code == 0
    alone = replace(good, compared=frozenset())
    assert not alone.is_good
    assert report_of(alone).exit_code == 1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_run_and_report_agree_for_every_verdict(verdict: Verdict) -> None:
    one = run(result(verdict))
    assert report_of(one).is_good is one.is_good is verdict.held


def test_what_was_not_asked_for_is_skipped_and_named() -> None:
    skipped = [s for s in report_of(EXAMPLE).sections if s.status is Status.SKIPPED]
    assert [(section.name, section.summary) for section in skipped] == [
        ("commit-before-rst", "needs --write")
    ]


def test_text_is_a_table_for_people() -> None:
    told = render("text", report_of(EXAMPLE))
    assert "default (pyodbc), built-in workload, layer decorator: FAILED" in told
    assert "2 of 4 scenarios held, 1 not run; seed 7" in told
    assert "double-applied" in told
    assert "skipped commit-before-rst needs --write" in told
    assert told.splitlines()[-1].startswith("mssql_retrytest: FAILED")


@pytest.mark.parametrize("format_name", sorted(RENDERERS))
@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_every_format_shows_a_run(format_name: str, verbosity: int) -> None:
    told = render(format_name, report_of(EXAMPLE), verbosity)
    assert told.endswith("\n")
    if format_name != "text" or verbosity:
        assert "double-applied" in told or verbosity == 0


@settings(max_examples=min(40, settings().max_examples), deadline=None)
@given(runs())
def test_any_run_has_the_shape_of_a_report(found: Run) -> None:
    Draft202012Validator(SHAPE).validate(json.loads(render("json", report_of(found))))
