"""Annotations of GitHub Actions: one line each, whatever the texts hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.findings import Report, Severity
from django_mssql_ops.reports import render
from django_mssql_ops.reports.wording import one_line
from tests.reports.building import ACCEPTED, EMPTY, REPORT, finding, report, reports, stage

few = settings(max_examples=min(40, settings().max_examples), deadline=None)

#: What the runner takes for a command (actions/runner, ActionCommand.TryParseV2).
COMMAND = re.compile(r"::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)")


def unescaped(text: str) -> str:
    """As the runner reads it: the escape of % last."""
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def commands(told: Report, verbosity: int = 1) -> list[tuple[str, str, str]]:
    *lines, _ = render("github", told, verbosity).splitlines()
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    return [(m[1], unescaped(m[2]), unescaped(m[3])) for m in found if m]


def test_the_whole_text() -> None:
    assert render("github", REPORT) == (
        "::error title=mssql_check default%3A login::FAIL the server rejected the login "
        "[mssql_ops.E466]%0Adriver: Login failed for user 'app'.%0Ato do: Check USER and "
        "PASSWORD.\n"
        "mssql_check: FAILED (1 failed, 0 warnings, 0 unknown)\n"
    )


@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_an_empty_report_is_its_summary(verbosity: int) -> None:
    expected = "mssql_check: ok (0 failed, 0 warnings, 0 unknown)\n"
    assert render("github", EMPTY, verbosity) == expected


def test_verbosity_0_is_the_summary_and_2_has_information_too() -> None:
    assert render("github", REPORT, 0).count("\n") == 1
    assert [level for level, _, _ in commands(REPORT, 2)] == ["error", "notice"]


def test_what_does_not_make_the_answer_bad_is_a_warning_or_a_notice() -> None:
    assert [(level, text.split()[0]) for level, _, text in commands(ACCEPTED)] == [
        ("warning", "WARN"),
        ("notice", "UNKNOWN"),
        ("notice", "ACCEPTED"),
    ]
    strict = replace(ACCEPTED, fail_level=Severity.WARNING)
    assert commands(strict)[0][0] == "error"


def test_signs_of_the_runner_are_escaped() -> None:
    told = report(
        stage(finding(subject="a,b::c=100%", message="100 %0A, a::b", hint="x,\ny"), subject="a")
    )
    line, _ = render("github", told).splitlines()
    assert line == (
        "::error title=mssql_check a%2Cb%3A%3Ac=100%25%3A login::"
        "FAIL 100 %250A, a::b [mssql_ops.E466]%0Ato do: x, y"
    )


@few
@given(reports(), st.integers(1, 3))
def test_any_report_is_one_line_a_finding_and_a_summary(told: Report, verbosity: int) -> None:
    text = render("github", told, verbosity)
    text.encode("utf-8")
    assert all(line.isprintable() for line in text.splitlines())
    shown = [f for f in told.findings if f.severity is not Severity.INFO or told.fails(f)]
    expected = told.findings if verbosity > 1 else shown
    found = commands(told, verbosity)
    assert len(found) == len(expected)
    for (level, title, message), told_finding in zip(found, expected, strict=True):
        assert (level == "error") is told.fails(told_finding)
        assert one_line(told_finding.message) in message
        assert one_line(told_finding.subject) in title
