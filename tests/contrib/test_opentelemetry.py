from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from django_mssql_ops.contrib import opentelemetry, reporting
from django_mssql_ops.exceptions import ConfigurationError
from tests.contrib.events import is_connected, send


@pytest.fixture
def reader() -> Iterator[InMemoryMetricReader]:
    found = InMemoryMetricReader()
    provider = MeterProvider([found])
    opentelemetry.instrument(provider)
    yield found
    opentelemetry.uninstrument()
    provider.shutdown()


def metrics(reader: InMemoryMetricReader) -> dict[str, list[Any]]:
    """The data points, by the metric's name."""
    content = reader.get_metrics_data()
    if content is None:
        return {}
    return {
        metric.name: list(metric.data.data_points)
        for resource in content.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def test_what_the_engine_says_is_counted(reader: InMemoryMetricReader) -> None:
    for outcome in reporting.OUTCOMES:
        send(outcome, delay=2.5)
    found = metrics(reader)
    assert {
        point.attributes["mssql_ops.retry.outcome"] for point in found["mssql_ops.retry.events"]
    }
    assert [point.value for point in found["mssql_ops.retry.events"]] == [1, 1, 1, 1]
    [delay] = found["mssql_ops.retry.delay"]
    assert delay.sum == 2.5
    assert set(delay.attributes) == {"mssql_ops.retry.alias", "mssql_ops.retry.kind"}


def test_the_current_span_gets_an_event(reader: InMemoryMetricReader) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("tests").start_as_current_span("view"):
        send("attempted", attempt=2, delay=0.1, sqlstate="40001")
    [span] = exporter.get_finished_spans()
    [event] = span.events
    assert event.name == "mssql_ops.retry"
    assert event.attributes == {
        "mssql_ops.retry.alias": "default",
        "mssql_ops.retry.kind": "concurrency",
        "mssql_ops.retry.outcome": "attempted",
        "mssql_ops.retry.reason": "deadlock",
        "mssql_ops.retry.attempt": 2,
        "mssql_ops.retry.delay": 0.1,
        "mssql_ops.retry.function": "shop.orders.place",
        "mssql_ops.retry.number": 1205,
        "mssql_ops.retry.sqlstate": "40001",
    }
    provider.shutdown()


def test_without_an_sdk_nothing_fails() -> None:
    opentelemetry.instrument()
    try:
        send("exhausted")
    finally:
        opentelemetry.uninstrument()


def test_instrumenting_twice_counts_once(reader: InMemoryMetricReader) -> None:
    opentelemetry.instrument()
    send("exhausted")
    assert [point.value for point in metrics(reader)["mssql_ops.retry.events"]] == [1]


def test_afterwards_nothing_is_left(reader: InMemoryMetricReader) -> None:
    opentelemetry.uninstrument()
    send("exhausted")
    assert metrics(reader) == {}
    assert not is_connected(opentelemetry.__name__)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    words = r"pip install 'django-mssql-ops\[opentelemetry\]'"
    with pytest.raises(ConfigurationError, match=words):
        opentelemetry.instrument()
