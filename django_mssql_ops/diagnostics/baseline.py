"""Accept the findings of today, fail on new ones: the file of ``--baseline`` and what it does.

A baseline is a JSON document, sorted, one finding an object, so that a change to it can be read in
a review::

    {
      "schema": "django-mssql-ops/baseline/1",
      "findings": [
        {
          "rule": 107,
          "slug": "options-unknown-key",
          "subject": "default",
          "about": "encript",
          "severity": "warning",
          "message": "DATABASES['default']['OPTIONS'] has the key 'encript', ..."
        }
      ]
    }

``rule``, ``subject`` and ``about`` say which finding it is, and ``severity`` how bad it was: a
finding that has become worse is not accepted. ``slug`` and ``message`` are there for readers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django_mssql_ops.diagnostics.registry import all_rules
from django_mssql_ops.diagnostics.whole_file import reason_of, replace_file
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Finding, Report, Section, Severity, Status

SCHEMA: Final = "django-mssql-ops/baseline/1"
#: Ten thousand findings; whatever is longer is another file.
MAX_BYTES: Final = 5_000_000

#: What is accepted: the rest is never bad, unless somebody asks for it to be.
_SEVERITIES: Final = {"error": Severity.ERROR, "warning": Severity.WARNING}
_FIELDS: Final[Mapping[str, type]] = {
    "rule": int,
    "slug": str,
    "subject": str,
    "about": str,
    "severity": str,
    "message": str,
}

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Identity = tuple[int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFinding:
    """One finding that was known when the baseline was written."""

    rule: int
    slug: str
    subject: str
    about: str
    severity: Severity
    message: str

    @property
    def identity(self) -> Identity:
        return (self.rule, self.subject, self.about)

    def covers(self, finding: Finding) -> bool:
        """True when ``finding`` is this one and no worse; UNKNOWN was never accepted."""
        if finding.severity is Severity.UNKNOWN or finding.identity != self.identity:
            return False
        return finding.severity.rank >= self.severity.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a project has accepted; no two entries have one identity."""

    entries: tuple[AcceptedFinding, ...] = ()

    def apply(self, report: Report) -> Report:
        """``report`` with ``accepted`` set on every finding that is known and no worse."""
        known = {entry.identity: entry for entry in self.entries}
        return replace(report, sections=tuple(_marked(s, known) for s in report.sections))

    def stale(
        self, report: Report, *, not_asked: Collection[int] = ()
    ) -> tuple[AcceptedFinding, ...]:
        """The entries whose finding is gone, so that they can be taken out of the file.

        An entry is not stale when its rule had no chance to speak: its number is in ``not_asked``,
        its subject or its stage is not in the report, the stage was skipped, or the facts could
        not be read. A rule that does not exist never gets one.
        """
        rules = {rule.number for rule in all_rules()}
        found = {finding.identity for finding in report.findings}
        unknown = {
            (finding.rule, finding.subject)
            for finding in report.findings
            if finding.severity is Severity.UNKNOWN
        }
        judged = _judged(report)
        return tuple(
            entry
            for entry in self.entries
            if entry.identity not in found
            and entry.rule not in not_asked
            and (entry.rule, entry.subject) not in unknown
            and ((entry.rule, entry.subject) in judged or entry.rule not in rules)
        )


def _marked(section: Section, known: Mapping[Identity, AcceptedFinding]) -> Section:
    findings = tuple(
        replace(finding, accepted=True) if _is_known(finding, known) else finding
        for finding in section.findings
    )
    return replace(section, findings=findings)


def _is_known(finding: Finding, known: Mapping[Identity, AcceptedFinding]) -> bool:
    entry = known.get(finding.identity)
    return entry is not None and entry.covers(finding)


def _judged(report: Report) -> set[tuple[int, str]]:
    """The rules that had their stage, with the subjects they had it for."""
    stages = {(s.name, s.subject) for s in report.sections if s.status is not Status.SKIPPED}
    return {
        (rule.number, subject)
        for rule in all_rules()
        for subject in report.subjects
        if (rule.stage, subject) in stages
    }


def read_baseline(path: Path) -> Baseline:
    """The baseline in the file; ConfigurationError says in one sentence why it cannot be used."""
    try:
        return Baseline(entries=_entries(_document(path)))
    except ConfigurationError as problem:
        raise ConfigurationError(f"the baseline {str(path)!r} {problem}") from None


def _document(path: Path) -> object:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the name
        raise ConfigurationError(f"could not be read: {reason_of(problem)}") from None
    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"is longer than {MAX_BYTES:,} bytes")
    try:
        # Editors on Windows may put a byte order mark in front.
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigurationError("is not UTF-8 text") from None
    except json.JSONDecodeError as problem:
        raise ConfigurationError(
            f"is not JSON: {problem.msg} (line {problem.lineno}, column {problem.colno})"
        ) from None
    except (RecursionError, ValueError):  # nested too deeply; a number of thousands of digits
        raise ConfigurationError("is not a baseline: its JSON cannot be taken in") from None


def _entries(document: object) -> tuple[AcceptedFinding, ...]:
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ConfigurationError(f'is not a baseline: it needs "schema": "{SCHEMA}"')
    further = sorted(document.keys() - {"schema", "findings"})
    if further:
        raise ConfigurationError(f"has the key {further[0]!r}, which is not understood")
    listed = document.get("findings")
    if not isinstance(listed, list):
        raise ConfigurationError('has no list "findings"')
    entries: dict[Identity, AcceptedFinding] = {}
    for position, item in enumerate(listed, start=1):
        try:
            entry = _entry(item)
            if entry.identity in entries:
                raise ConfigurationError("repeats an earlier one (same rule, subject and about)")
        except ConfigurationError as problem:
            raise ConfigurationError(f"is malformed: finding {position} {problem}") from None
        entries[entry.identity] = entry
    return tuple(entries.values())


def _entry(item: object) -> AcceptedFinding:
    if not isinstance(item, dict):
        raise ConfigurationError("is not an object")
    if item.keys() != _FIELDS.keys():
        odd = sorted(item.keys() ^ _FIELDS.keys())[0]
        verb = "lacks" if odd in _FIELDS else "has an unknown"
        raise ConfigurationError(f"{verb} {odd!r}")
    for name, kind in _FIELDS.items():
        # Exactly that type: JSON's true is an int for isinstance.
        if type(item[name]) is not kind:
            wanted = "whole number" if kind is int else "text"
            raise ConfigurationError(f"has no {wanted} in {name!r}")
    if not _SLUG.fullmatch(item["slug"]):
        raise ConfigurationError("has a 'slug' that is not the name of a rule")
    severity = _SEVERITIES.get(item["severity"])
    if severity is None:
        raise ConfigurationError(f"has a 'severity' that is not one of {', '.join(_SEVERITIES)}")
    return AcceptedFinding(**{**item, "severity": severity})


def write_baseline(path: Path, report: Report) -> Baseline:
    """Write what ``report`` found wrong, accepted or not, in place of what the file held.

    The file is either the old or the new one whole. INFO and UNKNOWN are left out. Gives what was
    written, which cannot be read back from a device.
    """
    written = _known_from_now_on(report)
    try:
        replace_file(path, _text(written).encode("ascii"))
    except (OSError, ValueError) as problem:
        raise ConfigurationError(
            f"the baseline {str(path)!r} could not be written: {reason_of(problem)}"
        ) from None
    return written


def _known_from_now_on(report: Report) -> Baseline:
    worst: dict[Identity, Finding] = {}
    for finding in report.findings:
        if finding.severity in _SEVERITIES.values():
            known = worst.setdefault(finding.identity, finding)
            if finding.severity.rank < known.severity.rank:
                worst[finding.identity] = finding
    return Baseline(entries=tuple(_accepted(worst[identity]) for identity in sorted(worst)))


def _accepted(finding: Finding) -> AcceptedFinding:
    return AcceptedFinding(
        rule=finding.rule,
        slug=finding.slug,
        subject=finding.subject,
        about=finding.about,
        severity=finding.severity,
        message=finding.message,
    )


def _text(baseline: Baseline) -> str:
    findings = [
        {name: getattr(entry, name) for name in _FIELDS} | {"severity": entry.severity.name.lower()}
        for entry in baseline.entries
    ]
    # ASCII, as in the reports: neither control characters nor direction marks mislead a reviewer.
    return json.dumps({"schema": SCHEMA, "findings": findings}, indent=2) + "\n"
