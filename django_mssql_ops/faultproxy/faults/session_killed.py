from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.faultproxy import server_errors
from django_mssql_ops.faultproxy.actions import Action, Cut, CutDriver, RollBack
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.registry import fault

#: Database Engine events and errors, 0 to 999: severity 21.
_KILLED: Final = 596


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKilled(Fault):
    """Somebody killed the session, or the server ends it while it fails over: error 596, the
    transaction is rolled back and the connection closed. An idle session is only closed."""

    name = "session-killed"
    summary = "the session is killed: error 596, and the connection is closed"
    points = (
        Point.REQUEST,
        Point.BEGIN,
        Point.HOUSEKEEPING,
        Point.COMMIT,
        Point.EMPTY_COMMIT,
        Point.ROLLBACK,
        Point.IDLE,
    )

    def inject(self, moment: Moment) -> Sequence[Action]:
        closed = CutDriver(Cut.CLOSE)
        if moment.point is Point.IDLE:
            return (closed,)
        rolled_back = (RollBack(),) if moment.descriptor else ()
        return (*rolled_back, server_errors.failure(server_errors.error_of(_KILLED)), closed)
