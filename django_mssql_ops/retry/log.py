"""The events of the retry engine as signals and as lines of the log.

The logger is ``django_mssql_ops.retry``. A record's message is a sentence; its ``extra`` has stable
names: mssql_ops_event, function, alias, attempt, delay, elapsed, kind, reason, phase, number,
sqlstate, exception_class. None of them holds a secret, a parameter or SQL text.
"""

from __future__ import annotations

import logging
from typing import Final

from django.dispatch import Signal

from django_mssql_ops.retry import counters, signals
from django_mssql_ops.retry.signals import Event

LOGGER: Final = "django_mssql_ops.retry"

_SIGNALS: Final[dict[str, Signal]] = {
    "retry_attempted": signals.retry_attempted,
    "retry_exhausted": signals.retry_exhausted,
    "retry_refused": signals.retry_refused,
    "outcome_unknown": signals.outcome_unknown,
}
_SENTENCES: Final = {
    "retry_attempted": "%s: attempt %d failed with %s: %s; trying again in %.3g s",
    "retry_exhausted": "%s: attempt %d failed with %s; not retried: %s",
    "retry_refused": "%s: attempt %d failed with %s; not retried: %s",
    "outcome_unknown": "%s: attempt %d failed with %s and may have been applied: %s",
}
#: No ERROR where the exception is raised: whoever handles that logs it, as Django does.
_LEVELS: Final = {
    "retry_attempted": logging.WARNING,
    "retry_exhausted": logging.WARNING,
    "retry_refused": logging.WARNING,
    "outcome_unknown": logging.ERROR,
}


def announce(event: Event, sender: type) -> None:
    """Count, log and send the event; what a receiver raises changes nothing."""
    counters.count(event)
    arguments: list[object] = [event.function, event.attempt, event.code, event.why]
    if event.name == "retry_attempted":
        arguments.append(event.delay)
    logging.getLogger(LOGGER).log(
        _LEVELS[event.name], _SENTENCES[event.name], *arguments, extra=_extra(event)
    )
    _SIGNALS[event.name].send_robust(sender=sender, event=event)


def _extra(event: Event) -> dict[str, object]:
    return {
        "mssql_ops_event": event.name,
        "function": event.function,
        "alias": ",".join(event.aliases),
        "attempt": event.attempt,
        "delay": event.delay,
        "elapsed": event.elapsed,
        "kind": event.kind,
        "reason": event.reason,
        "phase": event.phase,
        "number": event.number,
        "sqlstate": event.sqlstate,
        "exception_class": event.exception_class,
    }
