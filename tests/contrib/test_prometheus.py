from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest

from django_mssql_ops.contrib import prometheus, reporting
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry import counters, retry_on_transient
from django_mssql_ops.testing import inject_fault
from tests.contrib.events import is_connected, send


@pytest.fixture
def registry() -> Iterator[CollectorRegistry]:
    found = CollectorRegistry()
    prometheus.instrument(found)
    yield found
    prometheus.uninstrument()


def counted(registry: CollectorRegistry, **labels: str) -> float | None:
    return registry.get_sample_value("mssql_ops_retry_events_total", labels)


def test_what_the_engine_says_is_counted(registry: CollectorRegistry) -> None:
    labels = {"alias": "default", "kind": "concurrency", "reason": "deadlock"}
    for outcome in reporting.OUTCOMES:
        send(outcome)
        send(outcome)
    for outcome in reporting.OUTCOMES:
        assert counted(registry, outcome=outcome, **labels) == 2


def test_delays_are_a_histogram(registry: CollectorRegistry) -> None:
    send("attempted", delay=7.5)
    send("exhausted", delay=7.5)
    where = {"alias": "default", "kind": "concurrency"}
    assert registry.get_sample_value("mssql_ops_retry_delay_seconds_sum", where) == 7.5
    bucket = {**where, "le": "5.0"}
    assert registry.get_sample_value("mssql_ops_retry_delay_seconds_bucket", bucket) == 0


def test_labels_cannot_grow(registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "_aliases", set())
    for number in range(200):
        send("refused", aliases=(f"alias_{number}",))
    send("refused", aliases=("a", "b"), kind=None)
    send("refused", aliases=())
    lines = [line for line in generate_latest(registry).decode().splitlines() if "_total{" in line]
    assert len(lines) == 32 + 3
    assert not any("place" in line for line in lines)


def test_a_real_retry_arrives(registry: CollectorRegistry) -> None:
    connection.ensure_connection()

    @retry_on_transient(sleep=lambda _: None)
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    with inject_fault(1205):
        work()
    lines = [line for line in generate_latest(registry).decode().splitlines() if "_total{" in line]
    [line] = lines
    assert 'alias="default"' in line
    assert 'outcome="attempted"' in line


def test_instrumenting_twice_counts_once(registry: CollectorRegistry) -> None:
    prometheus.instrument(registry)
    send("exhausted")
    assert "exhausted" in generate_latest(registry).decode()
    assert "2.0" not in generate_latest(registry).decode()


def test_afterwards_nothing_is_left(registry: CollectorRegistry) -> None:
    prometheus.uninstrument()
    prometheus.uninstrument()
    send("exhausted")
    assert b"mssql_ops" not in generate_latest(registry)
    assert not is_connected(prometheus.__name__)
    prometheus.instrument(registry)  # the names are free again


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'django-mssql-ops\[prometheus\]'"):
        prometheus.instrument()
