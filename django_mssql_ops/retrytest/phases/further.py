"""What rests, what never ends, and what must not be retried."""

from __future__ import annotations

from collections.abc import Iterator

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.retrytest.phases.striking import (
    CUTS,
    strike,
)
from django_mssql_ops.retrytest.scenarios import Expectation, Operation, Phase, Scenario


def idle() -> Iterator[Scenario]:
    for short, how in CUTS:
        for suffix, reconnects in (("", 0), ("-resiliency", 1)):
            yield Scenario(
                name=f"idle-{short}{suffix}",
                phase=Phase.IDLE,
                title=f"{short.upper()} while idle, ConnectRetryCount={reconnects}",
                why="idle connection resiliency may hide it; without it the application copes",
                injections=(strike("idle-cut", how=how, seconds=0.1),),
                warm=True,
                idle=0.4,
                reconnects=reconnects,
            )
    yield Scenario(
        name="idle-rst-resiliency-fails",
        phase=Phase.IDLE,
        title="RST while idle, and the driver's own reconnect is refused",
        why="arrives as IMC06 or a login error that is in no list",
        injections=(
            strike("idle-cut", how="reset", seconds=0.1),
            strike("login-error", number=40613),
        ),
        warm=True,
        idle=0.4,
        reconnects=1,
    )


def always() -> Iterator[Scenario]:
    for name, title, struck in (
        ("always-login-40613", "every login", strike("login-error", count=None, number=40613)),
        (
            "always-statement-40613",
            "every statement",
            strike("server-error", Point.REQUEST, count=None, number=40613),
        ),
    ):
        yield Scenario(
            name=name,
            phase=Phase.ALWAYS,
            title=f"{title} fails with 40613 for ever",
            why="retries have to end, and must not become a storm; the thread has to work "
            "afterwards",
            injections=(struck,),
            expectation=Expectation.STOPPED,
        )


def controls() -> Iterator[Scenario]:
    for number in (18456, 18486, 4060):
        yield Scenario(
            name=f"control-login-{number}",
            phase=Phase.CONTROL,
            title=f"login refused with {number} for ever",
            why="who logs in again and again gets the account locked; 4060 is usually a typing "
            "mistake",
            injections=(strike("login-error", count=None, number=number),),
            expectation=Expectation.NOT_RETRIED,
        )
    for name, number, message in (
        (
            "duplicate-64",
            2627,
            "Violation of UNIQUE KEY constraint 'uq'. Cannot insert duplicate key in object "
            "'dbo.t'. The duplicate key value is (64).",
        ),
        ("throw-40501", 50001, "order (40501) is not to be had"),
        ("conversion-64", 245, "Conversion failed when converting the varchar value '(64)'."),
        ("syntax", 102, "Incorrect syntax near '1205'."),
    ):
        yield Scenario(
            name=f"control-{name}",
            phase=Phase.CONTROL,
            title=f"error {number} with a transient number in its text",
            why="the number stands in the text, and is not the error's",
            injections=(strike("server-error", Point.REQUEST, number=number, message=message),),
            expectation=Expectation.NOT_RETRIED,
            warm=True,
        )
    yield Scenario(
        name="control-outer-block",
        phase=Phase.CONTROL,
        title="1205 inside a transaction of the caller's",
        why="the server rolled the caller's work back too: only the caller can run it again",
        injections=(strike("server-error", Point.REQUEST, number=1205),),
        expectation=Expectation.NOT_RETRIED,
        operation=Operation.NESTED,
        warm=True,
    )
