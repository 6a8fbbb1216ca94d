"""The health URLs as the project wires them; none of these databases is SQL Server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from django_mssql_ops.health.probing import registry

ELSEWHERE = "203.0.113.9"


@pytest.fixture(autouse=True)
def _no_probers() -> Iterator[None]:
    yield
    registry.close_all()


def ask(path: str, address: str = "127.0.0.1") -> tuple[int, dict[str, Any]]:
    answer = Client(REMOTE_ADDR=address).get(path)
    return answer.status_code, answer.json()


def test_alive_is_asked_without_a_query() -> None:
    before = len(connection.queries_log)
    assert ask("/live/") == (200, {"status": "ok"})
    assert len(connection.queries_log) == before


def test_not_ready_where_no_database_is_sql_server() -> None:
    assert ask("/ready/") == (503, {"status": "unavailable", "why": "configuration"})


def test_a_stranger_gets_one_word_and_no_page() -> None:
    _, said = ask("/ready/", ELSEWHERE)
    assert said.keys() == {"status"}
    assert Client(REMOTE_ADDR=ELSEWHERE).get("/health/").status_code == 403


def test_the_page_needs_no_session_and_leaves_none() -> None:
    answer = Client().get("/health/")
    assert b"SQL Server health" in answer.content
    assert not answer.cookies
