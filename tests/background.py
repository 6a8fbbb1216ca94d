"""Long runs in processes of their own go on beside the other tests, which come first.

A test that only looks at the result of such a run is marked with what makes it::

    @pytest.mark.background.with_args(run_cases, "pyodbc")
    def test_...(background_result): ...

Each function is called once with its arguments, behind a directory of its own, in a thread that
does one after another from the end of the collection on; the tests that look at results run last.
It must not start a server in this process, where other tests count threads.

With pytest-xdist nobody knows beforehand which process a test will run in, so there a run begins
when its first result is asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

#: Seconds a test may wait for a result: all runs are done before it.
WAIT_SECONDS = 300


class BackgroundRuns:
    """A pytest plugin that knows the runs of one session."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "background runs")
        self._results: dict[tuple[Any, ...], Future[Any]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Whatever the order is otherwise."""
        waiting = [item for item in items if item.get_closest_marker("background")]
        for item in waiting:
            item.add_marker(pytest.mark.timeout(WAIT_SECONDS))
        items[:] = [item for item in items if item not in set(waiting)] + waiting

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Everything is chosen now."""
        is_worker = hasattr(session.config, "workerinput")
        if not (is_worker or session.config.option.collectonly or session.testsfailed):
            self.start(session.items)

    def start(self, items: Iterable[pytest.Item]) -> None:
        """Begin the runs that these tests wait for."""
        for item in items:
            marker = item.get_closest_marker("background")
            if marker is not None:
                self._run(marker)

    def result(self, item: pytest.Item) -> Any:
        """What the run of a test gave; raises what it raised."""
        marker = item.get_closest_marker("background")
        assert marker is not None, f"{item.nodeid} is not marked background"
        return self._run(marker).result()

    def _run(self, marker: pytest.Mark) -> Future[Any]:
        if marker.args not in self._results:
            run, *arguments = marker.args
            self._results[marker.args] = self._executor.submit(_in_directory, run, *arguments)
        return self._results[marker.args]

    def pytest_sessionfinish(self) -> None:
        """Whatever was not begun is not wanted any more."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _in_directory(run: Callable[..., Any], *arguments: object) -> Any:
    with tempfile.TemporaryDirectory(prefix="mssql-ops-", ignore_cleanup_errors=True) as directory:
        return run(Path(directory), *arguments)
