"""Rule 451: how connections are kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagnostics.rules.building import INFO, UNKNOWN, facts, findings, only
from tests.diagnostics.rules.building_database import pooling
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN


def said(**changes: Any) -> Any:
    found = only(451, facts(pooling=pooling(**changes)))
    assert found.severity is INFO
    return found


@pytest.mark.parametrize(
    ("configured", "kept", "words"),
    [
        (False, False, "no pool under Django keeps connections (there)"),
        (True, True, "a pool under Django keeps connections (there)"),
        (True, False, "is switched on (there) but did not keep the connection"),
        (False, True, "stayed open, although no pool gives it away (there)"),
        (True, NOTHING_READ, "was not seen (there)"),
        (NOTHING_READ, True, "a pool under Django keeps connections (there)"),
    ],
)
def test_451_what_was_seen_comes_before_what_is_written(
    configured: Any, kept: Any, words: str
) -> None:
    assert words in said(configured=configured, kept=kept, where="there").message


def test_451_the_pools_size_is_named() -> None:
    found = said(kept=True, where="mssql-python", configured=True, max_size=100, idle_seconds=600)
    assert "(mssql-python, at most 100, idle for 600 s)" in found.message


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (None, "keeps each thread's connection without end"),
        (60.0, "keeps each thread's connection for 60 s"),
        (0, "closes its connection after every request"),
    ],
)
def test_451_what_django_does_is_named(age: float | None, words: str) -> None:
    assert said(conn_max_age=age).message.endswith(words)


def test_451_connections_that_nothing_keeps_get_a_hint() -> None:
    assert "CONN_MAX_AGE" in said(conn_max_age=0).hint
    assert said(conn_max_age=0, kept=True, configured=True).hint == ""


def test_451_connections_that_are_kept_unchecked_get_a_hint() -> None:
    assert "CONN_HEALTH_CHECKS = True" in said(conn_health_checks=False).hint
    assert said().hint == ""


def test_451_under_asgi_django_keeps_connections_for_nobody() -> None:
    assert "CONN_MAX_AGE = 0" in said(conn_max_age=60.0, means_asgi=True).hint
    assert "CONN_MAX_AGE = 0" in said(conn_max_age=None, means_asgi=True).hint
    assert "mssql-python has one" in said(conn_max_age=0, kept=False, means_asgi=True).hint
    assert said(conn_max_age=0, kept=True, configured=True, means_asgi=True).hint == ""


def test_451_a_switch_that_does_nothing_is_named() -> None:
    found = said(kept=True, configured=True, ignored="DATABASE_CONNECTION_POOLING = False")
    assert found.hint.startswith(
        "DATABASE_CONNECTION_POOLING = False does not switch this pool off"
    )


def test_451_nothing_read_is_unknown_and_nothing_run_is_nothing() -> None:
    assert only(451, facts(pooling=NOTHING_READ)).severity is UNKNOWN
    assert findings(451, facts(pooling=NOTHING_RUN)) == []
