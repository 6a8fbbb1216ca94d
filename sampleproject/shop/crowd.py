"""Many customers at once: orders placed by threads, each with a connection of its own."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import Error, connection

from sampleproject.shop.made_up import dice, made_up_uuid
from sampleproject.shop.models import Customer, Product
from sampleproject.shop.orders import Line, OrderRefused, place_order

_MOST_PRODUCTS = 3
_MOST_PIECES = 2

#: Told the number of every order that was taken, by the thread that placed it.
Acknowledge = Callable[[uuid.UUID], None]


@dataclass(frozen=True, slots=True)
class Errand:
    """What one customer wants."""

    number: uuid.UUID
    customer: Customer
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rush:
    """How it went; ``failures`` are database errors, at most one of each thread."""

    placed: Sequence[uuid.UUID]
    refused: int
    failures: Sequence[str]
    seconds: float


def errands(count: int, seed: int) -> list[Errand]:
    """Orders for the shop as it is; the same ones for the same seed and shop."""
    customers = list(Customer.objects.order_by("pk"))
    products = list(Product.objects.filter(active=True).order_by("pk").values_list("pk", flat=True))
    if count and not (customers and products):
        raise ValueError("the shop is empty: load it first")
    return [_errand(n, seed, customers, products) for n in range(count)]


def _errand(n: int, seed: int, customers: Sequence[Customer], products: Sequence[int]) -> Errand:
    roll = dice(seed, "errand", n)
    chosen = roll.sample(products, min(len(products), roll.randint(1, _MOST_PRODUCTS)))
    lines = tuple(Line(product_id, roll.randint(1, _MOST_PIECES)) for product_id in chosen)
    return Errand(made_up_uuid(seed, "errand", n), roll.choice(customers), lines)


def rush(wanted: Sequence[Errand], threads: int, acknowledge: Acknowledge) -> Rush:
    """Let ``threads`` threads run the errands; a thread stops at its first database error."""
    queue = _Queue(wanted)
    started_at = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        tallies = list(pool.map(lambda _: _serve(queue, acknowledge), range(threads)))
    return Rush(
        placed=[number for tally in tallies for number in tally.placed],
        refused=sum(tally.refused for tally in tallies),
        failures=[tally.failure for tally in tallies if tally.failure],
        seconds=time.perf_counter() - started_at,
    )


@dataclass(slots=True)
class _Tally:
    """What one thread has done."""

    placed: list[uuid.UUID] = field(default_factory=list)
    refused: int = 0
    failure: str = ""


class _Queue:
    """Hands every errand to one thread; an iterator alone may not be shared."""

    def __init__(self, wanted: Sequence[Errand]) -> None:
        self._left: Iterator[Errand] = iter(wanted)
        self._lock = threading.Lock()

    def __iter__(self) -> _Queue:
        return self

    def __next__(self) -> Errand:
        with self._lock:
            return next(self._left)


def _serve(queue: _Queue, acknowledge: Acknowledge) -> _Tally:
    tally = _Tally()
    # The driver's own as well: where a connection broke, closing its cursor raises past Django.
    errors = (Error, connection.Database.Error)  # type: ignore[attr-defined]  # internal
    try:
        for errand in queue:
            try:
                place_order(errand.customer, errand.lines, number=errand.number)
            except OrderRefused:
                tally.refused += 1
            else:
                acknowledge(errand.number)
                tally.placed.append(errand.number)
    except errors as failure:
        tally.failure = f"{type(failure).__name__}: {failure}"
    finally:
        # Django closes at the end of a request; here the thread ends and nobody else would. Closing
        # a connection that the server dropped is an error to both drivers.
        with contextlib.suppress(*errors):
            connection.close()
    return tally
