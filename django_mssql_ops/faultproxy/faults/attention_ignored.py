from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionIgnored(Fault):
    """The driver cancels a statement, at its query time-out for example, and the server does not
    react: the driver waits twice the time-out longer and gives the connection up (measured). It
    takes a statement that is slower than the time-out."""

    name = "attention-ignored"
    summary = "the server does not react when the driver cancels"
    points = (Point.ATTENTION,)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return ()
