"""How far away the server is."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, LatencyFacts
from django_mssql_ops.diagnostics.registry import Verdicts, info, rule, warning

#: Machines of one region are well below this; a page with 50 queries waits 250 ms for it.
_SLOW_ROUND_TRIP_MS = 5.0


@rule(450, "latency", stage="latency", needs=("latency",))
def latency(_facts: Facts, found: LatencyFacts) -> Verdicts:
    """How long a round trip to the server takes; more than 5 ms is a warning.

    That is the median of the `SELECT 1` round trips; up to 5 ms it is information. Machines of one
    region are well below, and a page with 50 queries waits 250 ms for it. Run the application in
    the server's region and network, and look for pages with many queries. Over a line so slow that
    20 samples do not fit into the time limit, fewer are taken.

    Source: a threshold of this project.
    """
    message = (
        f"one round trip takes {found.p50:.1f} ms (median of {found.samples}, fastest "
        f"{found.minimum:.1f} ms, 95 % below {found.p95:.1f} ms)"
    )
    if found.p50 > _SLOW_ROUND_TRIP_MS:
        yield warning(
            message,
            hint="Run the application in the server's region and network, and look for pages "
            "with many queries.",
        )
    else:
        yield info(message)
