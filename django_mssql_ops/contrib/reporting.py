"""What the hooks have in common: which events there are, and labels that cannot grow.

A label holds an alias, or one of the engine's stable words; never SQL, an argument or a text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_mssql_ops.retry.counters import OUTCOMES, alias_label
from django_mssql_ops.retry.signals import Event

__all__ = ["OUTCOMES", "Subscription", "alias_label", "labels_of"]

Receiver = Callable[[str, Event], None]


class Subscription:
    """One receiver on every signal of the engine; connecting twice is connecting once."""

    def __init__(self, name: str, receive: Receiver) -> None:
        self._name = name
        self._receive = receive
        self._receivers: dict[str, Callable[..., None]] = {}

    @property
    def is_connected(self) -> bool:
        return bool(self._receivers)

    def connect(self) -> None:
        for outcome, signal in OUTCOMES.items():
            receiver = self._receivers.setdefault(outcome, self._receiver(outcome))
            signal.connect(receiver, weak=False, dispatch_uid=f"{self._name} {outcome}")

    def disconnect(self) -> None:
        for outcome, signal in OUTCOMES.items():
            signal.disconnect(dispatch_uid=f"{self._name} {outcome}")
        self._receivers.clear()

    def _receiver(self, outcome: str) -> Callable[..., None]:
        def receive(*, event: Event, **kwargs: Any) -> None:
            self._receive(outcome, event)

        return receive


def labels_of(outcome: str, event: Event) -> dict[str, str]:
    return {
        "alias": alias_label(event),
        "kind": event.kind or "none",
        "outcome": outcome,
        "reason": event.reason,
    }
