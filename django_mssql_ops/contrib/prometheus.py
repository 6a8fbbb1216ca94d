"""Retries as metrics of prometheus_client (extra ``prometheus``).

::

    from django_mssql_ops.contrib import prometheus

    prometheus.instrument()     # in an AppConfig's ready()

``mssql_ops_retry_events_total{alias, kind, outcome, reason}`` counts what the engine says;
``mssql_ops_retry_delay_seconds{alias, kind}`` is how long it waits before the next attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django_mssql_ops.contrib.reporting import Subscription, alias_label, labels_of
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry.signals import Event

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

__all__ = ["instrument", "uninstrument"]

#: Seconds: concurrency waits milliseconds, throttling ten seconds, a failover up to thirty.
_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)


class _Metrics:
    def __init__(self, registry: Any) -> None:
        module = _library()
        self._registry = module.REGISTRY if registry is None else registry
        self._events = module.Counter(
            "mssql_ops_retry_events",
            "What became of failed attempts on SQL Server.",
            ("alias", "kind", "outcome", "reason"),
            registry=self._registry,
        )
        self._delays = module.Histogram(
            "mssql_ops_retry_delay_seconds",
            "Seconds that a retry waits before its next attempt.",
            ("alias", "kind"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._subscription = Subscription("django_mssql_ops.contrib.prometheus", self._receive)
        self._subscription.connect()

    def _receive(self, outcome: str, event: Event) -> None:
        self._events.labels(**labels_of(outcome, event)).inc()
        if outcome == "attempted":
            delays = self._delays.labels(alias=alias_label(event), kind=event.kind or "none")
            delays.observe(event.delay)

    def close(self) -> None:
        self._subscription.disconnect()
        for metric in (self._events, self._delays):
            self._registry.unregister(metric)


_installed: list[_Metrics] = []


def instrument(registry: CollectorRegistry | None = None) -> None:
    """Count from now on, in ``registry`` or the library's own; a second call does nothing.

    Raises ConfigurationError where prometheus_client is missing.
    """
    if not _installed:
        _installed.append(_Metrics(registry))


def uninstrument() -> None:
    """Stop counting and take the metrics out; calling it twice does nothing."""
    while _installed:
        _installed.pop().close()


def _library() -> Any:
    try:
        import prometheus_client
    except ImportError:
        raise ConfigurationError(
            "metrics for Prometheus need prometheus_client, which is not there; run: "
            "pip install 'django-mssql-ops[prometheus]'"
        ) from None
    return prometheus_client
