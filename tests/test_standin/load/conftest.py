"""Shops that were opened once, and a copy for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standin.process import ServerProcess
from tests.test_standin.load.shop import FEW, MANY, open_shop


@pytest.fixture(scope="session")
def scarce_goods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a stand-in that was stopped, with a small stock in the shop."""
    return _opened_shop(tmp_path_factory.mktemp("scarce"), FEW)


@pytest.fixture(scope="session")
def ample_goods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a large one."""
    return _opened_shop(tmp_path_factory.mktemp("ample"), MANY)


def _opened_shop(directory: Path, stock: int) -> Path:
    with ServerProcess(directory) as server:
        open_shop(server, stock=stock)
        assert server.stop() == 0
    return directory


@pytest.fixture
def corner_shop(scarce_goods: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """A stand-in whose shop has little to sell."""
    yield from _served(scarce_goods, tmp_path / "shop")


@pytest.fixture
def department_store(ample_goods: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """A stand-in whose shop has much to sell."""
    yield from _served(ample_goods, tmp_path / "shop")


def _served(goods: Path, directory: Path) -> Iterator[ServerProcess]:
    shutil.copytree(goods, directory)
    with ServerProcess(directory) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A stand-in with nothing in it."""
    with ServerProcess(tmp_path / "databases") as running:
        yield running
