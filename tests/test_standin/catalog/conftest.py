"""An empty database for each test, copied because that is quicker than making one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_standin.definition.bench import Bench, empty_database


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_database(tmp_path_factory.mktemp("empty") / "app.sqlite")


@pytest.fixture
def bench(empty: Path, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(Path(shutil.copy(empty, tmp_path)))
    yield bench
    bench.handle.close()
