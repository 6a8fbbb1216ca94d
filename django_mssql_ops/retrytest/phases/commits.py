"""The COMMIT of a transaction, and the empty one that follows it."""

from __future__ import annotations

from collections.abc import Iterator

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.retrytest.phases.striking import (
    CUTS,
    strike,
)
from django_mssql_ops.retrytest.scenarios import Expectation, Operation, Phase, Scenario


def commit() -> Iterator[Scenario]:
    for short, how in CUTS:
        for when, fault in (("before", "commit-lost-before"), ("after", "commit-lost-after")):
            yield Scenario(
                name=f"commit-{when}-{short}",
                phase=Phase.COMMIT,
                title=f"{short.upper()} on COMMIT, {when} the server executed it",
                why="both look the same to the client; who repeats blindly applies one of them "
                "twice",
                injections=(strike(fault, how=how),),
                expectation=Expectation.KNOWN,
                needs_write=True,
                warm=True,
            )
    for when in ("before", "after"):
        yield Scenario(
            name=f"commit-{when}-40197",
            phase=Phase.COMMIT,
            title=f"40197 on COMMIT, {when} the server executed it",
            why="a transient number, and still nobody knows: repeating it is not safe",
            injections=(
                strike("server-error", Point.COMMIT, number=40197, severity=20, when=when),
            ),
            expectation=Expectation.KNOWN,
            needs_write=True,
            warm=True,
        )
    for number in (1205, 41305):
        yield Scenario(
            name=f"commit-{number}",
            phase=Phase.COMMIT,
            title=f"COMMIT fails with {number}",
            why="the server says that it rolled back: this one is safe to repeat",
            injections=(strike("server-error", Point.COMMIT, number=number),),
            needs_write=True,
            warm=True,
        )
    yield Scenario(
        name="commit-of-reads-rst",
        phase=Phase.COMMIT,
        title="RST on the COMMIT of a transaction that only read",
        why="nothing can have been applied: it is safe to repeat",
        injections=(strike("commit-lost-before"),),
        operation=Operation.ROWS,
        warm=True,
    )


def second_commit() -> Iterator[Scenario]:
    yield Scenario(
        name="second-commit-rst",
        phase=Phase.SECOND_COMMIT,
        title="RST on the empty COMMIT after the real one",
        why="atomic() is followed by a second, empty COMMIT: the work is committed, and Django "
        "reports a failure and forgets on_commit",
        injections=(strike("empty-commit-lost"),),
        needs_write=True,
        warm=True,
    )
