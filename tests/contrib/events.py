"""Events as the retry engine sends them."""

from __future__ import annotations

from typing import Any

from django_mssql_ops.contrib.reporting import OUTCOMES
from django_mssql_ops.retry.signals import Event


def send(outcome: str, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "name": outcome,
        "function": "shop.orders.place",
        "attempt": 1,
        "reason": "deadlock",
        "why": "the transaction was chosen as the victim of a deadlock",
        "aliases": ("default",),
        "kind": "concurrency",
        "number": 1205,
        **changes,
    }
    for _, answer in OUTCOMES[outcome].send_robust(sender=object, event=Event(**fields)):
        if isinstance(answer, Exception):
            raise answer


def is_connected(name: str) -> bool:
    """A hook of this name listens to any signal of the engine."""
    keys = (receiver[0] for signal in OUTCOMES.values() for receiver in signal.receivers)
    return any(str(key[0]).startswith(name) for key in keys)
