"""A run without a proxy: the stand-in's own script misbehaves where a proxy would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.utils import ConnectionHandler

from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.retrytest.traffic import Traffic
from tests.check.conftest import entry_for
from tests.standin import StandIn

Misbehave = Callable[[StandIn], None]


class ScriptedProxy:
    """``misbehave`` scripts the stand-in when faults are armed."""

    def __init__(self, standin: StandIn, misbehave: Misbehave) -> None:
        self._standin = standin
        self._misbehave = misbehave
        self._before = 0
        self._traffic = Traffic()

    def arm(self, injections: Sequence[Injection], *, seed: int) -> None:
        self._before = len(self._standin.counters.logins)
        self._misbehave(self._standin)

    def disarm(self) -> None:
        self._standin.script.clear()
        logins = len(self._standin.counters.logins) - self._before
        self._traffic = Traffic(connections=logins, logins=logins, fired=1)

    def cut(self) -> None:
        """The driver's own time limit ends the silence."""

    def traffic(self) -> Traffic:
        return self._traffic

    def open_connections(self) -> int:
        return 0


def entry_with_defaults(standin: StandIn, driver: str, **options: Any) -> dict[str, Any]:
    """An entry of DATABASES as Django completes it."""
    entry = entry_for(standin, driver)
    entry["OPTIONS"] |= {"connection_timeout": 5, "query_timeout": 1, **options}
    handler = ConnectionHandler({"default": entry})
    completed: dict[str, Any] = handler.settings["default"]
    return completed
