from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Forward, Shape
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import SHAPED, Moment
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Fault):
    """What the server says comes late, from the moment on at which it strikes and for as long as
    the connection lives. Below the time limits of the driver that is no error (measured)."""

    name = "latency"
    summary = "what the server says comes late"
    points = SHAPED
    count = None

    seconds: float = in_seconds("how late each piece is", default=0.1)
    jitter: float = in_seconds("how much more or less than that, drawn for each piece", default=0.0)

    def contradiction(self, point: object = None) -> str:
        if self.jitter > self.seconds:
            return f"has a jitter of {self.jitter:g} s, more than its {self.seconds:g} seconds"
        return ""

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (Shape(latency=self.seconds, jitter=self.jitter), Forward())
