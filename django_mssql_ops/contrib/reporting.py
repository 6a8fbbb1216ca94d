"""What the hooks have in common: which events there are, and labels that cannot grow.

A label holds an alias, or one of the engine's stable words; never SQL, an argument or a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.dispatch import Signal

from django_mssql_ops.retry import signals
from django_mssql_ops.retry.signals import Event

#: The name of an event as a label, by its signal.
OUTCOMES: Final[Mapping[str, Signal]] = MappingProxyType(
    {
        "attempted": signals.retry_attempted,
        "exhausted": signals.retry_exhausted,
        "refused": signals.retry_refused,
        "unknown": signals.outcome_unknown,
    }
)

#: Aliases come from DATABASES, so there are few; this many are told apart all the same.
_MOST_ALIASES: Final = 32
_aliases: Final[set[str]] = set()

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


def alias_label(event: Event) -> str:
    """The alias; ``several`` where the attempt used more than one, ``none`` where it used none."""
    if len(event.aliases) != 1:
        return "several" if event.aliases else "none"
    [alias] = event.aliases
    if alias not in _aliases and len(_aliases) >= _MOST_ALIASES:
        return "other"
    _aliases.add(alias)
    return alias


def labels_of(outcome: str, event: Event) -> dict[str, str]:
    return {
        "alias": alias_label(event),
        "kind": event.kind or "none",
        "outcome": outcome,
        "reason": event.reason,
    }
