from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Stall
from django_mssql_ops.faultproxy.endings import executed, execution, impossible_execution
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class HalfOpen(Fault):
    """The connection stays open and nothing passes any more, as after a host has vanished. With a
    query time-out T the ODBC driver gives up after three times T, without one never (measured)."""

    name = "half-open"
    summary = "the connection stays open, and nothing passes"
    points = (
        Point.REQUEST,
        *(point for point in Point if point not in (Point.REQUEST, Point.ACCEPT)),
    )

    when: str = execution()
    seconds: float | None = in_seconds("for how long; until it is released", default=None)

    def contradiction(self, point: Point | None = None) -> str:
        return impossible_execution(self.when, point)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (*executed(self.when), Stall(self.seconds))
