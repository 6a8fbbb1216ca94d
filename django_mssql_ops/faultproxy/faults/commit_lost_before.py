from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action
from django_mssql_ops.faultproxy.endings import ended, ending
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLostBefore(Fault):
    """The connection is lost before the server received the COMMIT: nothing was committed. The
    driver says exactly what it says when the acknowledgement was lost (measured)."""

    name = "commit-lost-before"
    summary = "the connection is lost before the server received the COMMIT"
    points = (Point.COMMIT,)

    how: str = ending()

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (ended(self.how),)
