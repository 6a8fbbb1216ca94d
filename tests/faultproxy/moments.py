"""Moments as tests need them."""

from __future__ import annotations

import random
from typing import Any

from django_mssql_ops.faultproxy.moments import Moment, Point


def moment(point: Point = Point.REQUEST, **fields: Any) -> Moment:
    usual: dict[str, Any] = {"connection": 1, "seconds": 0.0, "random": random.Random(7)}
    return Moment(point=point, **{**usual, **fields})
