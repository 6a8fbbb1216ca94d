"""The run: clients that think, ask, and ask again, over a heap of events; the same by its seed."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from tests.storm.server import Failure, Server, Workplace

#: A second counts as healthy again when so many of its attempts succeed, and so soon.
HEALTHY_SHARE: Final = 0.99
HEALTHY_WAIT: Final = 1.0
#: Healthy seconds in a row after which the server has recovered.
HEALTHY_SECONDS: Final = 5


class Strategy(Protocol):
    """What one process of clients does about failures."""

    def delay(self, failed: Sequence[Failure], draw: random.Random) -> float | None:
        """Seconds until the next attempt of a request that has ``failed`` so; None: give up."""

    def succeeded(self) -> None:
        """An attempt went well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Who asks: each client thinks ``think`` seconds on average between two requests.

    A client is one thread that serves requests; ``per_process`` of them share one bucket.
    """

    clients: int = 10_000
    per_process: int = 20
    think: float = 20.0
    seconds: float = 120.0


@dataclass(slots=True)
class Second:
    """What happened within one second."""

    attempts: int = 0
    retries: int = 0
    succeeded: int = 0
    failed: int = 0
    gave_up: int = 0
    waited: float = 0.0
    work: float = 0.0

    @property
    def healthy(self) -> bool:
        return (
            self.succeeded >= HEALTHY_SHARE * (self.succeeded + self.failed)
            and self.waited <= HEALTHY_WAIT * self.succeeded
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One strategy's day, second by second."""

    name: str
    workplace: Workplace
    seconds: tuple[Second, ...]
    hurt: int
    hurt_succeeded: int

    @property
    def survived(self) -> float:
        """The share of the requests whose first attempt failed that succeeded in the end."""
        return self.hurt_succeeded / self.hurt if self.hurt else 1.0

    @property
    def lost(self) -> int:
        """Requests that nobody ever answered well."""
        return sum(second.gave_up for second in self.seconds)

    @property
    def goodput(self) -> float:
        """Requests answered well, a second, in the minute after the outage ended."""
        end = int(self.workplace.outage_ends)
        after = self.seconds[end : end + 60]
        return sum(second.succeeded for second in after) / len(after)

    @property
    def retries_per_success(self) -> float:
        """In the last minute of the outage, when whoever had a bucket has emptied it."""
        end = int(self.workplace.outage_ends)
        last = self.seconds[end - 60 : end]
        return sum(s.retries for s in last) / max(sum(s.succeeded for s in last), 1)

    @property
    def attempts_per_success(self) -> float:
        """Over the whole day: 1 is a day on which nothing was asked in vain."""
        succeeded = sum(second.succeeded for second in self.seconds)
        return sum(second.attempts for second in self.seconds) / max(succeeded, 1)

    @property
    def peak(self) -> int:
        """The most attempts of one second, from the end of the outage on."""
        return max(second.attempts for second in self.seconds[int(self.workplace.outage_ends) :])

    @property
    def normal(self) -> float:
        """Attempts a second before the outage."""
        before = self.seconds[: int(self.workplace.outage_at)]
        return sum(second.attempts for second in before) / len(before)

    @property
    def recovery(self) -> float:
        """Seconds from the end of the outage to the first of the healthy ones; inf: never."""
        end = int(self.workplace.outage_ends)
        for start in range(end, len(self.seconds) - HEALTHY_SECONDS):
            if all(second.healthy for second in self.seconds[start : start + HEALTHY_SECONDS]):
                return float(start - end)
        return math.inf


@dataclass(slots=True)
class _Client:
    process: int
    failed: list[Failure] = field(default_factory=list)
    connected: bool = True


@dataclass(slots=True)
class _World:
    """The state of one run."""

    population: Population
    server: Server
    draw: random.Random
    strategies: list[Strategy]
    clients: list[_Client]
    seconds: list[Second]
    events: list[tuple[float, int, int, Failure | None, float]] = field(default_factory=list)
    counted: int = 0
    hurt: int = 0
    hurt_succeeded: int = 0


#: The third kind of event besides success and failure: the client asks. Its wait is negative.
_ASKS: Final = -1.0


def simulate(
    name: str,
    strategy: Callable[[], Strategy],
    *,
    workplace: Workplace,
    population: Population,
    seed: int,
) -> Run:
    """Run ``population`` against ``workplace``; ``strategy`` makes the one of each process."""
    draw = random.Random(seed)
    processes = math.ceil(population.clients / population.per_process)
    world = _World(
        population=population,
        server=Server(workplace, draw),
        draw=draw,
        strategies=[strategy() for _ in range(processes)],
        clients=[_Client(n // population.per_process) for n in range(population.clients)],
        seconds=[Second() for _ in range(math.ceil(population.seconds))],
    )
    for number in range(population.clients):
        _later(world, draw.expovariate(1.0 / population.think), number, None, _ASKS)
    while world.events and world.events[0][0] < population.seconds:
        now, _, number, failure, waited = heapq.heappop(world.events)
        if waited == _ASKS:
            _ask(world, now, number)
        else:
            _hear(world, now, number, failure, waited)
    return Run(
        name=name,
        workplace=workplace,
        seconds=tuple(world.seconds),
        hurt=world.hurt,
        hurt_succeeded=world.hurt_succeeded,
    )


def _later(world: _World, when: float, client: int, failure: Failure | None, waited: float) -> None:
    world.counted += 1
    heapq.heappush(world.events, (when, world.counted, client, failure, waited))


def _ask(world: _World, now: float, number: int) -> None:
    client = world.clients[number]
    work = world.server.work_offered
    failure, waited = world.server.attempt(now, logs_in=not client.connected)
    second = world.seconds[int(now)]
    second.attempts += 1
    second.retries += bool(client.failed)
    second.work += world.server.work_offered - work
    _later(world, now + waited, number, failure, waited)


def _hear(world: _World, now: float, number: int, failure: Failure | None, waited: float) -> None:
    client = world.clients[number]
    strategy = world.strategies[client.process]
    second = world.seconds[int(now)]
    pause: float | None = None
    if failure is None:
        second.succeeded += 1
        second.waited += waited
        world.hurt_succeeded += bool(client.failed)
        strategy.succeeded()
    else:
        second.failed += 1
        world.hurt += not client.failed
        client.failed.append(failure)
        pause = strategy.delay(client.failed, world.draw)
        second.gave_up += pause is None
    client.connected = failure is None
    if pause is None:
        client.failed.clear()
        pause = world.draw.expovariate(1.0 / world.population.think)
    _later(world, now + pause, number, None, _ASKS)
