"""The staged run: settings -> driver -> names -> ports -> TDS -> TLS -> one login -> server.

Each stage is one probe with its own time limit; what it brings back decides whether the next one
can be asked at all. Stages that cannot are said to be skipped, with the reason. The run makes at
most one login per alias, and none for a server and user whose login was rejected under another
alias before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django_mssql_ops.configuration import ConnectionSettings, is_retired, read_settings
from django_mssql_ops.diagnostics.facts import Facts, NotRun, Unreadable
from django_mssql_ops.diagnostics.probes.driver import probe_driver
from django_mssql_ops.diagnostics.registry import judge
from django_mssql_ops.diagnostics.sections import STAGES, section
from django_mssql_ops.findings import Report, Section

DEFAULT_LIMIT: Final = 5.0
TITLE: Final = "mssql_check"

_OFFLINE = NotRun("--offline")
_RETIRED = NotRun("Django cannot load this ENGINE")
#: What a system check has to read by itself, the driver stage reads better.
_IN_DRIVER_STAGE = NotRun("the driver stage looks at the driver itself")
_ONLINE_STAGES: Final = STAGES[STAGES.index("dns") :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``limit`` is each probe's time limit in seconds."""

    limit: float = DEFAULT_LIMIT
    offline: bool = False


def run_offline(entries: Mapping[str, Mapping[str, Any]]) -> Report:
    """Settings and driver only: no packet is sent. ``entries`` is like DATABASES."""
    return run_check(entries, Options(offline=True))


def run_check(entries: Mapping[str, Mapping[str, Any]], options: Options) -> Report:
    """All stages of all aliases, in the order given.

    Raises ConfigurationError when an entry is so malformed that nothing can be asked of it.
    """
    rejected: dict[tuple[str, str], str] = {}
    sections: list[Section] = []
    for alias, entry in entries.items():
        facts = _gather(read_settings(alias, entry), options, rejected)
        sections += [section(facts, stage, judge(facts, stage=stage)) for stage in STAGES]
    return Report(title=TITLE, sections=tuple(sections))


def _gather(
    settings: ConnectionSettings, options: Options, rejected: dict[tuple[str, str], str]
) -> Facts:
    if is_retired(settings.engine):
        return _skipped(Facts(alias=settings.alias, settings=settings), STAGES[1:], _RETIRED)
    facts = _offline_facts(settings)
    if options.offline:
        return _skipped(facts, _ONLINE_STAGES, _OFFLINE)
    # Imported here: an offline check needs neither sockets nor Django's connections.
    from django_mssql_ops.diagnostics.online import probe_online

    return probe_online(facts, options.limit, rejected)


def _offline_facts(settings: ConnectionSettings) -> Facts:
    return Facts(
        alias=settings.alias,
        settings=settings,
        installed_drivers=_IN_DRIVER_STAGE,
        driver=_guarded(lambda: probe_driver(settings)),
    )


def _guarded(probe: Callable[[], Any]) -> Any:
    """A file that cannot be read must not end the run: the other stages still say something."""
    try:
        return probe()
    except OSError as error:
        return Unreadable(f"{type(error).__name__}: {error.strerror or error}")


def _skipped(facts: Facts, stages: tuple[str, ...], reason: NotRun) -> Facts:
    skipped: dict[str, Any] = dict.fromkeys(stages, reason)
    return replace(facts, **skipped)
