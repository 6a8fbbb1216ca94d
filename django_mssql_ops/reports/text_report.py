"""A report for people: the verdict first, the driver's own words second, what to do third.

Then the stages, one line each. Text that came from a server or a driver is shown on one line and
without control characters, so that it can neither move the cursor nor forge a line.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator

from django_mssql_ops.findings import Finding, Report, Section, Severity, Status, Value

_WIDTH = 96
_STAGE_WIDTH = 9
_STATUS_WIDTH = 7
_INDENT = "  "
_WORDS = {
    Severity.ERROR: "FAIL",
    Severity.WARNING: "WARN",
    Severity.UNKNOWN: "UNKNOWN",
    Severity.INFO: "INFO",
}


def render(report: Report, verbosity: int = 1) -> str:
    lines: list[str] = []
    for subject in report.subjects:
        sections = tuple(s for s in report.sections if s.subject == subject)
        lines += _subject(Report(title=report.title, sections=sections), subject, verbosity)
    lines.append(_total(report))
    return "\n".join(lines) + "\n"


def _subject(report: Report, subject: str, verbosity: int) -> list[str]:
    verdict = "ok" if report.is_good else "FAILED"
    lines = [f"{one_line(subject)}: {verdict}"]
    if verbosity == 0:
        return lines
    for finding in report.findings:
        if finding.severity is not Severity.INFO or verbosity > 1:
            lines += _finding(finding)
    for sections in _runs(report.sections):
        lines += _section(sections, verbosity)
    return [*lines, ""]


def _runs(sections: tuple[Section, ...]) -> Iterator[list[Section]]:
    """Skipped stages in a row with one reason are one line; every other stage has its own."""
    for (skipped, _), run in itertools.groupby(sections, key=_reason):
        if skipped:
            yield list(run)
        else:
            yield from ([section] for section in run)


def _reason(section: Section) -> tuple[bool, str]:
    skipped = section.status is Status.SKIPPED
    return skipped, section.summary if skipped else ""


def _finding(finding: Finding) -> list[str]:
    word = _WORDS[finding.severity]
    lines = _wrapped(f"{word} {one_line(finding.message)} [{finding.id}]", "")
    if finding.driver_text:
        lines += _wrapped(one_line(finding.driver_text), "driver: ")
    if finding.hint:
        lines += _wrapped(one_line(finding.hint), "to do: ")
    return lines


def _wrapped(text: str, label: str) -> list[str]:
    first = _INDENT * (2 if label else 1) + label
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=_INDENT * 3,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _section(run: list[Section], verbosity: int) -> list[str]:
    section = run[0]
    status = section.status.value
    if section.status is Status.FAILED:
        status = status.upper()
    if len(run) > 1:
        names = ", ".join(skipped.name for skipped in run)
        return _wrapped(f"{status:<{_STATUS_WIDTH}} {names}: {one_line(section.summary)}", "")
    took = "" if section.milliseconds is None else f" ({section.milliseconds:.1f} ms)"
    line = (
        f"{_INDENT}{status:<{_STATUS_WIDTH}} {section.name:<{_STAGE_WIDTH}} "
        f"{one_line(section.summary)}{took}"
    )
    if verbosity < 2:
        return [line]
    values = [
        f"{_INDENT * 5}{name} = {_shown(value)}" for name, value in sorted(section.values.items())
    ]
    return [line, *values]


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(inner) for inner in value) or "none"
    return one_line(str(value))


def _total(report: Report) -> str:
    counts = [
        f"{sum(f.severity is severity for f in report.findings)} {name}"
        for severity, name in (
            (Severity.ERROR, "failed"),
            (Severity.WARNING, "warnings"),
            (Severity.UNKNOWN, "unknown"),
        )
    ]
    verdict = "ok" if report.is_good else "FAILED"
    return f"{report.title}: {verdict} ({', '.join(counts)})"


def one_line(text: str) -> str:
    """``text`` with every run of white space and control characters as one blank, none outside."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
