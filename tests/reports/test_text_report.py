"""The report for people: whole texts, and server text that tries to forge lines."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.findings import Finding, Report, Section, Severity, Status
from django_mssql_ops.reports import render
from django_mssql_ops.reports.wording import one_line
from tests.reports.building import ACCEPTED, EMPTY, REPORT, finding, reports, stage, texts
from tests.reports.building import report as built

#: Building a report of arbitrary texts takes milliseconds: fewer examples than usual.
few = settings(max_examples=min(40, settings().max_examples), deadline=None)

#: Verbosity -> the whole text of REPORT.
EXPECTED = {
    0: """\
default: FAILED
replica: ok
mssql_check: FAILED (1 failed, 0 warnings, 0 unknown)
""",
    1: """\
default: FAILED
  FAIL the server rejected the login [mssql_ops.E466]
    driver: Login failed for user 'app'.
    to do: Check USER and PASSWORD.
  ok      settings    db,1433
  FAILED  login       rejected (12.3 ms)

replica: ok
  skipped tls         --offline

mssql_check: FAILED (1 failed, 0 warnings, 0 unknown)
""",
    2: """\
default: FAILED
  FAIL the server rejected the login [mssql_ops.E466]
    driver: Login failed for user 'app'.
    to do: Check USER and PASSWORD.
  INFO a new edition [mssql_ops.I420]
  ok      settings    db,1433
          addresses = none
          host = db
          names = a, b
          port = 1433
          trusted = False
  FAILED  login       rejected (12.3 ms)

replica: ok
  skipped tls         --offline

mssql_check: FAILED (1 failed, 0 warnings, 0 unknown)
""",
}


def report_of(
    severity: Severity = Severity.ERROR,
    *,
    subject: str = "default",
    message: str = "m",
    hint: str = "",
    driver_text: str = "",
    summary: str = "s",
) -> Report:
    finding = Finding(
        rule=466,
        slug="login",
        severity=severity,
        subject=subject,
        message=message,
        hint=hint,
        driver_text=driver_text,
    )
    section = Section(
        subject=subject,
        name="login",
        status=Status.OK,
        summary=summary,
        values={"error": driver_text},
        findings=(finding,),
    )
    return Report(title="mssql_check", sections=(section,))


@pytest.mark.parametrize("verbosity", EXPECTED)
def test_the_whole_text(verbosity: int) -> None:
    assert render("text", REPORT, verbosity) == EXPECTED[verbosity]


def test_more_verbosity_than_there_is_shows_all_there_is() -> None:
    assert render("text", REPORT, 3) == EXPECTED[2]


@pytest.mark.parametrize("verbosity", [0, 1, 2])
def test_an_empty_report_is_its_total(verbosity: int) -> None:
    expected = "mssql_check: ok (0 failed, 0 warnings, 0 unknown)\n"
    assert render("text", EMPTY, verbosity) == expected


@pytest.mark.parametrize(
    ("severity", "line", "verdict", "total"),
    [
        (Severity.ERROR, "  FAIL m [mssql_ops.E466]", "FAILED", "1 failed, 0 warnings, 0 unknown"),
        (Severity.WARNING, "  WARN m [mssql_ops.W466]", "ok", "0 failed, 1 warnings, 0 unknown"),
        (Severity.UNKNOWN, "  UNKNOWN m [mssql_ops.U466]", "ok", "0 failed, 0 warnings, 1 unknown"),
    ],
)
def test_each_severity_has_its_word_and_is_counted(
    severity: Severity, line: str, verdict: str, total: str
) -> None:
    lines = render("text", report_of(severity)).splitlines()
    assert lines[:2] == [f"default: {verdict}", line]
    assert lines[-1] == f"mssql_check: {verdict} ({total})"


def test_findings_come_before_stages_and_the_worst_first() -> None:
    findings = tuple(
        Finding(rule=number, slug="s", severity=severity, subject="default", message="m")
        for number, severity in (
            (401, Severity.UNKNOWN),
            (402, Severity.WARNING),
            (404, Severity.ERROR),
            (403, Severity.ERROR),
        )
    )
    section = Section(
        subject="default", name="tls", status=Status.OK, summary="s", findings=findings
    )
    lines = render("text", Report(title="t", sections=(section,))).splitlines()
    assert [line.split()[0] for line in lines[1:6]] == ["FAIL", "FAIL", "WARN", "UNKNOWN", "ok"]
    assert "E403" in lines[1]


def test_long_sentences_are_wrapped_under_their_label() -> None:
    text = render("text", report_of(hint="word " * 40, message="verdict " * 20))
    assert text.startswith(
        "default: FAILED\n"
        "  FAIL verdict verdict verdict verdict verdict verdict verdict verdict verdict verdict "
        "verdict\n"
        "      verdict verdict verdict verdict verdict verdict verdict verdict verdict "
        "[mssql_ops.E466]\n"
        "    to do: word word word word word word word word word word word word word word word word"
        " word\n"
        "      word word"
    )
    assert all(len(line) <= 96 for line in text.splitlines())


def test_a_long_word_stays_whole_so_that_it_can_be_copied() -> None:
    path = "/opt/" + "very-long-directory/" * 10 + "libmsodbcsql-18.6.so.2.1"
    assert f"      {path}\n" in render("text", report_of(hint=f"Look at {path} and so on."))


def report_with(place: str, text: str) -> Report:
    """A report with ``text`` in one place: message, hint, driver_text, summary or subject."""
    places: dict[str, Any] = {place: text}
    return report_of(**places)


FORGERIES = [
    "fine\n  ok      tls       verified",
    "fine\r\n\r\ndefault: ok",
    "fine\x85  ok      tls",
    "fine\u2028  ok      tls",
    "fine\u2029  ok      tls",
    "fine\x0b\x0c\x1c\x1d\x1e  ok      tls",
    "\x1b[2J\x1b[1;1H  ok      tls",
    "\x9b2J  ok      tls",
    "fine\b\b\b\b\b\bFAIL",
    "fine\x00",
    "\u202eko  tls",
    "fine\ud800",
]


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("place", ["message", "hint", "driver_text", "summary", "subject"])
def test_text_from_elsewhere_stays_on_its_line(forgery: str, place: str) -> None:
    for verbosity in (0, 1, 2):
        honest = render("text", report_with(place, "fine"), verbosity)
        forged = render("text", report_with(place, forgery), verbosity)
        assert forged.count("\n") == honest.count("\n")
        assert len(forged.splitlines()) == len(honest.splitlines())
        assert all(line.isprintable() for line in forged.splitlines())


def test_white_space_of_the_drivers_words_is_one_blank() -> None:
    assert one_line(" a\t\tb\n c \u00a0 d ") == "a b c d"


@given(texts())
def test_one_line_is_one_printable_line(text: str) -> None:
    shown = one_line(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1
    assert one_line(shown) == shown


@few
@given(reports(), st.integers(0, 3))
def test_any_report_can_be_rendered_and_written(report: Report, verbosity: int) -> None:
    text = render("text", report, verbosity)
    text.encode("utf-8")
    assert text.endswith("\n")
    assert all(line.isprintable() for line in text.splitlines())
    assert re.fullmatch(
        r"mssql_check: (ok|FAILED) \(\d+ failed, \d+ warnings, \d+ unknown(, \d+ accepted)?\)",
        text.splitlines()[-1],
    )


@few
@given(reports())
def test_no_text_can_begin_a_line_like_a_stage_or_a_verdict_of_another_subject(
    report: Report,
) -> None:
    """Lines that are not indented: one a subject, an empty one after each, and the total."""
    lines = render("text", report).split("\n")[:-1]
    assert sum(not line.startswith(" ") for line in lines) == 2 * len(report.subjects) + 1
    stages = [line for line in lines if re.match(r"  (ok|FAILED|unknown|skipped) ", line)]
    own_lines = [s for s in report.sections if s.status is not Status.SKIPPED]
    assert len(own_lines) <= len(stages) <= len(report.sections)


def test_stages_skipped_in_a_row_for_one_reason_share_a_line() -> None:
    def section(name: str, status: Status, summary: str) -> Section:
        return Section(subject="default", name=name, status=status, summary=summary)

    report = Report(
        title="mssql_check",
        sections=(
            section("tcp", Status.FAILED, "refused"),
            section("prelogin", Status.SKIPPED, "tcp failed"),
            section("tls", Status.SKIPPED, "tcp failed"),
            section("login", Status.SKIPPED, "another reason"),
        ),
    )
    assert render("text", report, 1).splitlines()[1:4] == [
        "  FAILED  tcp         refused",
        "  skipped prelogin, tls: tcp failed",
        "  skipped login       another reason",
    ]


def test_what_is_accepted_is_one_line_after_the_others_and_counted_apart() -> None:
    assert render("text", ACCEPTED).splitlines() == [
        "default: ok",
        "  WARN the new one [mssql_ops.W107]",
        "  UNKNOWN who knows [mssql_ops.U411]",
        "  ACCEPTED the old one [mssql_ops.E466]",
        "  ok      login       s",
        "",
        "mssql_check: ok (0 failed, 1 warnings, 1 unknown, 1 accepted)",
    ]


def test_a_long_accepted_finding_is_cut_and_whole_with_more_verbosity() -> None:
    told = built(stage(finding(message="word " * 40, hint="Do.", accepted=True)))
    cut = render("text", told).splitlines()[1]
    assert len(cut) <= 96
    assert cut.endswith("… [mssql_ops.E466]")
    whole = render("text", told, 2)
    assert whole.count("word") == 40
    assert "    to do: Do.\n" in whole


@pytest.mark.parametrize(
    ("level", "verdict", "words"),
    [
        (Severity.ERROR, "ok (0 failed, 1 warnings, 0 unknown)", ["WARN"]),
        (Severity.WARNING, "FAILED (1 failed, 0 warnings, 0 unknown)", ["FAIL"]),
        (Severity.INFO, "FAILED (2 failed, 0 warnings, 0 unknown)", ["FAIL", "FAIL"]),
    ],
)
def test_what_fails_the_report_says_fail_and_is_shown_whatever_its_letter(
    level: Severity, verdict: str, words: list[str]
) -> None:
    findings = (finding(Severity.WARNING), finding(Severity.INFO))
    lines = render("text", built(stage(*findings), fail_level=level)).splitlines()
    assert [line.split()[0] for line in lines if "[mssql_ops." in line] == words
    assert lines[0] == f"default: {verdict.partition(' ')[0]}"
    assert lines[-1] == f"mssql_check: {verdict}"
