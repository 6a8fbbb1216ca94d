"""A report as Markdown, for comments on pull requests and ``$GITHUB_STEP_SUMMARY``.

Signs of Markdown in texts from elsewhere are written as character references, which no parser takes
for its own signs. A space of no width follows ``@`` and ``#``, because GitHub looks for names and
issue numbers in the finished page (renovatebot/renovate#1083, dependabot/dependabot-core#12685).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django_mssql_ops.findings import Finding, Report, Section, Table, Value
from django_mssql_ops.reports.wording import (
    counts,
    is_shown,
    one_line,
    sentences,
    value_text,
    verdict,
    word,
)

#: What would be a reference to a person, an issue or a pull request, and the signs of GitHub's
#: Markdown within a line, of its mathematics and of its bare links; an underscore within a word is
#: none.
_SIGNS = re.compile(
    r"(?P<reference>[@#]|GH-(?=\d))|[\\`*\[\]<>&|~$]|:(?=//)|(?<=www)\."
    r"|(?<![^\W_])_|_(?![^\W_])",
    re.IGNORECASE,
)
_NO_WIDTH = "&#8203;"


def render(report: Report, verbosity: int = 1) -> str:
    blocks = [f"## {_escaped(report.title)}: {verdict(report)}", f"{counts(report)}."]
    for subject in report.subjects:
        blocks += _subject(report.about(subject), subject, verbosity)
    return "\n\n".join(blocks) + "\n"


def _subject(report: Report, subject: str, verbosity: int) -> list[str]:
    blocks = [f"### {_escaped(subject)}: {verdict(report)}"]
    if verbosity == 0:
        return blocks
    shown = [finding for finding in report.findings if is_shown(report, finding, verbosity)]
    if shown:
        rows = (_finding(report, finding) for finding in shown)
        blocks.append(_table(("", "check", "finding"), rows))
    for table in report.tables:
        blocks += _values_table(table)
    stages = (_stage(section) for section in report.sections)
    blocks.append("<details><summary>Stages</summary>")
    blocks.append(_table(("stage", "status", "what was found", "ms"), stages))
    values = [row for section in report.sections for row in _values(section)]
    if values and verbosity > 1:
        blocks.append(_table(("stage", "name", "value"), values))
    return [*blocks, "</details>"]


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (heading, ("---",) * len(heading), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _values_table(table: Table) -> list[str]:
    heading = tuple(map(_escaped, table.columns))
    rows = (tuple(map(_cell, row)) for row in table.rows)
    return [f"{_escaped(table.name)}:", _table(heading, rows)]


def _cell(value: Value) -> str:
    return "" if value is None else _escaped(value_text(value))


def _finding(report: Report, finding: Finding) -> tuple[str, ...]:
    _, *others = sentences(report, finding)
    told = [_escaped(finding.message), *(f"{label}{_escaped(text)}" for label, text in others)]
    return (f"**{word(report, finding)}**", _escaped(finding.id), "<br>".join(told))


def _stage(section: Section) -> tuple[str, ...]:
    took = "" if section.milliseconds is None else f"{section.milliseconds:.1f}"
    return (_escaped(section.name), section.status.value, _escaped(section.summary), took)


def _values(section: Section) -> Iterator[tuple[str, ...]]:
    for name in sorted(section.values):
        yield _escaped(section.name), _escaped(name), _escaped(value_text(section.values[name]))


def _escaped(text: str) -> str:
    """``text`` on one line, in which Markdown finds nothing but text."""
    return _SIGNS.sub(_harmless, one_line(text))


def _harmless(found: re.Match[str]) -> str:
    sign = found.group()
    return sign + _NO_WIDTH if found["reference"] else f"&#{ord(sign)};"
