"""The demo's steps about health: what a monitor sees while the database goes and comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sampleproject.demo.site import serving
from sampleproject.demo.step import Step
from tests.standin import Configuration, StandIn

_ASK: Final = "sampleproject.ask"
#: Seconds for the first request to a new process, which imports everything.
_FIRST: Final = ("--timeout", "20")


def health_steps(there: Mapping[str, str], configuration: Configuration) -> Iterator[Step]:
    """With a stand-in of ``configuration``, which keeps its data and its port over the outage."""
    here = {**there, "SHOP_ENVIRONMENT": "local"}
    server = StandIn(configuration)
    server.start()
    try:
        with serving(here) as address:
            yield from _while_it_is_there(f"{address}/")
            server.stop()
            yield from _while_it_is_away(f"{address}/")
            server = StandIn(configuration)
            server.start()
            yield from _when_it_is_back(f"{address}/")
    finally:
        server.stop()


def _while_it_is_there(root: str) -> Iterator[Step]:
    yield Step(
        title="Is the process alive? No database is asked",
        module=_ASK,
        arguments=(f"{root}live/", *_FIRST),
        exit_code=0,
        says=("200 after",),
    )
    yield Step(
        title="Is it ready? SELECT 1 on a connection of its own; the answer is kept for a second",
        module=_ASK,
        arguments=(f"{root}ready/", *_FIRST),
        exit_code=0,
        says=("200 after", '"status": "ok"'),
    )
    yield Step(
        title="All of it, for those who may see it",
        module=_ASK,
        arguments=(f"{root}health/?format=details", *_FIRST),
        exit_code=0,
        says=("200 after", '"Encrypted": "yes"'),
    )


def _while_it_is_away(root: str) -> Iterator[Step]:
    yield Step(
        title="The server is gone: not ready, and said so within the second that Kubernetes waits",
        module=_ASK,
        arguments=(f"{root}ready/", "--until", "503"),
        exit_code=1,
        says=("503 after", '"status": "unavailable"'),
    )
    yield Step(
        title="Still alive: a restart of the process would not bring the server back",
        module=_ASK,
        arguments=(f"{root}live/", "--until", "200"),
        exit_code=0,
        says=("200 after",),
    )


def _when_it_is_back(root: str) -> Iterator[Step]:
    yield Step(
        title="The server is back: ready again, and nobody restarted anything",
        module=_ASK,
        arguments=(f"{root}ready/", "--until", "200"),
        exit_code=0,
        says=("200 after", '"status": "ok"'),
    )
