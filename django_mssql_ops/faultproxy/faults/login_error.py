from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy import server_errors
from django_mssql_ops.faultproxy.actions import Action, Cut, CutDriver
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Moment, Point
from django_mssql_ops.faultproxy.parameters import text, whole_number
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class LoginError(Fault):
    """The server refuses the login and hangs up. 4060 is followed by 18456, as the server does."""

    name = "login-error"
    summary = "the login is refused with an error of this number"
    points = (Point.LOGIN,)

    number: int = whole_number("of the message", minimum=1)
    severity: int | None = whole_number(
        "of the message; the documented one", default=None, minimum=11, maximum=25
    )
    message: str = text("its text; the documented one", default="")

    def inject(self, moment: Moment) -> Sequence[Action]:
        error = server_errors.error_of(self.number, severity=self.severity, message=self.message)
        return (server_errors.refusal(*server_errors.login_errors(error)), CutDriver(Cut.CLOSE))
