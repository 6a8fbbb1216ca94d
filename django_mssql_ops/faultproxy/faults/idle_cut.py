from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action
from django_mssql_ops.faultproxy.endings import cut, ended
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class IdleCut(Fault):
    """Idle connections are cut, as by a firewall or Azure's gateway. With idle connection
    resiliency the driver connects again unseen (measured), so the fault may be masked."""

    name = "idle-cut"
    summary = "a connection that was idle for a time is cut"
    points = (Point.IDLE,)
    count = None

    seconds: float = in_seconds("how long it has to be idle", default=1.0)
    how: str = cut()

    def strikes(self, moment: Moment, since: float) -> bool:
        return moment.idle >= self.seconds

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (ended(self.how),)
