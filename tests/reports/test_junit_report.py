"""JUnit XML: the common shape, read back by a reader no one here wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped, TestCase

from django_mssql_ops.findings import Report, Severity, Status
from django_mssql_ops.reports import render
from tests.reports.building import ACCEPTED, EMPTY, REPORT, finding, report, reports, stage

SHAPE: Final = xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd")

few = settings(max_examples=min(40, settings().max_examples), deadline=None)

EXPECTED = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mssql_check" tests="3" failures="1" errors="0" skipped="1" time="0.012">
  <testsuite name="default" tests="2" failures="1" errors="0" skipped="0" time="0.012">
    <testcase name="settings" time="0.000" classname="mssql_check.default">
      <system-out>ok: db,1433</system-out>
    </testcase>
    <testcase name="login" time="0.012" classname="mssql_check.default">
      <failure message="the server rejected the login" type="mssql_ops.E466">\
FAIL the server rejected the login [mssql_ops.E466]
  driver: Login failed for user 'app'.
  to do: Check USER and PASSWORD.</failure>
      <system-out>failed: rejected</system-out>
    </testcase>
  </testsuite>
  <testsuite name="replica" tests="1" failures="0" errors="0" skipped="1" time="0.000">
    <testcase name="tls" time="0.000" classname="mssql_check.replica">
      <skipped message="skipped: --offline" />
      <system-out>skipped: --offline</system-out>
    </testcase>
  </testsuite>
</testsuites>
"""


def cases(told: Report, verbosity: int = 1) -> list[TestCase]:
    xml = JUnitXml.fromstring(render("junit", told, verbosity).encode())
    return [case for suite in xml for case in suite]


def test_the_whole_document() -> None:
    assert render("junit", REPORT) == EXPECTED


@pytest.mark.parametrize("told", [REPORT, EMPTY, ACCEPTED])
@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_the_shape(told: Report, verbosity: int) -> None:
    SHAPE.validate(render("junit", told, verbosity))


def test_verbosity_decides_about_the_output_alone() -> None:
    def without_output(verbosity: int) -> list[tuple[str, bool]]:
        return [(case.name, bool(case.result)) for case in cases(REPORT, verbosity)]

    assert without_output(0) == without_output(1) == without_output(2)
    assert [case.system_out for case in cases(REPORT, 0)] == [None, None, None]
    assert "port = 1433" in str(cases(REPORT, 2)[0].system_out)
    assert "INFO a new edition [mssql_ops.I420]" in str(cases(REPORT, 2)[1].system_out)


def test_what_is_accepted_or_unknown_fails_nothing_and_stands_in_the_output() -> None:
    (case,) = cases(ACCEPTED)
    assert case.result == []
    assert str(case.system_out).splitlines() == [
        "ok: s",
        "WARN the new one [mssql_ops.W107]",
        "UNKNOWN who knows [mssql_ops.U411]",
        "ACCEPTED the old one [mssql_ops.E466]",
        "  to do: Do.",
    ]


def test_the_level_of_the_report_decides_what_a_failure_is() -> None:
    (case,) = cases(replace(ACCEPTED, fail_level=Severity.WARNING))
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("mssql_ops.W107", "the new one")


def test_several_failures_of_one_stage_are_one_with_the_worst_first() -> None:
    told = report(
        stage(finding(Severity.WARNING, message="bad"), finding(rule=413, message="worse")),
        fail_level=Severity.WARNING,
    )
    (case,) = cases(told)
    (failure,) = case.result
    assert (failure.type, failure.message) == ("mssql_ops.E413", "worse (and 1 more)")
    assert str(failure.text).splitlines() == [
        "FAIL worse [mssql_ops.E413]",
        "FAIL bad [mssql_ops.W466]",
    ]


@pytest.mark.parametrize("status", [Status.SKIPPED, Status.UNKNOWN])
def test_a_stage_that_was_not_judged_is_skipped_unless_it_fails(status: Status) -> None:
    (case,) = cases(report(stage(status=status, summary="no right")))
    (skipped,) = case.result
    assert isinstance(skipped, Skipped)
    assert skipped.message == f"{status.value}: no right"
    (failed,) = cases(report(stage(finding(), status=status)))
    assert [type(result) for result in failed.result] == [Failure]


@few
@given(reports(), st.integers(0, 3))
def test_any_report_has_the_shape_and_counts_right(told: Report, verbosity: int) -> None:
    text = render("junit", told, verbosity)
    assert text.isascii()
    SHAPE.validate(text)
    xml = JUnitXml.fromstring(text.encode())
    results = [type(result) for suite in xml for case in suite for result in case.result]
    counts = (results.count(Failure), 0, results.count(Skipped))
    assert (xml.failures, xml.errors, xml.skipped) == counts
    assert sum(suite.failures for suite in xml) == xml.failures
    assert (xml.failures == 0) is told.is_good
    assert xml.tests == sum(suite.tests for suite in xml) == len(told.sections)
