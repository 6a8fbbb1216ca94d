"""A report as annotations of GitHub Actions: one workflow command a finding, then a summary.

What has to be escaped, and how, is in GitHub's actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from django_mssql_ops.findings import Finding, Report, Severity
from django_mssql_ops.reports.wording import is_shown, one_line, sentences, total


def render(report: Report, verbosity: int = 1) -> str:
    shown = [finding for finding in report.findings if is_shown(report, finding, verbosity)]
    lines = [_annotation(report, finding) for finding in shown]
    return "\n".join([*lines, total(report)]) + "\n"


def _annotation(report: Report, finding: Finding) -> str:
    title = f"{one_line(report.title)} {one_line(finding.subject)}: {finding.slug}"
    text = "\n".join(label + text for label, text in sentences(report, finding))
    return f"::{_level(report, finding)} title={_property(title)}::{_message(text)}"


def _level(report: Report, finding: Finding) -> str:
    if report.fails(finding):
        return "error"
    is_warning = finding.severity is Severity.WARNING and not finding.accepted
    return "warning" if is_warning else "notice"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
