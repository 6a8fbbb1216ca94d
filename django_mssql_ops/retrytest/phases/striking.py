"""What the scenarios of all phases are made with: faults, and the facts behind them."""

from __future__ import annotations

from typing import Any, Final

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import Injection, injection

#: Seconds that Azure asks callers to wait when it throttles (errors 40501 and its kin).
THROTTLING_FLOOR: Final = 10.0
#: Seconds that Azure asks callers to wait before the first retry of anything else.
FAILOVER_FLOOR: Final = 5.0
THROTTLING: Final = frozenset({10928, 10929, 40501, 49918, 49919, 49920})

NOBODY_KNOWS: Final = "no list of numbers knows it, so a retry by number alone misses it"
CUTS: Final = (("rst", "reset"), ("fin", "close"))
CUT_WHY: Final = {
    "rst": "Linux calls an RST error 104 and not 10054, the number that published lists have",
    "fin": "a server that is shut down in order closes with a FIN: error 10054 on Linux",
}


def strike(
    fault: str,
    /,
    at: Point | None = None,
    *,
    nth: int = 1,
    count: int | None = 1,
    **parameters: Any,
) -> Injection:
    """``fault`` at the point ``at``, or where it strikes by itself; with count None always."""
    return injection(fault_named(fault, **parameters), point=at, nth=nth, count=count)


def floor(number: int) -> float:
    """The seconds before a login is tried again that was refused with ``number``."""
    return THROTTLING_FLOOR if number in THROTTLING else FAILOVER_FLOOR
