from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Forward, Shape
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import SHAPED, Moment
from django_mssql_ops.faultproxy.parameters import number
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth(Fault):
    """What the server says comes slowly, as over a line that is full."""

    name = "bandwidth"
    summary = "what the server says comes slowly"
    points = SHAPED
    count = None

    bytes_per_second: float = number("how much passes in a second", default=10_000.0, minimum=1.0)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (Shape(bytes_per_second=self.bytes_per_second), Forward())
