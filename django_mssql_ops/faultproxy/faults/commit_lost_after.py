from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Execute
from django_mssql_ops.faultproxy.endings import ended, ending
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLostAfter(Fault):
    """The server committed, and the connection is lost before its acknowledgement: whoever runs the
    transaction again applies it twice."""

    name = "commit-lost-after"
    summary = "the server committed, and the acknowledgement is lost"
    points = (Point.COMMIT,)

    how: str = ending()

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (Execute(), ended(self.how))
