from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action
from django_mssql_ops.faultproxy.actions import Refuse as StopListening
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Fault):
    """The port is closed, as while a server restarts. The connection at which it strikes is cut by
    RST, those that come after it are refused by the kernel. The ODBC driver tries a refused port
    again until its login time-out is over (measured), and then says only that."""

    name = "refuse"
    summary = "nobody listens on the port"
    points = (Point.ACCEPT,)

    seconds: float = in_seconds("for how long", default=1.0)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (StopListening(self.seconds),)
