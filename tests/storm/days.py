"""The days that are compared, and the figures of the bucket that are swept."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from django_mssql_ops.conf import RetryBudget
from tests.storm.server import Workplace
from tests.storm.simulation import Population, Run, Strategy, simulate
from tests.storm.strategies import Exponential, NoRetry, Ours, PublishedSample

SEED: Final = 20
CAPACITIES: Final = (50.0, 100.0, 250.0, 500.0, 1000.0, math.inf)
THREADS: Final = (8, 20, 64, 128)
#: Tokens that a retry takes and a success gives back.
RETRIES: Final = (2.0, 5.0, 10.0)
REFUNDS: Final = (0.0, 1.0, 5.0)

#: A third of the capacity is left, for so long that nothing but giving up helps.
_OVERLOAD: Final = Workplace(outage_seconds=120.0, left_share=1 / 3)
#: A third of all attempts fails, for so long that no bucket lasts.
_ERRORS: Final = Workplace(outage_seconds=160.0, error_share=1 / 3)
_STRATEGIES: Final[Mapping[str, Callable[[], Strategy]]] = {
    "no retry": NoRetry,
    "published sample, repaired": PublishedSample,
    "exponential (tenacity)": Exponential,
    "django-mssql-ops": Ours,
}


def outage(seed: int, clients: int) -> list[Run]:
    """Twenty seconds without a server that is otherwise half busy."""
    return _all(seed, Workplace(), Population(clients=clients), clients)


def busy(seed: int, clients: int) -> list[Run]:
    """The same where 70 % of the capacity is in use."""
    return _all(seed, Workplace(), Population(clients=clients, think=100 / 7), clients)


def overload(seed: int, clients: int) -> list[Run]:
    """A server that is there but slow, for longer than anybody can wait."""
    return _all(seed, _OVERLOAD, Population(clients=clients, seconds=200.0), clients)


def capacities(seed: int, clients: int) -> dict[tuple[float, int], Run]:
    """The outage, by capacity of the bucket and clients that share one."""
    found = {}
    for threads in THREADS:
        population = Population(clients=clients, per_process=threads)
        for capacity in CAPACITIES:
            budget = RetryBudget(capacity=capacity)
            found[capacity, threads] = _ours(seed, budget, Workplace(), population, clients)
    return found


def refunds(seed: int, clients: int) -> dict[tuple[float, float], Run]:
    """A third of all attempts fails: by tokens that a retry takes and a success gives back."""
    population = Population(clients=clients, per_process=128, seconds=200.0)
    return {
        (retry, refund): _ours(
            seed,
            RetryBudget(retry=retry, timeout=2 * retry, refund=refund),
            _ERRORS,
            population,
            clients,
        )
        for retry in RETRIES
        for refund in REFUNDS
    }


def _all(seed: int, place: Workplace, population: Population, clients: int) -> list[Run]:
    return [
        simulate(name, strategy, workplace=_sized(place, clients), population=population, seed=seed)
        for name, strategy in _STRATEGIES.items()
    ]


def _ours(
    seed: int, budget: RetryBudget, place: Workplace, population: Population, clients: int
) -> Run:
    return simulate(
        "django-mssql-ops",
        functools.partial(Ours, budget),
        workplace=_sized(place, clients),
        population=population,
        seed=seed,
    )


def _sized(place: Workplace, clients: int) -> Workplace:
    """A server for fewer clients is smaller by as much, so that the day stays the same."""
    return replace(place, capacity=place.capacity * clients / 10_000)
