"""Rows that break off between two rows: the attempt fails, and the next one returns them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.registry import fault_named
from django_mssql_ops.faultproxy.triggers import injection
from django_mssql_ops.retry import retry_on_transient
from tests.faultproxy.proxied import Proxied, proxied
from tests.retry.conftest import alias_for, entry_for
from tests.standin.process import ServerProcess

pytestmark = [pytest.mark.socket, pytest.mark.process]

ROWS = 5


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    # In a process of its own: mssql-python keeps Python's lock while it fetches.
    directory = tmp_path_factory.mktemp("short")
    with ServerProcess(directory) as server, proxied(server) as found:
        yield found
        found.reset()


@pytest.fixture
def wrapper(through: Proxied, python_driver: str) -> Iterator[Any]:
    through.reset()
    with alias_for(entry_for(through.port, python_driver)) as found:
        yield found


@pytest.mark.parametrize("fetch", ["fetchall", "fetchmany"])
@pytest.mark.parametrize("how", ["reset", "close"])
def test_no_short_list_is_returned(wrapper: Any, through: Proxied, fetch: str, how: str) -> None:
    with wrapper.cursor() as cursor:
        for entry in range(ROWS):
            cursor.execute("INSERT INTO ledger (entry) VALUES (%s)", [entry])
    through.arm(injection(fault_named("truncate", rows=3, how=how), point=Point.REPLY))
    size = (ROWS,) if fetch == "fetchmany" else ()

    @retry_on_transient(base_delay=0)
    def read() -> Any:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT entry FROM ledger ORDER BY entry")
            return getattr(cursor, fetch)(*size)

    assert [row[0] for row in read()] == list(range(ROWS))
    assert through.fired == {"truncate": 1}
