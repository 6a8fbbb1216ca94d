"""The staged run: settings -> driver -> names -> ports -> TDS -> TLS -> one login -> server.

Each stage is one probe with its own time limit; what it brings back decides whether the next one
can be asked at all. Stages that cannot are said to be skipped, with the reason. The run makes at
most one login per alias, and none for a server and user whose login was rejected under another
alias before.

:func:`gather` asks and :func:`report_on` judges; nothing is judged before everything is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django_mssql_ops.configuration import ConnectionSettings, is_retired, read_settings
from django_mssql_ops.diagnostics.facts import (
    NOT_ASKED,
    Facts,
    NotRun,
    Project,
    ProjectFacts,
    Stage,
    Subject,
    Unreadable,
)
from django_mssql_ops.diagnostics.probes.driver import probe_driver
from django_mssql_ops.diagnostics.registry import Rule, rules_of
from django_mssql_ops.diagnostics.sections import STAGES, project_section, section
from django_mssql_ops.diagnostics.selection import EVERYTHING, Selection
from django_mssql_ops.findings import Finding, Report, Section, Severity

if TYPE_CHECKING:
    from django_mssql_ops.diagnostics.online import Rejected

DEFAULT_LIMIT: Final = 5.0
TITLE: Final = "mssql_check"

_OFFLINE = NotRun("--offline")
_RETIRED = NotRun("Django cannot load this ENGINE")
_NO_TOKEN = NotRun("no TOKEN is set")
#: What a system check has to read by itself, the driver stage reads better.
_IN_DRIVER_STAGE = NotRun("the driver stage looks at the driver itself")
_ONLINE_STAGES: Final = STAGES[STAGES.index("dns") :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``limit`` is each probe's time limit in seconds; ``deploy`` asks the rules of production.

    A rule of production that is selected by name is asked without ``deploy`` as well. ``without``
    are stages of the open connection that are left out.
    """

    limit: float = DEFAULT_LIMIT
    offline: bool = False
    deploy: bool = False
    selection: Selection = EVERYTHING
    fail_level: Severity = Severity.ERROR
    without: frozenset[str] = frozenset()

    def asks(self, rule: Rule) -> bool:
        """Whether ``rule`` is one of those that this run judges by."""
        named = self.selection.only is not None
        return (self.deploy or named or not rule.deploy_only) and rule.number in self.selection


def run_check(
    entries: Mapping[str, Mapping[str, Any]],
    options: Options,
    project: Stage[ProjectFacts] = NOT_ASKED,
) -> Report:
    """All stages of all aliases, in the order given. ``entries`` is like DATABASES.

    Raises ConfigurationError when an entry is so malformed that nothing can be asked of it.
    """
    return report_on(gather(entries, options, project), options, project)


def gather(
    entries: Mapping[str, Mapping[str, Any]],
    options: Options,
    project: Stage[ProjectFacts] = NOT_ASKED,
    rejected: Rejected | None = None,
) -> tuple[Facts, ...]:
    """The facts of every alias; ``rejected`` logins are not tried again, and are added to.

    Raises ConfigurationError when an entry is so malformed that nothing can be asked of it.
    """
    known = {} if rejected is None else rejected
    return tuple(
        _gather(read_settings(alias, entry), options, project, known)
        for alias, entry in entries.items()
    )


def report_on(
    found: Iterable[Facts], options: Options, project: Stage[ProjectFacts] = NOT_ASKED
) -> Report:
    """What the rules say about the facts; the project first, if anybody asked about it."""
    sections: list[Section] = []
    if not isinstance(project, NotRun):
        whole = Project(project=project)
        sections.append(project_section(whole, _judged(whole, "project", options)))
    for facts in found:
        sections += [section(facts, stage, _judged(facts, stage, options)) for stage in STAGES]
    return Report(title=TITLE, sections=tuple(sections), fail_level=options.fail_level)


def _judged(subject: Subject, stage: str, options: Options) -> tuple[Finding, ...]:
    asked = (rule for rule in rules_of(stage) if options.asks(rule))
    return tuple(finding for rule in asked for finding in rule.findings(subject))


def _gather(
    settings: ConnectionSettings,
    options: Options,
    project: Stage[ProjectFacts],
    rejected: Rejected,
) -> Facts:
    facts = Facts(alias=settings.alias, settings=settings, project=project)
    if is_retired(settings.engine):
        return _skipped(facts, STAGES[1:], _RETIRED)
    facts = replace(
        facts,
        token=settings.token or _NO_TOKEN,
        installed_drivers=_IN_DRIVER_STAGE,
        driver_versions=_IN_DRIVER_STAGE,
        driver=_guarded(lambda: probe_driver(settings)),
    )
    if options.offline:
        return _skipped(facts, _ONLINE_STAGES, _OFFLINE)
    # Imported here: an offline check needs neither sockets nor Django's connections.
    from django_mssql_ops.diagnostics.online import probe_online

    return probe_online(facts, options.limit, rejected, without=options.without)


def _guarded(probe: Callable[[], Any]) -> Any:
    """A file that cannot be read must not end the run: the other stages still say something."""
    try:
        return probe()
    except OSError as error:
        return Unreadable(f"{type(error).__name__}: {error.strerror or error}")


def _skipped(facts: Facts, stages: tuple[str, ...], reason: NotRun) -> Facts:
    skipped: dict[str, Any] = dict.fromkeys(stages, reason)
    return replace(facts, **skipped)
