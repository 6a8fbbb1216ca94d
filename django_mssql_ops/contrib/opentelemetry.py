"""Retries in OpenTelemetry: events on the current span, and metrics (extra ``opentelemetry``).

::

    from django_mssql_ops.contrib import opentelemetry

    opentelemetry.instrument()      # in an AppConfig's ready()

Only the API is used: without an SDK nothing is collected and nothing fails. The span that is
current while an attempt fails gets an event ``mssql_ops.retry``; ``mssql_ops.retry.events`` counts,
and ``mssql_ops.retry.delay`` is a histogram in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django_mssql_ops.contrib.reporting import Subscription, alias_label, labels_of
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry.signals import Event

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider

__all__ = ["instrument", "uninstrument"]

_SCOPE: Final = "django_mssql_ops.retry"
_PREFIX: Final = "mssql_ops.retry"


class _Hooks:
    def __init__(self, meter_provider: Any) -> None:
        metrics, self._trace = _library()
        meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._events = meter.create_counter(
            f"{_PREFIX}.events",
            unit="{event}",
            description="What became of failed attempts on SQL Server.",
        )
        self._delays = meter.create_histogram(
            f"{_PREFIX}.delay",
            unit="s",
            description="Seconds that a retry waits before its next attempt.",
        )
        self.subscription = Subscription("django_mssql_ops.contrib.opentelemetry", self._receive)
        self.subscription.connect()

    def _receive(self, outcome: str, event: Event) -> None:
        labels = {f"{_PREFIX}.{name}": value for name, value in labels_of(outcome, event).items()}
        self._events.add(1, labels)
        if outcome == "attempted":
            named = {"alias": alias_label(event), "kind": event.kind or "none"}
            self._delays.record(event.delay, {f"{_PREFIX}.{k}": v for k, v in named.items()})
        span = self._trace.get_current_span()
        if span.is_recording():
            span.add_event(_PREFIX, {**labels, **_details(event)})


def _details(event: Event) -> dict[str, str | int | float]:
    """A span may hold what a metric's label may not: it is about one call."""
    details: dict[str, str | int | float | None] = {
        "attempt": event.attempt,
        "delay": event.delay,
        "function": event.function,
        "number": event.number,
        "phase": event.phase,
        "sqlstate": event.sqlstate,
    }
    return {f"{_PREFIX}.{name}": value for name, value in details.items() if value is not None}


_installed: list[_Hooks] = []


def instrument(meter_provider: MeterProvider | None = None) -> None:
    """Report from now on, to ``meter_provider`` or the global one; a second call does nothing.

    Raises ConfigurationError where opentelemetry-api is missing.
    """
    if not _installed:
        _installed.append(_Hooks(meter_provider))


def uninstrument() -> None:
    """Stop reporting; calling it twice does nothing."""
    while _installed:
        _installed.pop().subscription.disconnect()


def _library() -> tuple[Any, Any]:
    try:
        from opentelemetry import metrics, trace
    except ImportError:
        raise ConfigurationError(
            "reporting to OpenTelemetry needs opentelemetry-api, which is not there; run: "
            "pip install 'django-mssql-ops[opentelemetry]'"
        ) from None
    return metrics, trace
