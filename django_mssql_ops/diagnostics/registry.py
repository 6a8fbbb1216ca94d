"""How a rule is written, found and run.

A rule is a generator function in a module of ``diagnostics/rules``::

    @rule(425, "rcsi", stage="database", needs=("database.read_committed_snapshot",))
    def rcsi(facts: Facts, enabled: bool) -> Verdicts:
        if not enabled:
            yield warning("readers block writers: ...", hint="ALTER DATABASE ...")

``needs`` names facts by dotted path from :class:`Facts`; they arrive as arguments, in order. When
one of them is :class:`NotRun` (its stage never ran, or was skipped) the rule is not asked. When one
is :class:`Unreadable` the rule is not asked either and says UNKNOWN with that reason: it can never
say ERROR about something nobody could read.

The docstring is the rule's page in the documentation and what ``--explain`` shows: its first line
names the fault, its last paragraph starts with ``Source:``.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django_mssql_ops.diagnostics import rules as rules_package
from django_mssql_ops.diagnostics.facts import NotRun, Subject, Unreadable
from django_mssql_ops.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule yields; the registry adds the rule's number, slug and the subject.

    ``about`` tells several verdicts of one rule apart and stays the same between runs. ``fatal``
    is for an error with which the application cannot work at all: it stays an error where others
    become warnings, in the checks that run before ``migrate``.
    """

    severity: Severity
    message: str
    hint: str = ""
    driver_text: str = ""
    about: str = ""
    fatal: bool = False


Verdicts = Iterator[Verdict]


def error(
    message: str, *, hint: str = "", driver_text: str = "", about: str = "", fatal: bool = False
) -> Verdict:
    return Verdict(Severity.ERROR, message, hint, driver_text, about, fatal)


def warning(message: str, *, hint: str = "", driver_text: str = "", about: str = "") -> Verdict:
    return Verdict(Severity.WARNING, message, hint, driver_text, about)


def info(message: str, *, hint: str = "", driver_text: str = "", about: str = "") -> Verdict:
    return Verdict(Severity.INFO, message, hint, driver_text, about)


def unknown(message: str, *, hint: str = "", driver_text: str = "", about: str = "") -> Verdict:
    return Verdict(Severity.UNKNOWN, message, hint, driver_text, about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One registered rule; ``number`` is its identity for ever and is never reused."""

    number: int
    slug: str
    stage: str
    needs: tuple[str, ...]
    judge: Callable[..., Verdicts]
    deploy_only: bool = False
    #: Asked about an entry of a retired backend as well, of which nothing else is worth saying.
    of_any_engine: bool = False

    def __hash__(self) -> int:
        """The number is the identity; the whole would be hashed for every alias."""
        return self.number

    @property
    def explanation(self) -> str:
        """The text of the rule's page; "" where Python runs without docstrings (-OO)."""
        return inspect.getdoc(self.judge) or ""

    def findings(self, facts: Subject) -> Iterator[Finding]:
        """Judge ``facts``; an unreadable need gives one UNKNOWN, a stage that never ran none."""
        if not self.of_any_engine and facts.is_retired:
            return
        arguments = []
        unreadable = None
        for path in self.needs:
            fact = facts.read(path)
            if isinstance(fact, NotRun):
                return
            if isinstance(fact, Unreadable):
                unreadable = unreadable or fact
            arguments.append(fact)
        if unreadable is None:
            verdicts: Iterable[Verdict] = self.judge(facts, *arguments)
        else:
            reason = f"{self.slug} could not be judged: {unreadable.reason}"
            verdicts = (unknown(reason, hint=unreadable.hint),)
        for verdict in verdicts:
            yield Finding(
                rule=self.number,
                slug=self.slug,
                severity=verdict.severity,
                subject=facts.subject,
                message=verdict.message,
                hint=verdict.hint,
                driver_text=verdict.driver_text,
                about=verdict.about,
                fatal=verdict.fatal,
            )


_registered: dict[int, Rule] = {}


def rule(
    number: int,
    slug: str,
    *,
    stage: str,
    needs: tuple[str, ...] = (),
    deploy_only: bool = False,
    of_any_engine: bool = False,
) -> Callable[[Callable[..., Verdicts]], Callable[..., Verdicts]]:
    """Register the decorated generator function as rule ``number``.

    Raises ValueError when the number or the slug is taken, or when no block has the number.
    """

    def register(judge: Callable[..., Verdicts]) -> Callable[..., Verdicts]:
        if not 100 <= number <= 799:
            raise ValueError(f"rule number {number} is outside 100..799")
        taken = _registered.get(number)
        if taken is not None and _origin(taken.judge) != _origin(judge):
            raise ValueError(f"rule number {number} is taken by {taken.slug!r}")
        if any(other.slug == slug and other.number != number for other in _registered.values()):
            raise ValueError(f"rule slug {slug!r} is taken")
        _registered[number] = Rule(
            number=number,
            slug=slug,
            stage=stage,
            needs=needs,
            judge=judge,
            deploy_only=deploy_only,
            of_any_engine=of_any_engine,
        )
        return judge

    return register


def _origin(judge: Callable[..., Verdicts]) -> tuple[str, str]:
    """A module imported again registers the same rule; a namesake elsewhere is another one."""
    return (judge.__module__, judge.__qualname__)


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule under ``diagnostics/rules``, by number; importing its modules registers them."""
    for module in pkgutil.iter_modules(rules_package.__path__):
        importlib.import_module(f"{rules_package.__name__}.{module.name}")
    return tuple(_registered[number] for number in sorted(_registered))


def slugs() -> dict[int, str]:
    """The name of every rule, by its number."""
    return {rule.number: rule.slug for rule in all_rules()}


def rules_of(stage: str) -> tuple[Rule, ...]:
    """The rules of one stage, by number."""
    return _by_stage(all_rules()).get(stage, ())


@functools.lru_cache(maxsize=2)
def _by_stage(rules: tuple[Rule, ...]) -> dict[str, tuple[Rule, ...]]:
    stages = dict.fromkeys(rule.stage for rule in rules)
    return {stage: tuple(rule for rule in rules if rule.stage == stage) for stage in stages}


def judge(facts: Subject, *, stage: str, deploy: bool = False) -> tuple[Finding, ...]:
    """The findings of all rules of ``stage`` on ``facts``; those of production with ``deploy``."""
    return tuple(
        finding
        for candidate in rules_of(stage)
        if deploy or not candidate.deploy_only
        for finding in candidate.findings(facts)
    )
