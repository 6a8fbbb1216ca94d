from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_mssql_ops.faultproxy.actions import Action, Forward, Shape
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import SHAPED, Moment
from django_mssql_ops.faultproxy.parameters import seconds as in_seconds
from django_mssql_ops.faultproxy.parameters import whole_number
from django_mssql_ops.faultproxy.registry import fault


@fault
@dataclass(frozen=True, slots=True, kw_only=True)
class Slicer(Fault):
    """What the server says comes in small pieces that end anywhere. A driver has to put them
    together again (msodbcsql does, measured with 7 bytes)."""

    name = "slicer"
    summary = "what the server says comes in small pieces"
    points = SHAPED
    count = None

    size: int = whole_number("bytes of a piece", default=7, minimum=1, maximum=65_536)
    pause: float = in_seconds("between two pieces", default=0.0)

    def inject(self, moment: Moment) -> Sequence[Action]:
        return (Shape(slice_size=self.size, latency=self.pause), Forward())
