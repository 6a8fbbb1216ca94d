"""Statements, and the rows that answer them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.retrytest.phases.striking import (
    CUT_WHY,
    CUTS,
    THROTTLING,
    THROTTLING_FLOOR,
    strike,
)
from django_mssql_ops.retrytest.scenarios import Expectation, Operation, Phase, Scenario

_STATEMENT_NUMBERS: Final = (40501, 40613, 40197, 10928, 1205, 1222, 3960)
#: Numbers of errors that a later statement meets as well: one of each kind.
_LATER_NUMBERS: Final = (40501, 40613, 1205)


def first_statement() -> Iterator[Scenario]:
    phase = Phase.FIRST_STATEMENT
    for number in _STATEMENT_NUMBERS:
        yield _server_error(phase, "statement", number, 1)
    for short, fault in CUTS:
        yield _cut(phase, "statement", short, fault, 1)
    yield Scenario(
        name="statement-silent",
        phase=phase,
        title="first statement never answered",
        why="with query_timeout T the driver gives up after three times T, with 0 it never does",
        injections=(strike("half-open", Point.REQUEST),),
        warm=True,
    )
    yield Scenario(
        name="statement-late",
        phase=phase,
        title="every answer 50 ms late",
        why="slow is not broken: nothing is to be retried",
        injections=(strike("latency", Point.REQUEST, seconds=0.05),),
        warm=True,
    )
    yield Scenario(
        name="statement-garbage",
        phase=phase,
        title="bytes that are not TDS",
        why="arrives as HY000 without a number",
        injections=(strike("garbage", Point.REQUEST),),
        warm=True,
    )
    yield Scenario(
        name="session-killed",
        phase=phase,
        title="the session is killed",
        why="error 596 of severity 21, then the server closes",
        injections=(strike("session-killed", Point.REQUEST),),
        expectation=Expectation.ENDED,
        warm=True,
    )
    for short, fault in CUTS:
        yield Scenario(
            name=f"autocommit-write-{short}",
            phase=phase,
            title=f"INSERT outside a transaction, {short.upper()} after it ran",
            why="nobody can know from the client's side whether it was applied",
            injections=(strike(fault, Point.REQUEST, when="after"),),
            expectation=Expectation.KNOWN,
            operation=Operation.AUTOCOMMIT,
            needs_write=True,
            warm=True,
        )


def later_statement() -> Iterator[Scenario]:
    for number in _LATER_NUMBERS:
        yield _server_error(Phase.LATER_STATEMENT, "second-statement", number, 2)
    for short, fault in CUTS:
        yield _cut(Phase.LATER_STATEMENT, "second-statement", short, fault, 2)


def _server_error(phase: Phase, name: str, number: int, nth: int) -> Scenario:
    return Scenario(
        name=f"{name}-{number}",
        phase=phase,
        title=f"statement {nth} fails with {number}",
        why="a server error is a ProgrammingError or a plain Error, never an OperationalError; "
        "the whole transaction has to be run again",
        injections=(strike("server-error", Point.REQUEST, nth=nth, number=number),),
        warm=True,
        floor=THROTTLING_FLOOR if number in THROTTLING else 0.0,
    )


def _cut(phase: Phase, name: str, short: str, fault: str, nth: int) -> Scenario:
    return Scenario(
        name=f"{name}-{short}",
        phase=phase,
        title=f"{short.upper()} instead of an answer to statement {nth}",
        why=CUT_WHY[short],
        injections=(strike(fault, Point.REQUEST, nth=nth),),
        warm=True,
    )


def rows() -> Iterator[Scenario]:
    for name, title, fault, parameters in (
        ("rows-cut", "cut between two rows", "truncate", {"rows": 3}),
        ("rows-cut-inside", "cut inside a row", "truncate", {"rows": 3, "inside_token": True}),
        (
            "rows-40197",
            "40197 between two rows",
            "server-error",
            {"number": 40197, "when": "mid-rows", "rows": 3},
        ),
    ):
        yield Scenario(
            name=name,
            phase=Phase.ROWS,
            title=title,
            why="rows that have come are not the result: half a list must never reach the caller",
            injections=(strike(fault, **parameters),),
            operation=Operation.ROWS,
            warm=True,
        )
