"""Plans: the injections of one run, or scenarios of one's own, as a TOML file.

::

    seed = 7                    # makes a run repeatable; drawn when it is missing

    [[injection]]               # for a proxy that is kept running
    fault = "server-error"
    number = 40613
    point = "login"
    count = 2

    [[scenario]]                # for mssql_retrytest, instead of injections
    name = "slow failover"
    expect = "survived"
    writes = true

        [[scenario.injection]]
        fault = "error-storm"
        seconds = 20

The same as JSON is what the control channel of a proxy carries (:func:`to_json`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.armed import MAX_INJECTIONS
from django_mssql_ops.faultproxy.injections import (
    check_keys,
    injection_as_table,
    injections_from,
    located,
    tables_of,
)
from django_mssql_ops.faultproxy.parameters import quoted
from django_mssql_ops.faultproxy.triggers import Injection

#: Bytes; a plan is written by hand.
MAX_SIZE: Final = 1_000_000
#: Scenarios of one plan; each takes tenths of seconds at least.
MAX_SCENARIOS: Final = 1_000
#: Characters of a scenario's name and of what it expects.
MAX_NAME: Final = 100
#: Seeds fit into what every JSON reader keeps exactly.
MAX_SEED: Final = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedScenario:
    """A scenario of one's own: ``expect`` is a verdict in words. ``writes``: it changes data."""

    name: str
    expect: str
    injections: tuple[Injection, ...]
    writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Injections or scenarios, never both; ``seed`` None has one drawn."""

    seed: int | None = None
    injections: tuple[Injection, ...] = ()
    scenarios: tuple[PlannedScenario, ...] = ()


def read_plan(path: Path, *, expectations: Collection[str] = ()) -> Plan:
    """The plan in a TOML file; ``expectations`` are the words a scenario may expect, any if empty.

    Raises ConfigurationError: one sentence that begins with the name of the file and the place.
    """
    with located(path.name):
        try:
            with path.open("rb") as file:
                content = file.read(MAX_SIZE + 1)
        except OSError as exc:
            raise ConfigurationError(f"cannot be read: {exc.strerror}") from None
        if len(content) > MAX_SIZE:
            raise ConfigurationError(f"is larger than {MAX_SIZE:,} bytes; no plan is")
        return plan_from_toml(content, expectations=expectations)


def plan_from_toml(content: bytes, *, expectations: Collection[str] = ()) -> Plan:
    """The plan in TOML; raises ConfigurationError."""
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ConfigurationError("is not UTF-8, which TOML has to be") from None
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise ConfigurationError(f"is no TOML: {exc}") from None
    return plan_from_table(table, expectations=expectations)


def plan_from_table(table: Mapping[str, Any], *, expectations: Collection[str] = ()) -> Plan:
    """The plan in a table of tables; raises ConfigurationError that begins with the place."""
    check_keys(table, ("seed", "injection", "scenario"))
    if ("injection" in table) == ("scenario" in table):
        raise ConfigurationError("expected either [[injection]] tables or [[scenario]] tables")
    plan = Plan(
        seed=_seed(table.get("seed")),
        injections=injections_from(table.get("injection", ())),
        scenarios=_scenarios(table.get("scenario", ()), expectations),
    )
    if not plan.injections and not plan.scenarios:
        raise ConfigurationError("holds no injection and no scenario")
    if len(plan.injections) > MAX_INJECTIONS or len(plan.scenarios) > MAX_SCENARIOS:
        raise ConfigurationError(
            f"holds too much: at most {MAX_INJECTIONS} injections or {MAX_SCENARIOS} scenarios"
        )
    return plan


def to_json(injections: Collection[Injection], *, seed: int | None = None) -> dict[str, Any]:
    """Injections as a JSON object (not yet as its text)."""
    tables = [injection_as_table(one) for one in injections]
    return {"seed": seed, "injection": tables}


def from_json(value: object) -> Plan:
    """What :func:`to_json` gave, or a peer sent; an empty list is a plan here.

    Raises ConfigurationError.
    """
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"a plan is {quoted(value)}; it must be an object")
    check_keys(value, ("seed", "injection"))
    return Plan(
        seed=_seed(value.get("seed")), injections=injections_from(value.get("injection", ()))
    )


def _scenarios(tables: object, expectations: Collection[str]) -> tuple[PlannedScenario, ...]:
    scenarios: list[PlannedScenario] = []
    for position, table in enumerate(tables_of(tables, what="scenario"), start=1):
        with located(f"scenario {position}"):
            one = _scenario(table, expectations)
            if any(one.name == other.name for other in scenarios):
                raise ConfigurationError(f"its name {one.name!r} is that of another one")
        scenarios.append(one)
    return tuple(scenarios)


def _scenario(table: Mapping[str, Any], expectations: Collection[str]) -> PlannedScenario:
    check_keys(table, ("name", "expect", "writes", "injection"))
    name, expect = _words("name", table), _words("expect", table)
    if expectations and expect not in expectations:
        raise ConfigurationError(
            f"expect is {quoted(expect)}; it must be one of {', '.join(expectations)}"
        )
    writes = table.get("writes", False)
    if not isinstance(writes, bool):
        raise ConfigurationError(f"writes is {quoted(writes)}; it must be true or false")
    injections = injections_from(table.get("injection", ()))
    if not injections:
        raise ConfigurationError("has no [[scenario.injection]], so nothing would happen")
    return PlannedScenario(name=name, expect=expect, injections=injections, writes=writes)


def _words(key: str, table: Mapping[str, Any]) -> str:
    value = table.get(key)
    if isinstance(value, str) and value.strip() and len(value) <= MAX_NAME and value.isprintable():
        return value
    came = f"is {quoted(value)}" if key in table else "is missing"
    raise ConfigurationError(f"{key} {came}; it must be 1 to {MAX_NAME} printable characters")


def _seed(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SEED:
        return value
    raise ConfigurationError(f"seed is {quoted(value)}; it must be a whole number from 0 to 2^53-1")
