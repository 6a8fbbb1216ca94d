"""The runs: each is drawn from its seed, played by several threads, and judged when it is quiet."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from django.db import connections

from django_mssql_ops.retry import budget, retry_on_transient
from tests.jepsen import bank, client
from tests.jepsen.checker import violations
from tests.jepsen.faults import Injection, injections, strikes_while_opening
from tests.jepsen.history import Ended, Kind, Operation, Outcome

THREADS: Final = 3
#: Seconds one run may take; most take hundredths.
LIMIT: Final = 60.0
#: Seeds of runs are the first one plus their number.
_OPERATIONS: Final = (1, 1, 1, 2)


class Proxy(Protocol):
    """What breaks connections (:mod:`.stage` has the real one)."""

    def arm(self, tables: Sequence[Injection], seed: int) -> None:
        """From now on these strike."""

    def disarm(self) -> Sequence[Injection]:
        """From now on nothing strikes; those that did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A run whose history cannot be true; ``str()`` is what has to be known to look into it."""

    seed: int
    faults: tuple[Injection, ...]
    history: tuple[Ended, ...]
    violations: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(
            [
                f"run with seed {self.seed}:",
                *(f"  fault   {fault}" for fault in self.faults),
                *(f"  history {ended}" for ended in self.history),
                *(f"  BROKEN  {violation}" for violation in self.violations),
            ]
        )


@dataclass(slots=True)
class Tally:
    """What many runs came to."""

    runs: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    broken: list[Broken] = field(default_factory=list)

    def __str__(self) -> str:
        ended = ", ".join(f"{number} {word}" for word, number in sorted(self.outcomes.items()))
        return (
            f"{self.runs} runs, {self.struck.total()} faults struck, "
            f"{self.outcomes.total()} calls ({ended}), {self.retried} of them tried again, "
            f"{len(self.broken) or 'none'} broken"
        )


class Threads:
    """The threads that ask; each has a connection of its own, which outlives a run."""

    def __init__(self, number: int = THREADS) -> None:
        self._pools = [ThreadPoolExecutor(1, f"jepsen {n}") for n in range(1, number + 1)]

    def each(self, work: Callable[[int], list[Ended]]) -> list[Ended]:
        """``work(thread)`` in all of them at once, threads counted from 1; raises TimeoutError."""
        waiting: list[Future[list[Ended]]] = [
            pool.submit(work, number) for number, pool in enumerate(self._pools, 1)
        ]
        return [ended for future in waiting for ended in future.result(LIMIT)]

    def close(self) -> None:
        """Close their connections and end them."""
        self.each(_hang_up)
        for pool in self._pools:
            pool.shutdown()


@contextmanager
def threads() -> Iterator[Threads]:
    """Threads with connections, for as long as the block lasts."""
    found = Threads()
    try:
        yield found
    finally:
        found.close()


def play(
    seeds: Sequence[int],
    proxy: Proxy,
    asking: Threads,
    *,
    unsafe: bool = False,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """A run for each of ``seeds``, one after the other; stops at the first that is broken."""
    tally = Tally()
    first = 1
    balances = bank.observe(first).balances
    for seed in seeds:
        history, struck, balances, broken = _run(
            seed, first, balances, proxy, asking, unsafe=unsafe
        )
        first += len(history)
        tally.runs += 1
        tally.struck.update(_kind(fault) for fault in struck)
        tally.outcomes.update(ended.outcome.value for ended in history)
        tally.retried += sum(ended.attempts > 1 for ended in history)
        if broken is not None:
            tally.broken.append(broken)
            break
        progress(tally)
    return tally


def operations(draw: random.Random, first: int) -> list[Operation]:
    """What the threads ask for in one run, numbered from ``first`` on."""
    asked: list[Operation] = []
    for thread in range(1, THREADS + 1):
        for _ in range(draw.choice(_OPERATIONS)):
            asked.append(_operation(draw, first + len(asked), thread))
    return asked


def _operation(draw: random.Random, number: int, thread: int) -> Operation:
    kind = draw.choices((Kind.TRANSFER, Kind.INSERT, Kind.AUTOCOMMIT), (5, 2, 1))[0]
    verified = kind is not Kind.AUTOCOMMIT and draw.random() < 0.6
    if kind is not Kind.TRANSFER:
        return Operation(number=number, kind=kind, thread=thread, verified=verified)
    source, target = draw.sample(range(1, bank.ACCOUNTS + 1), 2)
    return Operation(
        number=number,
        kind=kind,
        thread=thread,
        source=source,
        target=target,
        amount=draw.randint(1, 9),
        verified=verified,
    )


def _run(
    seed: int,
    first: int,
    balances: dict[int, int],
    proxy: Proxy,
    asking: Threads,
    *,
    unsafe: bool,
) -> tuple[list[Ended], Sequence[Injection], dict[int, int], Broken | None]:
    draw = random.Random(seed)
    asked = operations(draw, first)
    if unsafe:  # who tries again whatever happens does not ask either
        asked = [replace(operation, verified=False) for operation in asked]
    faults = injections(draw)
    # Every run has the whole budget: what an empty one does is the simulation's subject.
    budget.refill()
    if strikes_while_opening(faults):
        asking.each(_hang_up)
    proxy.arm(faults, seed)
    try:
        history = asking.each(lambda thread: _ask(asked, thread, seed, unsafe=unsafe))
    finally:
        struck = proxy.disarm()
    observed = bank.observe(first)
    found = violations(balances, history, observed)
    found += [f"wedged: {ended}" for ended in asking.each(_look)]
    broken = None
    if found:
        broken = Broken(
            seed=seed, faults=tuple(faults), history=tuple(history), violations=tuple(found)
        )
    return history, struck, observed.balances, broken


def _ask(asked: Sequence[Operation], thread: int, seed: int, *, unsafe: bool) -> list[Ended]:
    draw = random.Random(f"{seed} {thread}")
    return [
        client.perform(operation, unsafe=unsafe, draw=draw)
        for operation in asked
        if operation.thread == thread
    ]


def _look(thread: int) -> list[Ended]:
    """A thread that cannot read when all is quiet is wedged; empty when it can."""
    try:
        retry_on_transient(policy=client.POLICY, sleep=lambda seconds: None).call(bank.look)
    except Exception as error:  # whatever it is, the thread is of no use
        return [
            Ended(
                operation=Operation(number=0, kind=Kind.INSERT, thread=thread),
                outcome=Outcome.FAIL,
                attempts=0,
                error=f"{type(error).__name__}: {error}",
            )
        ]
    return []


def _hang_up(thread: int) -> list[Ended]:
    connections[bank.PROXIED].close()
    return []


def _kind(fault: Injection) -> str:
    return " ".join(str(fault[key]) for key in ("fault", "number", "point", "when") if key in fault)
