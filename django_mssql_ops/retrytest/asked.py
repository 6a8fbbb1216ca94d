"""What a run is asked to do: the command's options as one value, checked against the project."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.reading import read_settings
from django_mssql_ops.connections import entry_of, sql_server_entries
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.retrytest import own_scenarios
from django_mssql_ops.retrytest.matrix import matrix
from django_mssql_ops.retrytest.result import Layer
from django_mssql_ops.retrytest.safety import check_database
from django_mssql_ops.retrytest.scenarios import Operation, Phase, Scenario
from django_mssql_ops.retrytest.selection import Selection, select
from django_mssql_ops.retrytest.targets import Url, callable_at, check_url

#: Seconds after which a call counts as stuck.
DEFAULT_LIMIT = 120.0
_DEFAULT = "default"
#: Layers that --layer all runs.
_ALL = (Layer.BACKEND, Layer.DECORATOR, Layer.MIDDLEWARE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The alias before whose server faults are injected; ``entry`` holds its secrets."""

    alias: str
    entry: dict[str, Any]
    settings: ConnectionSettings

    def __repr__(self) -> str:
        return f"Place({self.alias!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``call`` and ``invariant`` are dotted paths that can be called; at most one of ``call`` and
    ``url`` is given, and neither means the built-in workload on ``layers``."""

    place: Place
    selection: Selection
    seed: int
    layers: tuple[Layer, ...]
    call: str = ""
    url: Url | None = None
    invariant: str = ""
    write: bool = False
    limit: float = DEFAULT_LIMIT
    real_time: bool = False

    @property
    def target(self) -> str:
        """What is tested, in words."""
        if self.call:
            return self.call
        if self.url is not None:
            return f"{self.url.method} {self.url.path}"
        return "built-in workload"


def asked(options: Mapping[str, Any]) -> Asked:
    """What the options of a run say, checked as far as that needs no packet.

    Raises ConfigurationError.
    """
    place = place_of(options)
    seed, scenarios = _scenarios(options)
    url = _url(options)
    for option in ("call", "invariant"):
        if options[option] is not None:
            callable_at(options[option], f"--{option}")
    is_own = options["call"] is not None or url is not None
    selection = select(
        scenarios, options["only"] or (), options["skip"] or (), write=options["write"]
    )
    return Asked(
        place=place,
        selection=_without_unfit(selection) if is_own else selection,
        seed=seed,
        layers=(Layer.TARGET,) if is_own else _layers(options["layer"]),
        call=options["call"] or "",
        url=url,
        invariant=options["invariant"] or "",
        write=options["write"],
        limit=options["limit"] or DEFAULT_LIMIT,
        real_time=options["real_time"],
    )


def place_of(options: Mapping[str, Any]) -> Place:
    """The alias that the options mean, when faults may be injected there.

    Raises ConfigurationError.
    """
    ops = ops_settings()
    wanted = [options["database"]] if options["database"] is not None else None
    entries = sql_server_entries(wanted, further_engines=ops.engines)
    alias = _only(list(entries))
    entry = entry_of(alias)
    read = read_settings(alias, entry)
    check_database(
        alias,
        read.name or "master",
        debug=settings.DEBUG,
        allowed=ops.retrytest_databases,
        override=options["production"],
    )
    return Place(alias=alias, entry=entry, settings=read)


def plan_of(options: Mapping[str, Any]) -> tuple[int, tuple[Injection, ...]]:
    """The seed and the injections for a proxy that is kept running; raises ConfigurationError."""
    if options["plan"] is None:
        return _seed(options["seed"], None), ()
    plan = own_scenarios.read(options["plan"])
    if plan.scenarios:
        raise ConfigurationError(
            f"--plan {options['plan']!r} holds scenarios; --serve needs [[injection]] tables"
        )
    return _seed(options["seed"], plan.seed), plan.injections


def all_scenarios(options: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """What --list lists: those of the plan, or the built-in ones; raises ConfigurationError."""
    return _scenarios(options)[1]


def _scenarios(options: Mapping[str, Any]) -> tuple[int, tuple[Scenario, ...]]:
    if options["plan"] is None:
        return _seed(options["seed"], None), matrix()
    plan = own_scenarios.read(options["plan"])
    return _seed(options["seed"], plan.seed), own_scenarios.scenarios_of(plan)


def _seed(given: int | None, planned: int | None) -> int:
    if given is not None:
        return given
    return secrets.randbits(32) if planned is None else planned


def _only(aliases: list[str]) -> str:
    if len(aliases) == 1:
        return aliases[0]
    if _DEFAULT in aliases:
        return _DEFAULT
    raise ConfigurationError(
        f"several aliases are SQL Server ({', '.join(aliases)}); choose one with --database"
    )


def _url(options: Mapping[str, Any]) -> Url | None:
    if options["url"] is None:
        return None
    url = Url(
        path=options["url"],
        method=options["method"] or "GET",
        data=options["data"] or "",
        login=options["login"] or "",
    )
    check_url(url)
    return url


def _layers(name: str | None) -> tuple[Layer, ...]:
    return _ALL if name == "all" else (Layer(name or Layer.DECORATOR.value),)


def _without_unfit(selection: Selection) -> Selection:
    """Without the scenarios that prescribe what the workload does: the project's code does its own.

    Raises ConfigurationError when none is left.
    """
    fitting = tuple(scenario for scenario in selection.chosen if _fits(scenario))
    if not fitting:
        raise ConfigurationError("the chosen scenarios are for the built-in workload alone")
    unfit = tuple(
        (scenario, "for the built-in workload alone")
        for scenario in selection.chosen
        if not _fits(scenario)
    )
    return Selection(chosen=fitting, left_out=(*selection.left_out, *unfit))


def _fits(scenario: Scenario) -> bool:
    return scenario.operation is Operation.TRANSACTION or scenario.phase is Phase.ROWS
