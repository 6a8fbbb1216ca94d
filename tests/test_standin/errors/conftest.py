"""The servers, and the tables that the statements of the table meet there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin import StandIn
from tests.standin.server import Configuration
from tests.test_standin.errors import tables
from tests.test_standin.servers import Server


@pytest.fixture(
    scope="module",
    params=["stand-in", pytest.param("sqlserver", marks=pytest.mark.sqlserver)],
)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server with the tables; one for all cases of a module, which leave it as it was."""
    if request.param == "sqlserver":
        with tables.on(Server.from_environment()) as real:
            yield real
        return
    with StandIn(Configuration()) as standin, tables.on(Server.of(standin)) as ours:
        yield ours
