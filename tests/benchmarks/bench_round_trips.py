"""How many questions one whole online check asks the server, counted by the stand-in.

A round trip is one TDS request message after the login and the backend's own initialisation. The
latency sample is counted apart: it is there to be many.
"""

from __future__ import annotations

from django_mssql_ops.diagnostics import queries
from tests import project
from tests.standin import Configuration, StandIn

_PROMISED = 15


def main() -> None:
    for driver in project.DRIVERS:
        with StandIn(Configuration()) as server:
            project.run("mssql_check", server=server, driver=driver)
            requests = server.counters.round_trips
        samples = sum(1 for request in requests if request.text == queries.LATENCY)
        print(
            f"{driver}: {len(requests) - samples} round trips besides {samples} latency samples, "
            f"{len(server.counters.logins)} login (promised: at most {_PROMISED} and 1)"
        )
