from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy import server_errors
from django_mssql_ops.faultproxy.actions import Action, Cut, CutDriver
from django_mssql_ops.faultproxy.endings import cut, ended
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.parameters import text, whole_number
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorStorm(Fault):
    """A failover: connections that are there are cut, and for a time every login is refused."""

    name = "error-storm"
    summary = "every login fails for a time, and running connections are cut: a failover"
    points = (
        Point.LOGIN,
        Point.BEGIN,
        Point.REQUEST,
        Point.HOUSEKEEPING,
        Point.REPLY,
        Point.COMMIT,
        Point.EMPTY_COMMIT,
        Point.ROLLBACK,
        Point.ATTENTION,
        Point.IDLE,
    )
    count = None

    seconds: float = in_seconds("how long it lasts", default=10.0)
    number: int = whole_number("of the message that refuses a login", default=40613, minimum=1)
    severity: int | None = whole_number(
        "of that message; the documented one", default=None, minimum=11, maximum=25
    )
    message: str = text("its text; the documented one", default="")
    how: str = cut()

    @property
    def default_points(self) -> tuple[Point, ...]:
        return self.points

    def strikes(self, moment: Moment, since: float) -> bool:
        return since < self.seconds

    def inject(self, moment: Moment) -> Sequence[Action]:
        if moment.point is not Point.LOGIN:
            return (ended(self.how),)
        error = server_errors.error_of(self.number, severity=self.severity, message=self.message)
        return (server_errors.refusal(*server_errors.login_errors(error)), CutDriver(Cut.CLOSE))
