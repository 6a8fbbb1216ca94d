"""A baseline: what is known is accepted, what is new or worse is not, what is gone is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from django_mssql_ops.diagnostics import baseline
from django_mssql_ops.diagnostics.baseline import (
    SCHEMA,
    AcceptedFinding,
    Baseline,
    read_baseline,
    write_baseline,
)
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Report, Severity, Status
from tests.reports.building import EMPTY, finding, report, reports, stage

few = settings(max_examples=min(20, settings().max_examples), deadline=None)

ERROR, WARNING, UNKNOWN, INFO = Severity

#: One of everything, out of order; rule 466 is of the stage login, as are the sections of building.
FOUND = report(
    stage(
        finding(WARNING, rule=466, about="b", message="100 times ü"),
        finding(ERROR, rule=466, about="a", hint="Do.", driver_text="no"),
        finding(UNKNOWN, rule=408, slug="connect-time"),
        finding(INFO, rule=408, slug="connect-time"),
    ),
    stage(
        finding(WARNING, rule=107, slug="options-unknown-key", subject="a", about="x"), subject="a"
    ),
)

WRITTEN = """\
{
  "schema": "django-mssql-ops/baseline/1",
  "findings": [
    {
      "rule": 107,
      "slug": "options-unknown-key",
      "subject": "a",
      "about": "x",
      "severity": "warning",
      "message": "m"
    },
    {
      "rule": 466,
      "slug": "login",
      "subject": "default",
      "about": "a",
      "severity": "error",
      "message": "m"
    },
    {
      "rule": 466,
      "slug": "login",
      "subject": "default",
      "about": "b",
      "severity": "warning",
      "message": "100 times \\u00fc"
    }
  ]
}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "baseline.json"


def written(told: Report, path: Path) -> Baseline:
    write_baseline(path, told)
    return read_baseline(path)


def accepted(severity: Severity = WARNING, **changes: Any) -> AcceptedFinding:
    plain = {"rule": 466, "slug": "login", "subject": "default", "about": "", "message": "m"}
    return AcceptedFinding(**{**plain, "severity": severity, **changes})


class TestWriting:
    def test_the_whole_file(self, path: Path) -> None:
        write_baseline(path, FOUND)
        assert path.read_text("ascii") == WRITTEN

    def test_nothing_found_is_a_file_too(self, path: Path) -> None:
        assert written(EMPTY, path) == Baseline()

    def test_what_is_accepted_already_is_written_again(self, path: Path) -> None:
        known = written(FOUND, path)
        assert written(known.apply(FOUND), path) == known

    def test_of_two_findings_that_look_alike_the_worse_is_written(self, path: Path) -> None:
        for order in ((WARNING, ERROR), (ERROR, WARNING)):
            told = report(stage(*(finding(severity, accepted=True) for severity in order)))
            assert [entry.severity for entry in written(told, path).entries] == [ERROR]

    def test_an_old_file_is_replaced_and_nothing_is_left_beside_it(self, path: Path) -> None:
        path.write_text("old")
        write_baseline(path, EMPTY)
        assert [found.name for found in path.parent.iterdir()] == [path.name]
        assert read_baseline(path) == Baseline()

    def test_what_cannot_be_written_is_one_sentence(self, tmp_path: Path) -> None:
        absent = tmp_path / "absent" / "baseline.json"
        with pytest.raises(ConfigurationError) as caught:
            write_baseline(absent, FOUND)
        assert str(caught.value) == (
            f"the baseline {str(absent)!r} could not be written: No such file or directory"
        )
        with pytest.raises(ConfigurationError, match="could not be written: Is a directory"):
            write_baseline(tmp_path, FOUND)
        with pytest.raises(ConfigurationError, match="could not be written: "):
            write_baseline(tmp_path / "a\0b", FOUND)
        assert list(tmp_path.iterdir()) == []


class TestApplying:
    def test_what_is_known_is_accepted_and_the_rest_is_as_it_was(self, path: Path) -> None:
        known = written(FOUND, path)
        assert not FOUND.is_good
        told = known.apply(FOUND)
        assert told.is_good
        assert [(f.rule, f.about, f.accepted) for f in told.sections[0].findings] == [
            (466, "b", True),
            (466, "a", True),
            (408, "", False),
            (408, "", False),
        ]
        assert _all_open(told) == FOUND

    @pytest.mark.parametrize(
        "changes", [{"rule": 465}, {"subject": "replica"}, {"about": "another"}]
    )
    def test_another_rule_subject_or_about_is_new(self, changes: dict[str, Any]) -> None:
        told = Baseline(entries=(accepted(ERROR),)).apply(report(stage(finding(**changes))))
        assert not told.findings[0].accepted
        assert not told.is_good

    def test_other_words_are_not(self) -> None:
        known = Baseline(entries=(accepted(ERROR, slug="renamed", message="took 5 ms"),))
        assert known.apply(report(stage(finding(message="took 7 ms")))).is_good

    @pytest.mark.parametrize(
        ("was", "now", "expected"),
        [
            (WARNING, ERROR, False),
            (WARNING, WARNING, True),
            (WARNING, INFO, True),
            (ERROR, WARNING, True),
            (ERROR, ERROR, True),
            (ERROR, UNKNOWN, False),
            (WARNING, UNKNOWN, False),
        ],
    )
    def test_what_became_worse_is_not_accepted(
        self, was: Severity, now: Severity, expected: bool
    ) -> None:
        told = Baseline(entries=(accepted(was),)).apply(report(stage(finding(now))))
        assert told.findings[0].accepted is expected


class TestStale:
    known = Baseline(entries=(accepted(),))

    def test_what_is_gone_is_named(self) -> None:
        assert self.known.stale(report(stage())) == self.known.entries

    def test_what_is_there_is_not_however_bad_it_is_now(self) -> None:
        for severity in Severity:
            assert self.known.stale(report(stage(finding(severity)))) == ()

    def test_another_finding_of_the_same_rule_does_not_stand_for_it(self) -> None:
        told = report(stage(finding(about="another")))
        assert self.known.stale(told) == self.known.entries

    def test_nothing_is_gone_that_nobody_could_see(self) -> None:
        assert self.known.stale(EMPTY) == ()
        assert self.known.stale(report(stage(status=Status.SKIPPED))) == ()
        assert self.known.stale(report(stage(name="tls"))) == ()
        assert self.known.stale(report(stage(subject="replica"))) == ()
        assert self.known.stale(report(stage(finding(UNKNOWN, about="why")))) == ()
        assert self.known.stale(report(stage()), not_asked={466}) == ()

    def test_a_rule_that_there_is_not_is_gone_for_every_subject(self) -> None:
        unknown = replace(self.known.entries[0], rule=9999, subject="replica")
        known = Baseline(entries=(unknown,))
        assert known.stale(report(stage())) == (unknown,)


BROKEN = {
    "": "is not JSON: Expecting value (line 1, column 1)",
    "{": "is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)",
    "[" * 100_000: "is not a baseline: its JSON cannot be taken in",
    "[]": f'is not a baseline: it needs "schema": "{SCHEMA}"',
    '{"schema": "django-mssql-ops/baseline/2", "findings": []}': (
        f'is not a baseline: it needs "schema": "{SCHEMA}"'
    ),
    f'{{"schema": "{SCHEMA}"}}': 'has no list "findings"',
    f'{{"schema": "{SCHEMA}", "findings": {{}}}}': 'has no list "findings"',
    f'{{"schema": "{SCHEMA}", "findings": [], "more": 1}}': (
        "has the key 'more', which is not understood"
    ),
    f'{{"schema": "{SCHEMA}", "findings": ["x"]}}': "is malformed: finding 1 is not an object",
    f'{{"schema": "{SCHEMA}", "findings": [{{}}]}}': "is malformed: finding 1 lacks 'about'",
}


@pytest.mark.parametrize(("text", "sentence"), BROKEN.items(), ids=range(len(BROKEN)))
def test_what_is_no_baseline_is_one_sentence(path: Path, text: str, sentence: str) -> None:
    path.write_text(text)
    assert refusal(path) == sentence


def refusal(path: Path) -> str:
    """What is said about the file, behind its name."""
    with pytest.raises(ConfigurationError) as caught:
        read_baseline(path)
    start = f"the baseline {str(path)!r} "
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rule": "466"}, "has no whole number in 'rule'"),
        ({"rule": True}, "has no whole number in 'rule'"),
        ({"rule": 466.0}, "has no whole number in 'rule'"),
        ({"subject": None}, "has no text in 'subject'"),
        ({"about": ["x"]}, "has no text in 'about'"),
        ({"severity": "info"}, "has a 'severity' that is not one of error, warning"),
        ({"severity": {}}, "has no text in 'severity'"),
        ({"slug": "a\nb"}, "has a 'slug' that is not the name of a rule"),
        ({"more": 1}, "has an unknown 'more'"),
    ],
)
def test_a_malformed_finding_is_named(path: Path, changes: dict[str, Any], sentence: str) -> None:
    document = json.loads(WRITTEN)
    document["findings"][1] |= changes
    path.write_text(json.dumps(document))
    assert refusal(path) == f"is malformed: finding 2 {sentence}"


def test_a_finding_that_is_listed_twice_is_named(path: Path) -> None:
    document = json.loads(WRITTEN)
    document["findings"].append(document["findings"][0] | {"message": "other words"})
    path.write_text(json.dumps(document))
    expected = "is malformed: finding 4 repeats an earlier one (same rule, subject and about)"
    assert refusal(path) == expected


def test_a_file_that_cannot_be_read_is_one_sentence(path: Path, tmp_path: Path) -> None:
    assert refusal(path) == "could not be read: No such file or directory"
    assert refusal(tmp_path) == "could not be read: Is a directory"
    assert refusal(tmp_path / "a\0b").startswith("could not be read: ")
    path.write_bytes(WRITTEN.encode("utf-16"))
    assert refusal(path) == "is not UTF-8 text"


def test_a_file_that_is_too_long_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(WRITTEN)
    monkeypatch.setattr(baseline, "MAX_BYTES", len(WRITTEN))
    assert len(read_baseline(path).entries) == 3
    monkeypatch.setattr(baseline, "MAX_BYTES", len(WRITTEN) - 1)
    assert refusal(path) == f"is longer than {len(WRITTEN) - 1:,} bytes"


def test_a_byte_order_mark_is_no_reason_to_refuse(path: Path) -> None:
    path.write_bytes(WRITTEN.encode("utf-8-sig"))
    assert len(read_baseline(path).entries) == 3


@few
@given(reports())
def test_every_report_is_accepted_by_its_own_baseline(
    tmp_path_factory: pytest.TempPathFactory, told: Report
) -> None:
    # JSON makes one character of two lone surrogates that happen to fit.
    identities = [[*f.identity] for f in told.findings]
    assume(json.loads(json.dumps(identities)) == identities)
    path = tmp_path_factory.getbasetemp() / "round-trip.json"
    known = written(told, path)
    again = known.apply(told)
    bad = [f for f in again.findings if f.severity in (ERROR, WARNING) and not f.accepted]
    assert bad == []
    assert {entry.identity for entry in known.entries} == {
        f.identity for f in told.findings if f.severity in (ERROR, WARNING)
    }
    first = path.read_text("ascii")
    assert written(again, path) == known
    assert path.read_text("ascii") == first
    assert known.stale(told) == ()


@few
@given(reports(), reports())
def test_a_baseline_of_another_report_accepts_only_what_it_knows(
    tmp_path_factory: pytest.TempPathFactory, old: Report, new: Report
) -> None:
    known = written(old, tmp_path_factory.getbasetemp() / "other.json")
    told = known.apply(_all_open(new))
    identities = {entry.identity for entry in known.entries}
    assert {f.identity for f in told.findings if f.accepted} <= identities
    assert _all_open(told) == _all_open(new)


def _all_open(told: Report) -> Report:
    """The report with nothing accepted."""
    sections = tuple(
        replace(s, findings=tuple(replace(f, accepted=False) for f in s.findings))
        for s in told.sections
    )
    return replace(told, sections=sections)
