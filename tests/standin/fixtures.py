"""Fixtures for tests that talk to a stand-in; ``conftest.py`` imports them.

The stand-in runs in threads of the test's own process. A driver call that keeps Python's lock while
it waits for the server would wait for ever: pyodbc describes the parameters of ``fast_executemany``
so (measured with 5.5), and mssql-python waits so for the rest of a long result (1.16, measured).
For that, start ``python -m tests.standin``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.standin.engine import Engine
from tests.standin.server import Configuration, StandIn


class StartStandIn(Protocol):
    """Starts a stand-in that stops with the test."""

    def __call__(
        self,
        configuration: Configuration | None = None,
        *,
        engine: Engine | None = None,
        **settings: Any,
    ) -> StandIn:
        """From a configuration, or from the keyword arguments of one."""


@pytest.fixture
def start_standin() -> Iterator[StartStandIn]:
    """Start any number of stand-ins; afterwards none of their threads is left."""
    with ExitStack() as running:

        def start(
            configuration: Configuration | None = None,
            *,
            engine: Engine | None = None,
            **settings: Any,
        ) -> StandIn:
            chosen = configuration or Configuration(**settings)
            return running.enter_context(StandIn(chosen, engine=engine))

        yield start
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("stand-in")]
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def standin(start_standin: StartStandIn) -> StandIn:
    """A stand-in as it is by default: SQL Server 2022's profile, TLS for who asks for it."""
    return start_standin()


@pytest.fixture
def ca_file(tmp_path: Path, standin: StandIn) -> Path:
    """The file to point ``SSL_CERT_FILE`` at."""
    path = tmp_path / "ca.pem"
    standin.authority.write(path)
    return path
