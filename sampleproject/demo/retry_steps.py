"""The demo's steps about retries: faults on the way between the shop and its server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sampleproject.demo.step import Step

#: A selection, so that the demo stays short; without --only all scenarios run.
_SELECTED = ("login-40*", "statement-*", "commit-*", "second-commit-*", "control-*")
_COMMITS = ("commit-*", "second-commit-*")
_SEED = ("--seed", "7")
_REHEARSAL = "sampleproject.shop.rehearsal"


def retry_steps(there: Mapping[str, str], drivers: tuple[str, ...]) -> Iterator[Step]:
    """On a shop that is migrated and filled."""
    yield Step(
        title="mssql_retrytest does not touch a database that may be the real one",
        arguments=("mssql_retrytest", "--write"),
        environment=there,
        exit_code=2,
        says=("RETRYTEST_DATABASES",),
    )
    rehearsing = {**there, "SHOP_ENVIRONMENT": "local"}
    for driver in drivers:
        yield Step(
            title=f"Faults between {driver} and the server: what retry_on_transient makes of them",
            arguments=("mssql_retrytest", "--write", *_SEED, *_only(_SELECTED)),
            environment={**rehearsing, "MSSQL_PYTHON_DRIVER": driver},
            exit_code=0,
            says=("mssql_retrytest: ok",),
        )
    for call in ("place_an_order", "take_a_delivery"):
        rehearsal = "sampleproject.shop.rehearsal"
        target = (
            "--call",
            f"{rehearsal}.{call}",
            "--invariant",
            f"{rehearsal}.the_books_are_right",
        )
        yield Step(
            title=f"The shop's own code, COMMITs lost before and after the server has them: {call}",
            arguments=("mssql_retrytest", "--write", *_SEED, *_only(_COMMITS), *target),
            environment=rehearsing,
            exit_code=0,
            says=("mssql_retrytest: ok",),
        )


def _only(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for name in names for word in ("--only", name))
