"""One alias's pool facts, as mssql_check and the health checks read them."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_mssql_ops.pooling import Layer, pool_facts, serving
from django_mssql_ops.pooling.facts import ServedBy, pool_size, what_django_does
from tests.diagnostics.rules.building import settings


def test_it_is_what_the_entry_the_driver_and_the_process_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "_seen", ServedBy.ASGI)
    known = settings(
        conn_max_age=60.0, conn_health_checks=True, python_driver="mssql_python", has_token=True
    )
    with override_settings(ASGI_APPLICATION="shop.asgi.application"):
        found = pool_facts(known)
    assert (found.conn_max_age, found.conn_health_checks) == (60.0, True)
    assert found.pool.layer is Layer.MSSQL_PYTHON
    assert (found.served_by, found.means_asgi, found.uses_token) == (ServedBy.ASGI, True, True)


def test_a_project_that_names_no_asgi_application_means_none() -> None:
    assert pool_facts(settings()).means_asgi is False


@pytest.mark.parametrize(("age", "kept"), [(None, True), (60.0, True), (0, False), (-1.0, False)])
def test_whether_django_keeps_connections(age: float | None, kept: bool) -> None:
    found = pool_facts(settings(conn_max_age=age))
    assert found.django_keeps is kept
    assert ("keeps" in what_django_does(age)) is kept


def test_a_size_is_named_where_there_is_one() -> None:
    assert pool_size(None, None) == ""
    assert pool_size(100, None) == ", at most 100"
    assert pool_size(100, 600) == ", at most 100, idle for 600 s"
