"""A whole run: proxy, ledger, scenarios, and everything put away again, however it ends."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.connections import pointed_at, private_wrapper
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.pooling import pool_settings
from django_mssql_ops.retrytest.apart import apart
from django_mssql_ops.retrytest.asked import Asked, Place
from django_mssql_ops.retrytest.ledger import Ledger
from django_mssql_ops.retrytest.proxying import RunProxy, entry_through, proxy_before
from django_mssql_ops.retrytest.requests import ask, client_for
from django_mssql_ops.retrytest.result import Layer, Run
from django_mssql_ops.retrytest.runner import Question, Runner, Say
from django_mssql_ops.retrytest.scenarios import Operation, Scenario
from django_mssql_ops.retrytest.subjects import BuiltIn, Function, Request, Subject
from django_mssql_ops.retrytest.targets import Invariant, callable_at, user_named
from django_mssql_ops.retrytest.verdict import Bounds
from django_mssql_ops.retrytest.watch import TIME_LAPSE
from django_mssql_ops.retrytest.workloads import Workload

#: Whole seconds for the run's own connection, which passes no fault.
_OWN_TIMEOUT: Final = 15
#: The lowest status of a request that failed.
_CLIENT_ERROR: Final = 400

SubjectOf = Callable[[Scenario, Layer], Subject]


def run(asked: Asked, say: Say) -> Run:
    """Run what was asked for.

    Raises ConfigurationError when it cannot begin: the connection cannot be carried through the
    proxy, the database cannot be reached, or the target fails without any fault.
    """
    began = time.monotonic()
    place = asked.place
    with ExitStack() as stack:
        proxy = stack.enter_context(proxy_before(place))
        healthy = _healthy(asked, proxy)
        invariant = _invariant(asked)
        ledger = stack.enter_context(_ledger(asked, say)) if _writes(asked) else None
        runner = _runner(asked, proxy, ledger, invariant, say)
        subject = _subjects(asked, ledger, healthy)
        questions = [
            Question(scenario=scenario, layer=layer, subject=subject)
            for layer in asked.layers
            for scenario in asked.selection.chosen
            if _makes_sense(scenario, layer)
        ]
        results = tuple(runner.run(questions))
    return Run(
        alias=place.alias,
        driver=place.settings.python_driver,
        target=asked.target,
        seed=asked.seed,
        results=results,
        left_out=_left_out(asked),
        compared=frozenset({Layer.BACKEND}) if len(asked.layers) > 1 else frozenset(),
        seconds=time.monotonic() - began,
        time_lapse=not asked.real_time,
    )


def _makes_sense(scenario: Scenario, layer: Layer) -> bool:
    """A request holds every transaction of its view: there is no outer one for a middleware."""
    return layer is not Layer.MIDDLEWARE or scenario.operation is not Operation.NESTED


def _left_out(asked: Asked) -> tuple[tuple[Scenario, str], ...]:
    unfit = tuple(
        (scenario, "not for the middleware, which has no transaction around it")
        for scenario in asked.selection.chosen
        if Layer.MIDDLEWARE in asked.layers and not _makes_sense(scenario, Layer.MIDDLEWARE)
    )
    return (*asked.selection.left_out, *unfit)


def _writes(asked: Asked) -> bool:
    return asked.write and Layer.TARGET not in asked.layers


@contextmanager
def _ledger(asked: Asked, say: Say) -> Iterator[Ledger]:
    alias = asked.place.alias
    wrapper = private_wrapper(alias, login_timeout=_OWN_TIMEOUT, query_timeout=_OWN_TIMEOUT)
    ledger = Ledger(wrapper)
    try:
        ledger.create()
    except Exception as error:
        wrapper.close()
        raise ConfigurationError(
            f"alias {alias!r}: the scratch table could not be created: {type(error).__name__}; the "
            "user needs CREATE TABLE and the right to alter its schema"
        ) from error
    try:
        yield ledger
    finally:
        try:
            ledger.drop()
        except Exception as error:
            say(f"the table {ledger.table} could not be dropped: {type(error).__name__}; drop it")


def _invariant(asked: Asked) -> Invariant | None:
    """Raises ConfigurationError when it is broken already: then no scenario could tell anything."""
    if not asked.invariant:
        return None
    function = callable_at(asked.invariant, "--invariant")
    invariant = Invariant(lambda: apart(function))
    wrong = invariant.begin()
    if wrong:
        raise ConfigurationError(
            f"--invariant {asked.invariant!r} is broken before any fault: {wrong}"
        )
    return invariant


def _runner(
    asked: Asked,
    proxy: RunProxy,
    ledger: Ledger | None,
    invariant: Invariant | None,
    say: Say,
) -> Runner:
    place, worst = asked.place, ops_settings().retry_worst_case
    return Runner(
        alias=place.alias,
        entry=lambda number, scenario: entry_through(
            place,
            proxy,
            number,
            scenario.reconnects,
            real_time=asked.real_time or scenario.real_time,
        ),
        proxy=proxy,
        seed=asked.seed,
        bounds=Bounds(logins=worst.logins, seconds=worst.seconds),
        limit=asked.limit,
        scale=1.0 if asked.real_time else TIME_LAPSE,
        closes=_closes(place),
        count_rows=None if ledger is None else _counting(ledger),
        invariant=invariant,
        say=say,
    )


def _counting(ledger: Ledger) -> Callable[[Workload], tuple[int, ...]]:
    return lambda workload: ledger.entries(workload.token, workload.entries)


def _closes(place: Place) -> bool:
    read = place.settings
    return pool_settings(read.python_driver, read.driver).enabled is False


def _subjects(asked: Asked, ledger: Ledger | None, healthy: int) -> SubjectOf:
    """What is called: numbered by a generator of its own, so that a seed gives the same tokens."""
    generator = random.Random(asked.seed)  # noqa: S311 (guards nothing)

    def built_in(scenario: Scenario, layer: Layer) -> Subject:
        token = f"{generator.getrandbits(128):032x}"
        insert = "" if ledger is None else ledger.insert()
        workload = Workload(
            alias=asked.place.alias, operation=scenario.operation, token=token, insert=insert
        )
        return BuiltIn(workload=workload, layer=layer)

    def own(scenario: Scenario, layer: Layer) -> Subject:
        return _own(asked, healthy, generator)

    return built_in if Layer.TARGET not in asked.layers else own


def _own(asked: Asked, healthy: int, generator: random.Random) -> Subject:
    if asked.url is None:
        return Function(function=callable_at(asked.call, "--call"))
    url = asked.url.with_uuid(str(uuid.UUID(int=generator.getrandbits(128), version=4)))
    user = user_named(url.login) if url.login else None
    return Request(client=client_for(user), url=url, healthy=healthy)


def _healthy(asked: Asked, proxy: RunProxy) -> int:
    """Run the target once without a fault; the status of a URL, 0 for anything else.

    Raises ConfigurationError when it fails: then no scenario could tell anything.
    """
    generator = random.Random(f"{asked.seed}:healthy")  # noqa: S311
    workload = Workload(alias=asked.place.alias, operation=Operation.TRANSACTION, token="")
    subject = _own(asked, 0, generator) if Layer.TARGET in asked.layers else None

    def once() -> int:
        if isinstance(subject, Request):
            return ask(subject.client, subject.url).status
        if isinstance(subject, Function):
            subject.function()
        else:
            workload.run()
        return 0

    with pointed_at(asked.place.alias, entry_through(asked.place, proxy, 0, 0, real_time=True)):
        try:
            status: int = apart(once)
        except ConfigurationError:
            raise
        except Exception as error:
            raise ConfigurationError(
                f"{asked.target} fails without any fault: {type(error).__name__}; it has to work "
                "before it can be tested"
            ) from error
    if status >= _CLIENT_ERROR:
        raise ConfigurationError(
            f"{asked.target} answers {status} without any fault; it has to work before it can be "
            "tested"
        )
    return status
