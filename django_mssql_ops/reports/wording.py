"""What the formats for people have in common: the words, what is shown, what is counted.

Text that came from a server, a driver or the settings is shown on one line and without control
characters, so that it can neither move the cursor nor forge a line.
"""

from __future__ import annotations

from django_mssql_ops.findings import Finding, Report, Severity, Value

ACCEPTED = "ACCEPTED"
FAIL = "FAIL"
_WORDS = {
    Severity.ERROR: FAIL,
    Severity.WARNING: "WARN",
    Severity.UNKNOWN: "UNKNOWN",
    Severity.INFO: "INFO",
}


def word(report: Report, finding: Finding) -> str:
    """The word before the finding: FAIL for all that makes the answer bad, whatever its letter."""
    if finding.accepted:
        return ACCEPTED
    return FAIL if report.fails(finding) else _WORDS[finding.severity]


def is_shown(report: Report, finding: Finding, verbosity: int) -> bool:
    """Verbosity 0 shows verdicts alone, 1 leaves information out unless it fails, 2 shows all."""
    if verbosity == 1:
        return finding.severity is not Severity.INFO or report.fails(finding)
    return verbosity > 1


def sentences(report: Report, finding: Finding) -> list[tuple[str, str]]:
    """Label and text of each line: the verdict, the driver's own words, what to do."""
    lines = [("", f"{word(report, finding)} {one_line(finding.message)} [{finding.id}]")]
    if finding.driver_text:
        lines.append(("driver: ", one_line(finding.driver_text)))
    if finding.hint:
        lines.append(("to do: ", one_line(finding.hint)))
    return lines


def verdict(report: Report) -> str:
    return "ok" if report.is_good else "FAILED"


def counts(report: Report) -> str:
    """How many findings have which word: ``1 failed, 0 warnings, 2 unknown``."""
    words = [word(report, finding) for finding in report.findings]
    shown = [
        f"{words.count(counted)} {name}"
        for counted, name in (
            (FAIL, "failed"),
            (_WORDS[Severity.WARNING], "warnings"),
            (_WORDS[Severity.UNKNOWN], "unknown"),
        )
    ]
    if ACCEPTED in words:
        shown.append(f"{words.count(ACCEPTED)} accepted")
    return ", ".join(shown)


def total(report: Report) -> str:
    return f"{one_line(report.title)}: {verdict(report)} ({counts(report)})"


def value_text(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value_text(inner) for inner in value) or "none"
    return one_line(str(value))


def one_line(text: str) -> str:
    """``text`` with every run of white space and control characters as one blank, none outside."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
