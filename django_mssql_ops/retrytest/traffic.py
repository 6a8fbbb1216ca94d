"""What passed a proxy during one call, and what a run asks of a proxy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django_mssql_ops.faultproxy.events import Event
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.triggers import Injection


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Times are seconds since the faults were armed, each with a label.

    ``logins`` counts the refused ones too; ``statements`` are those of the application, not what
    drivers and the backend say on their own.
    """

    connections: int = 0
    logins: int = 0
    statements: int = 0
    fired: int = 0
    login_times: tuple[tuple[float, str], ...] = ()
    fault_times: tuple[tuple[float, str], ...] = ()


def traffic_of(events: Iterable[Event], fired: int) -> Traffic:
    """The events between arming and disarming, summed up; ``fired`` is how often faults struck."""
    kept = tuple(events)
    faults = [event for event in kept if event.kind == "fault"]
    # A login that a fault answers, or leaves without an answer, never reaches the server.
    logins = [event for event in kept if event.kind == "login" or _is_at_login(event)]
    return Traffic(
        connections=sum(event.kind == "opened" for event in kept),
        logins=len({event.connection for event in logins}),
        statements=sum(
            event.kind == "request" and event.point == Point.REQUEST.value for event in kept
        ),
        fired=max(fired, len(faults)),
        login_times=tuple((event.at, _answer(event)) for event in logins),
        fault_times=tuple((event.at, f"{event.name} at {event.point}") for event in faults),
    )


def _is_at_login(event: Event) -> bool:
    return event.kind == "fault" and event.point == Point.LOGIN.value


def _answer(event: Event) -> str:
    if event.kind == "fault":
        return "met a fault"
    return f"refused with {', '.join(map(str, event.errors))}" if event.errors else "accepted"


class Proxy(Protocol):
    """A proxy before one server."""

    def arm(self, injections: Sequence[Injection], *, seed: int) -> None: ...

    def disarm(self) -> None: ...

    def cut(self) -> None:
        """Let go of everything that is held, by cutting it."""

    def traffic(self) -> Traffic:
        """What passed between arming and disarming."""

    def open_connections(self) -> int: ...
