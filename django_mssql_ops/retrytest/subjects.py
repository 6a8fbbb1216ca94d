"""What is called under a scenario: the built-in workload on one layer, or the project's own code.

A subject is made for one scenario and used in one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import close_old_connections
from django.test.client import Client

from django_mssql_ops.retry import retry_on_transient
from django_mssql_ops.retrytest.failures import failure_of, outcome_of
from django_mssql_ops.retrytest.observation import Failure, Outcome
from django_mssql_ops.retrytest.requests import Answer, ask, ask_operation
from django_mssql_ops.retrytest.result import Layer
from django_mssql_ops.retrytest.targets import Url
from django_mssql_ops.retrytest.watch import Watch
from django_mssql_ops.retrytest.workloads import Workload

#: The lowest status that is a failure of the server's.
_SERVER_ERROR = 500
#: Seconds for the decorated workload, which does what the page on retries recommends: without a
#: deadline mssql-python waits for a silent server for ever. It leaves room for the longest delays.
DEADLINE = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one call ended."""

    outcome: Outcome
    failure: Failure | None = None
    status: int | None = None


class Subject(Protocol):
    """Something to call; ``workload`` is None for the project's own code."""

    workload: Workload | None

    def begin(self) -> None:
        """What Django does in this thread before such a call begins."""

    def call(self, watch: Watch) -> Ending: ...


@dataclass(slots=True)
class BuiltIn:
    """The built-in workload, undecorated or under retry_on_transient."""

    workload: Workload | None
    layer: Layer

    def begin(self) -> None:
        if self.layer is Layer.MIDDLEWARE:
            close_old_connections()

    def call(self, watch: Watch) -> Ending:
        workload = _there(self.workload)
        if self.layer is Layer.MIDDLEWARE:
            return _answered(lambda body: ask_operation(body), workload, watch)
        body = _watched(workload, watch)
        if self.layer is Layer.DECORATOR:
            body = retry_on_transient(using=workload.alias, deadline=DEADLINE)(body)
        return ended(workload.within(body))


@dataclass(slots=True)
class Function:
    """The project's own callable."""

    function: Callable[[], Any]
    workload: Workload | None = field(default=None)

    def begin(self) -> None:
        """A function begins without ceremony."""

    def call(self, watch: Watch) -> Ending:
        return ended(self.function)


@dataclass(slots=True)
class Request:
    """The project's own view; ``healthy`` is the status that it answers without a fault."""

    client: Client
    url: Url
    healthy: int
    workload: Workload | None = field(default=None)

    def begin(self) -> None:
        """As Django does when a request begins; its test client does not."""
        close_old_connections()

    def call(self, watch: Watch) -> Ending:
        return ending_of(ask(self.client, self.url), None, self.healthy)


def ended(call: Callable[[], object]) -> Ending:
    """``call`` and what came of it."""
    try:
        call()
    except Exception as error:
        return Ending(outcome=outcome_of(error), failure=failure_of(error))
    return Ending(outcome=Outcome.RETURNED)


def ending_of(answer: Answer, error: BaseException | None, healthy: int) -> Ending:
    """A response as an ending: one of another class than the healthy one is a failure.

    ``error`` is what the view raised last, for responses of a middleware that took the error away.
    """
    if answer.status // 100 == healthy // 100:
        return Ending(outcome=Outcome.RETURNED, status=answer.status)
    raised = answer.error or (error if answer.status >= _SERVER_ERROR else None)
    if raised is None:
        failure = Failure(name=f"HTTP {answer.status}")
        return Ending(outcome=Outcome.RAISED, failure=failure, status=answer.status)
    return Ending(outcome=outcome_of(raised), failure=failure_of(raised), status=answer.status)


def _answered(
    asking: Callable[[Callable[[], object]], Answer], workload: Workload, watch: Watch
) -> Ending:
    raised: list[BaseException] = []
    body = _watched(workload, watch)

    def operation() -> None:
        try:
            workload.within(body)()
        except Exception as error:
            raised.append(error)
            raise

    return ending_of(asking(operation), raised[-1] if raised else None, 200)


def _watched(workload: Workload, watch: Watch) -> Callable[[], None]:
    def attempt() -> None:
        with watch.attempt():
            workload.run()

    return attempt


def _there(workload: Workload | None) -> Workload:
    if workload is None:
        raise ValueError("the built-in subject has a workload")
    return workload
