"""Findings and reports: identity, order and the verdict."""

from __future__ import annotations

import dataclasses
import random

import pytest

from django_mssql_ops.findings import Finding, Report, Section, Severity, Status, sort_findings


def finding(severity: Severity, rule: int, subject: str = "default", text: str = "x") -> Finding:
    return Finding(rule=rule, slug="a-rule", severity=severity, subject=subject, message=text)


def section(*findings: Finding, subject: str = "default", name: str = "tls") -> Section:
    return Section(subject=subject, name=name, status=Status.OK, summary="", findings=findings)


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (Severity.ERROR, "mssql_ops.E107"),
        (Severity.WARNING, "mssql_ops.W107"),
        (Severity.UNKNOWN, "mssql_ops.U107"),
        (Severity.INFO, "mssql_ops.I107"),
    ],
)
def test_the_number_is_the_identity_and_the_letter_is_this_times_severity(
    severity: Severity, expected: str
) -> None:
    assert finding(severity, 107).id == expected


def test_severities_rank_from_error_to_info() -> None:
    ranked = sorted(Severity, key=lambda severity: severity.rank)
    assert ranked == [Severity.ERROR, Severity.WARNING, Severity.UNKNOWN, Severity.INFO]
    assert [severity.rank for severity in ranked] == [0, 1, 2, 3]


def test_findings_sort_by_severity_rule_subject_and_text_whatever_their_order() -> None:
    expected = (
        finding(Severity.ERROR, 450),
        finding(Severity.WARNING, 101, "a", "x"),
        finding(Severity.WARNING, 101, "a", "y"),
        finding(Severity.WARNING, 101, "b", "a"),
        finding(Severity.WARNING, 102, "a", "a"),
        finding(Severity.UNKNOWN, 101),
        finding(Severity.INFO, 101),
    )
    shuffled = random.sample(expected, len(expected))
    assert sort_findings(shuffled) == expected


def test_a_report_gathers_the_findings_of_all_its_sections_worst_first() -> None:
    report = Report(
        title="t",
        sections=(
            section(finding(Severity.INFO, 400), finding(Severity.WARNING, 401)),
            section(finding(Severity.ERROR, 402), subject="other"),
        ),
    )
    assert [found.rule for found in report.findings] == [402, 401, 400]


def test_subjects_keep_the_order_of_their_first_section() -> None:
    sections = tuple(section(subject=name) for name in ("b", "a", "b", "c", "a"))
    assert Report(title="t", sections=sections).subjects == ("b", "a", "c")


@pytest.mark.parametrize(
    ("severity", "good"),
    [
        (Severity.ERROR, False),
        (Severity.WARNING, True),
        (Severity.UNKNOWN, True),
        (Severity.INFO, True),
    ],
)
def test_only_an_error_makes_the_answer_bad(severity: Severity, good: bool) -> None:
    report = Report(title="t", sections=(section(finding(severity, 400)),))
    assert report.is_good is good
    assert report.exit_code == (0 if good else 1)


def test_a_report_about_nothing_is_good() -> None:
    report = Report(title="t")
    assert (report.is_good, report.exit_code, report.findings, report.subjects) == (True, 0, (), ())


def test_a_failed_section_without_an_error_does_not_decide_the_exit_code() -> None:
    failed = Section(subject="default", name="tls", status=Status.FAILED, summary="")
    assert Report(title="t", sections=(failed,)).exit_code == 0


def test_findings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding(Severity.INFO, 400).rule = 401  # type: ignore[misc]
