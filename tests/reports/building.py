"""Reports to render: one with something of everything, an empty one, arbitrary ones."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from django_mssql_ops.findings import Finding, Report, Section, Severity, Status

EMPTY: Final = Report(title="mssql_check")

_REJECTED = Finding(
    rule=466,
    slug="login",
    severity=Severity.ERROR,
    subject="default",
    message="the server rejected the login",
    hint="Check USER and PASSWORD.",
    driver_text="Login failed for user 'app'.",
)
_NEW_EDITION = Finding(
    rule=420,
    slug="engine-edition",
    severity=Severity.INFO,
    subject="default",
    message="a new edition",
)

REPORT: Final = Report(
    title="mssql_check",
    sections=(
        Section(
            subject="default",
            name="settings",
            status=Status.OK,
            summary="db,1433",
            values={
                "port": 1433,
                "host": "db",
                "trusted": False,
                "names": ("a", "b"),
                "addresses": (),
            },
        ),
        Section(
            subject="default",
            name="login",
            status=Status.FAILED,
            summary="rejected",
            milliseconds=12.34567,
            findings=(_REJECTED, _NEW_EDITION),
        ),
        Section(subject="replica", name="tls", status=Status.SKIPPED, summary="--offline"),
    ),
)


def finding(severity: Severity = Severity.ERROR, **changes: Any) -> Finding:
    """One finding about ``default``, of rule 466 unless the test says otherwise."""
    plain: dict[str, Any] = {"rule": 466, "slug": "login", "subject": "default", "message": "m"}
    return Finding(**{**plain, "severity": severity, **changes})


def stage(*findings: Finding, **changes: Any) -> Section:
    """One stage of ``default``, which went well unless the test says otherwise."""
    plain: dict[str, Any] = {"subject": "default", "name": "login", "status": Status.OK}
    return Section(**{**plain, "summary": "s", "findings": findings, **changes})


def report(*sections: Section, **changes: Any) -> Report:
    return Report(**{"title": "mssql_check", "sections": sections, **changes})


#: What a baseline accepts, among others: one of every word.
ACCEPTED: Final = report(
    stage(
        finding(Severity.ERROR, about="a", message="the old one", hint="Do.", accepted=True),
        finding(Severity.WARNING, rule=107, slug="options-unknown-key", message="the new one"),
        finding(Severity.UNKNOWN, rule=411, slug="encrypt-state", message="who knows"),
    )
)


def texts() -> st.SearchStrategy[str]:
    """Any text, lone surrogates and all, with what a hostile server would send among it."""
    hostile = st.sampled_from(
        ["\n", "\r", "\x1b[2J", "\x9b1A", "\u2028", "\u202e", "\x00", "  ok      tls ", "a" * 200]
    )
    anything = st.text(st.characters(exclude_categories=()), max_size=20)
    return st.lists(hostile | anything, max_size=2).map("".join)


def _findings() -> st.SearchStrategy[Finding]:
    return st.builds(
        Finding,
        rule=st.integers(100, 699),
        slug=st.just("a-rule"),
        severity=st.sampled_from(Severity),
        subject=texts(),
        message=texts(),
        hint=texts(),
        driver_text=texts(),
        about=texts(),
        accepted=st.booleans(),
    )


def _sections() -> st.SearchStrategy[Section]:
    plain = texts() | st.integers() | st.booleans() | st.none()
    values = plain | st.floats(allow_nan=False, allow_infinity=False)
    nested = values | st.lists(values, max_size=2).map(tuple)
    return st.builds(
        Section,
        subject=texts(),
        name=st.sampled_from(["settings", "tls", "login"]),
        status=st.sampled_from(Status),
        summary=texts(),
        milliseconds=st.none() | st.floats(0, 1e6),
        values=st.dictionaries(st.sampled_from(["host", "names", "error"]), nested),
        findings=st.lists(_findings(), max_size=2).map(tuple),
    )


def reports() -> st.SearchStrategy[Report]:
    """Reports of any texts, as a hostile server or odd settings could make them."""
    return st.builds(
        Report,
        title=st.just("mssql_check"),
        sections=st.lists(_sections(), max_size=2).map(tuple),
        fail_level=st.sampled_from(Severity),
    )
