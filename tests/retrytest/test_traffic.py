"""Events of a proxy, summed up."""

from __future__ import annotations

from typing import Any

from django_mssql_ops.faultproxy.events import Event, Kind
from django_mssql_ops.retrytest.traffic import Traffic, traffic_of


def event(kind: Kind, **changes: Any) -> Event:
    return Event(**{"number": 1, "kind": kind, "at": 0.5, "connection": 1, **changes})


def test_what_passed_is_counted() -> None:
    events = (
        event("opened"),
        event("login", errors=(40613,)),
        event("closed"),
        event("opened", connection=2),
        event("fault", connection=2, at=1.0, name="login-error", point="login"),
        event("opened", connection=3),
        event("login", connection=3, at=1.5),
        event("request", point="begin"),
        event("request", point="request", verb="INSERT"),
        event("request", point="housekeeping"),
        event("fault", at=2.0, name="reset", point="request"),
    )
    assert traffic_of(events, fired=2) == Traffic(
        connections=3,
        logins=3,
        statements=1,
        fired=2,
        login_times=((0.5, "refused with 40613"), (1.0, "met a fault"), (1.5, "accepted")),
        fault_times=((1.0, "login-error at login"), (2.0, "reset at request")),
    )
