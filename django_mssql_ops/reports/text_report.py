"""A report for people: the verdict first, the driver's own words second, what to do third.

Then the stages, one line each. What a baseline accepts comes after the other findings.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator

from django_mssql_ops.findings import Finding, Report, Section, Status, Table, Value
from django_mssql_ops.reports.wording import (
    is_shown,
    one_line,
    sentences,
    total,
    value_text,
    verdict,
    word,
)

_WIDTH = 96
_STAGE_WIDTH = 11
_STATUS_WIDTH = 7
_INDENT = "  "
_NUMBER = re.compile(r"-|-?\d+(?:\.\d+)?", re.ASCII)


def render(report: Report, verbosity: int = 1) -> str:
    lines: list[str] = []
    for subject in report.subjects:
        lines += _subject(report.about(subject), subject, verbosity)
    lines.append(total(report))
    return "\n".join(lines) + "\n"


def _subject(report: Report, subject: str, verbosity: int) -> list[str]:
    lines = [f"{one_line(subject)}: {verdict(report)}"]
    if verbosity == 0:
        return lines
    for finding in report.findings:
        if not is_shown(report, finding, verbosity):
            continue
        if finding.accepted and verbosity == 1:
            lines.append(_accepted(report, finding))
        else:
            lines += _finding(report, finding)
    for table in report.tables:
        lines += _table(table)
    # A table has said what its stages would say again.
    shown = report.sections if verbosity > 1 or not report.tables else _skipped(report.sections)
    for sections in _runs(shown):
        lines += _section(sections, verbosity)
    return [*lines, ""]


def _skipped(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.status is Status.SKIPPED)


def _table(table: Table) -> list[str]:
    rows = [table.columns, *(tuple(map(_cell, row)) for row in table.rows)]
    columns = [_aligned(column, values) for column, values in enumerate(zip(*rows, strict=True))]
    lines = [_INDENT + "  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    rule = _INDENT + "-" * (max(map(len, lines), default=0) - len(_INDENT))
    return [_INDENT + one_line(table.name), *lines[:1], rule, *lines[1:]]


def _aligned(column: int, cells: tuple[str, ...]) -> list[str]:
    """Numbers to the right, with their heading; the first column is what the row is called."""
    width = max(map(len, cells))
    is_number = column > 0 and all(_NUMBER.fullmatch(cell) for cell in cells[1:])
    return [cell.rjust(width) if is_number else cell.ljust(width) for cell in cells]


def _cell(value: Value) -> str:
    return "-" if value is None else value_text(value)


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


def _finding(report: Report, finding: Finding) -> list[str]:
    return [line for label, text in sentences(report, finding) for line in _wrapped(text, label)]


def _accepted(report: Report, finding: Finding) -> str:
    """Nobody has to read it again: one line, cut where it is too long."""
    start = f"{_INDENT}{word(report, finding)} "
    end = f" [{finding.id}]"
    message = one_line(finding.message)
    room = _WIDTH - len(start) - len(end)
    if len(message) > room:
        message = message[: room - 1].rstrip() + "…"
    return f"{start}{message}{end}"


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
        f"{_INDENT * 5}{name} = {value_text(value)}"
        for name, value in sorted(section.values.items())
    ]
    return [line, *values]
