"""What every command produces and every renderer eats: findings, gathered in a report.

A report is a list of sections, each about one subject (a database alias) and one stage. A section
carries what was read (``values``) and what was judged (``findings``). Nothing here knows a
command, a renderer or Django.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

ID_PREFIX = "mssql_ops"


class Severity(enum.Enum):
    """How bad a finding is; the value is the letter shown in its id (``mssql_ops.W107``).

    UNKNOWN means that the facts could not be read. It never makes an answer bad.
    """

    ERROR = "E"
    WARNING = "W"
    UNKNOWN = "U"
    INFO = "I"

    @property
    def rank(self) -> int:
        """0 is the worst; findings are sorted by it."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One judgement of one rule on one subject.

    ``rule`` is the identity for ever; the letter of ``id`` is the severity shown this time.
    ``about`` says what in particular (a keyword, a table) where a rule can say several things
    about one subject; it does not change between runs. ``driver_text`` holds the driver's own
    words, already free of secrets. ``accepted`` is True for what a baseline knows: it is shown
    and does not make the answer bad. ``fatal`` marks an error with which nothing works at all.
    """

    rule: int
    slug: str
    severity: Severity
    subject: str
    message: str
    hint: str = ""
    driver_text: str = ""
    about: str = ""
    accepted: bool = False
    fatal: bool = False

    @property
    def id(self) -> str:
        return f"{ID_PREFIX}.{self.severity.value}{self.rule}"

    @property
    def identity(self) -> tuple[int, str, str]:
        """What stays the same while a thing is as it is: rule, subject and ``about``."""
        return (self.rule, self.subject, self.about)

    @property
    def sort_key(self) -> tuple[bool, int, int, str, str, str]:
        worst_first = (self.accepted, self.severity.rank)
        return (*worst_first, self.rule, self.subject, self.about, self.message)


class Status(enum.Enum):
    """How a stage ended, apart from what the rules say about its facts."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


#: What a renderer may be handed as a fact: plain data, already free of secrets.
Value = str | int | float | bool | None | tuple["Value", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One stage of one subject: what was read and what the rules made of it."""

    subject: str
    name: str
    status: Status
    summary: str
    milliseconds: float | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Values side by side, about one subject; every row has as many as there are ``columns``.

    It repeats what sections hold, in a form that is read at a glance: it judges nothing.
    """

    subject: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole answer of one command; a finding of ``fail_level`` or worse makes it bad."""

    title: str
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    fail_level: Severity = Severity.ERROR

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, the worst first, in an order that does not change between runs."""
        return sort_findings(f for section in self.sections for f in section.findings)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects in the order in which they first appear."""
        return tuple(dict.fromkeys(section.subject for section in self.sections))

    @property
    def is_good(self) -> bool:
        """False when a finding fails; UNKNOWN alone is not bad, and neither is what is accepted."""
        return not any(self.fails(f) for f in self.findings)

    def fails(self, finding: Finding) -> bool:
        """True when ``finding`` alone would make the answer bad."""
        if finding.accepted or finding.severity is Severity.UNKNOWN:
            return False
        return finding.severity.rank <= self.fail_level.rank

    def about(self, subject: str) -> Report:
        """The part of the report about one subject, judged by the same level."""
        sections = tuple(s for s in self.sections if s.subject == subject)
        tables = tuple(t for t in self.tables if t.subject == subject)
        return replace(self, sections=sections, tables=tables)

    @property
    def exit_code(self) -> int:
        """0 the answer is good, 1 the answer is bad."""
        return 0 if self.is_good else 1


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first, then by rule, subject and text."""
    return tuple(sorted(findings, key=lambda finding: finding.sort_key))
