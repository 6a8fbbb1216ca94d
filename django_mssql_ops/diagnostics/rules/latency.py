"""How far away the server is."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, LatencyFacts
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning

#: Machines of one region are well below this; a page with 50 queries waits 250 ms for it.
_SLOW_ROUND_TRIP_MS = 5.0


@rule(450, "latency", stage="latency", needs=("latency",))
def latency(_facts: Facts, found: LatencyFacts) -> Verdicts:
    if found.p50 > _SLOW_ROUND_TRIP_MS:
        yield warning(
            f"one round trip takes {found.p50:.1f} ms (median of {found.samples}, "
            f"95 % below {found.p95:.1f} ms)",
            hint="Run the application in the server's region and network, and look for pages "
            "with many queries.",
        )
