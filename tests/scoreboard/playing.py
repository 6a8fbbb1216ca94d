"""One fault, one layer: play it and see whether the user noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.scoreboard.faults import FAULTS, TABLE, TransientFault
from tests.standin import StandIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one layer of one author met one fault through one driver.

    ``survived``: the caller got the answer, the row is there once, and the fault struck.
    ``error`` is the class of what the caller got instead.
    """

    author: str
    layer: str
    driver: str
    fault: str
    survived: bool
    attempts: int
    error: str = ""


def scores(server: StandIn, driver: str, layers: Iterable[tuple[str, str]]) -> Iterator[Score]:
    """Every fault met by each of ``layers``, (author, layer) pairs of :data:`.layers.LAYERS`."""
    for author, layer in layers:
        for fault in FAULTS:
            yield _play(server, driver, author, layer, fault)


def _play(server: StandIn, driver: str, author: str, layer: str, fault: TransientFault) -> Score:
    # Django has to be set up before its classes can be imported.
    from tests.scoreboard.layers import LAYERS, Work

    _start_afresh(server, connected=not fault.needs_login)
    work = Work()
    error = ""
    with LAYERS[author, layer](work) as play:
        fault.arm(server.script)
        try:
            play()
        except Exception as raised:  # whatever it is, the user got it
            error = type(raised).__name__ if str(raised)[:4] != "HTTP" else str(raised)
    struck = not server.script.is_armed
    server.script.clear()
    return Score(
        author=author,
        layer=layer,
        driver=driver,
        fault=fault.name,
        survived=struck and not error and _as_it_should_be(layer),
        attempts=work.attempts,
        error=error or ("" if struck else "the fault never struck"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often the server was asked for what can never work: once is right."""

    layer: str
    driver: str
    error: str
    times: int
    attempts: int
    raised: str


def times_asked(server: StandIn, driver: str, layers: Iterable[str]) -> Iterator[Asked]:
    """Every permanent error met by each of this package's ``layers``."""
    from tests.scoreboard.layers import LAYERS, PermanentWork
    from tests.scoreboard.permanent import PERMANENT, arranged

    for layer in layers:
        for error in PERMANENT:
            work = PermanentWork(error.happens)
            raised = ""
            with arranged(error, server), LAYERS["ours", layer](work) as play:
                try:
                    play()
                except Exception as caught:  # whatever it is, the user got it
                    raised = type(caught).__name__
                times = error.times(server)
            yield Asked(
                layer=layer,
                driver=driver,
                error=error.name,
                times=times,
                attempts=work.attempts,
                raised=raised,
            )


def _start_afresh(server: StandIn, *, connected: bool) -> None:
    """An empty table, full buckets; the thread's connection open or not."""
    from django.db import connection

    from django_mssql_ops.retry import budget

    server.script.clear()
    budget.refill()
    # Whatever the last one left behind, a new connection has none of it.
    connection.connect()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    if not connected:
        connection.close()


def _as_it_should_be(layer: str) -> bool:
    """The row that the decorated function writes is there once; the view writes none."""
    from django.db import connection

    connection.connect()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {TABLE}")
        return bool(cursor.fetchone()[0] == (1 if layer == "decorator" else 0))
