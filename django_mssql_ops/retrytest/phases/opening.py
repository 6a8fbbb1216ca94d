"""Connecting, logging in, and beginning a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.retrytest.phases.striking import (
    CUT_WHY,
    CUTS,
    FAILOVER_FLOOR,
    NOBODY_KNOWS,
    floor,
    strike,
)
from django_mssql_ops.retrytest.scenarios import Phase, Scenario

_LOGIN_NUMBERS: Final = (40613, 40501, 40197, 10928, 10929, 49918, 49919, 49920, 4221)


def connect() -> Iterator[Scenario]:
    phase = Phase.CONNECT
    yield Scenario(
        name="connect-refused",
        phase=phase,
        title="port refused once",
        why="a server that restarts refuses first; the driver tries until its login time-out",
        injections=(strike("refuse", seconds=1.5),),
    )
    yield Scenario(
        name="connect-silent",
        phase=phase,
        title="accepted, never answered",
        why=f"ends as HYT00 with the native number 0: {NOBODY_KNOWS}",
        injections=(strike("silent-accept"),),
    )
    for short, fault in CUTS:
        yield Scenario(
            name=f"prelogin-{short}",
            phase=phase,
            title=f"{short.upper()} during PRELOGIN",
            why=f"arrives as 08001 with the native number 26: {NOBODY_KNOWS}",
            injections=(strike(fault, Point.PRELOGIN),),
        )


def login() -> Iterator[Scenario]:
    for number in _LOGIN_NUMBERS:
        yield Scenario(
            name=f"login-{number}",
            phase=Phase.LOGIN,
            title=f"login refused with {number} once",
            why="a server error at login is a ProgrammingError or a plain Error, never an "
            "OperationalError",
            injections=(strike("login-error", number=number),),
            floor=floor(number),
        )
    for short, fault in CUTS:
        yield Scenario(
            name=f"login-{short}",
            phase=Phase.LOGIN,
            title=f"{short.upper()} instead of the login's answer",
            why=CUT_WHY[short],
            injections=(strike(fault, Point.LOGIN),),
            floor=FAILOVER_FLOOR,
        )
    yield Scenario(
        name="login-silent",
        phase=Phase.LOGIN,
        title="login never answered",
        why=f"ends as HYT00 with the native number 0: {NOBODY_KNOWS}",
        injections=(strike("half-open", Point.LOGIN),),
    )


def begin() -> Iterator[Scenario]:
    for short, fault in CUTS:
        yield Scenario(
            name=f"begin-{short}",
            phase=Phase.BEGIN,
            title=f"{short.upper()} when a transaction begins",
            why="atomic() fails while it begins, and leaves the thread unable to connect again "
            "unless somebody resets it",
            injections=(strike(fault, Point.BEGIN),),
            warm=True,
        )
