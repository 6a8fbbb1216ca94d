from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Stall
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class SilentAccept(Fault):
    """The connection is accepted and nothing is ever said, as by a firewall or a load balancer with
    nothing behind it. Only the login time-out ends the wait."""

    name = "silent-accept"
    summary = "the connection is accepted, and nobody speaks"
    points = (Point.ACCEPT,)

    seconds: float | None = in_seconds("for how long; until it is released", default=None)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (Stall(self.seconds),)
