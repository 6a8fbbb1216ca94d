from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Cut, CutDriver
from django_mssql_ops.faultproxy.endings import executed, execution, impossible_execution
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Fault):
    """The connection is cut by RST, as when a server's process dies or a firewall forgets the
    connection. On Linux the driver's native number is 104, not Windows' 10054 (measured)."""

    name = "reset"
    summary = "the connection is cut by RST"
    points = (Point.REQUEST, *(point for point in Point if point is not Point.REQUEST))

    when: str = execution()

    def contradiction(self, point: Point | None = None) -> str:
        return impossible_execution(self.when, point)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (*executed(self.when), CutDriver(Cut.RESET))
