"""A report as JUnit XML, for build servers: a suite a subject, a test case a stage.

A stage whose findings make the answer bad has one ``failure`` (most readers look at the first
alone) that holds all of them; what else was found stands in ``system-out``. A stage that was
skipped or could not be read is ``skipped``: it is neither good nor bad. There is no official
schema; the shape is what Jenkins, GitLab and Surefire agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from django_mssql_ops.findings import Finding, Report, Section, Status
from django_mssql_ops.reports.wording import is_shown, one_line, sentences, value_text

_Element = ElementTree.Element

_NOT_JUDGED = {Status.SKIPPED: "skipped", Status.UNKNOWN: "unknown"}


def render(report: Report, verbosity: int = 1) -> str:
    root = _Element("testsuites", {"name": one_line(report.title)})
    for subject in report.subjects:
        root.append(_suite(report.about(subject), subject, verbosity))
    _count(root, report.sections)
    ElementTree.indent(root)
    # Character references in place of other letters than ASCII: every stream can carry it.
    text = ElementTree.tostring(root, encoding="us-ascii").decode("ascii")
    start = text.index("<testsuites")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text[start:]}\n'


def _suite(report: Report, subject: str, verbosity: int) -> _Element:
    name = one_line(subject)
    suite = _Element("testsuite", {"name": name})
    for section in report.sections:
        case = _case(report, section, verbosity)
        case.set("classname", f"{one_line(report.title)}.{name}")
        suite.append(case)
    _count(suite, report.sections)
    return suite


def _count(element: _Element, sections: Sequence[Section]) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", _seconds(sum(section.milliseconds or 0 for section in sections)))


def _case(report: Report, section: Section, verbosity: int) -> _Element:
    name, seconds = one_line(section.name), _seconds(section.milliseconds or 0)
    case = _Element("testcase", {"name": name, "time": seconds})
    failed = [finding for finding in section.findings if report.fails(finding)]
    if failed:
        case.append(_failure(report, failed))
    elif section.status in _NOT_JUDGED:
        reason = f"{_NOT_JUDGED[section.status]}: {one_line(section.summary)}"
        case.append(_Element("skipped", {"message": reason}))
    if verbosity > 0:
        others = [finding for finding in section.findings if not report.fails(finding)]
        shown = [finding for finding in others if is_shown(report, finding, verbosity)]
        output = ElementTree.SubElement(case, "system-out")
        output.text = "\n".join(_output(report, section, shown, verbosity))
    return case


def _failure(report: Report, failed: Sequence[Finding]) -> _Element:
    first = min(failed, key=lambda finding: finding.sort_key)
    message = one_line(first.message)
    if len(failed) > 1:
        message += f" (and {len(failed) - 1} more)"
    failure = _Element("failure", {"message": message, "type": first.id})
    failure.text = "\n".join(_lines(report, failed))
    return failure


def _lines(report: Report, findings: Sequence[Finding]) -> list[str]:
    return [
        f"  {label}{text}" if label else text
        for finding in sorted(findings, key=lambda finding: finding.sort_key)
        for label, text in sentences(report, finding)
    ]


def _output(
    report: Report, section: Section, findings: Sequence[Finding], verbosity: int
) -> list[str]:
    lines = [f"{section.status.value}: {one_line(section.summary)}", *_lines(report, findings)]
    if verbosity > 1:
        lines += [f"{name} = {value_text(section.values[name])}" for name in sorted(section.values)]
    return lines


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"
