from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_mssql_ops.errors import classify, diagnostic_records
from tests.errors.fake_drivers import MssqlPythonError

RECORDS = [("[40001] (1205)", "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Deadlock")]


def check_error(handle_type: Any, handle: Any, ret: int) -> None:
    if ret < 0:
        raise MssqlPythonError("General error", "[Microsoft][x][SQL Server]Deadlock")


def fake_module() -> Any:
    module: Any = ModuleType("mssql_python.cursor")
    module.check_error = check_error
    module.ddbc_bindings = SimpleNamespace(DDBCSQLGetAllDiagRecords=lambda handle: RECORDS)
    return module


@pytest.fixture
def cursor_module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    module = fake_module()
    monkeypatch.setitem(sys.modules, "mssql_python.cursor", module)
    yield module
    assert module.check_error is check_error


def number(module: Any, ret: int = -1) -> int | None:
    with pytest.raises(MssqlPythonError) as caught:
        module.check_error(3, "handle", ret)
    error = classify(caught.value)
    assert error is not None
    return error.number


def test_records_travel_with_the_exception(cursor_module: Any) -> None:
    with diagnostic_records() as offered:
        assert offered
        assert number(cursor_module) == 1205
    assert number(cursor_module) is None


def test_success_passes_through(cursor_module: Any) -> None:
    with diagnostic_records():
        cursor_module.check_error(3, "handle", 0)


def test_an_invalid_handle_is_not_asked(cursor_module: Any) -> None:
    with diagnostic_records():
        assert number(cursor_module, ret=-2) is None


def test_a_reader_that_fails_adds_no_second_error(cursor_module: Any) -> None:
    def broken(handle: Any) -> Any:
        raise TypeError("incompatible function arguments")

    cursor_module.ddbc_bindings.DDBCSQLGetAllDiagRecords = broken
    with diagnostic_records():
        assert number(cursor_module) is None


def test_blocks_nest(cursor_module: Any) -> None:
    with diagnostic_records():
        with diagnostic_records():
            pass
        assert number(cursor_module) == 1205


def test_an_error_inside_the_block_restores_as_well(cursor_module: Any) -> None:
    with pytest.raises(KeyError), diagnostic_records():
        raise KeyError


def test_a_wrapper_put_over_ours_is_left_alone(cursor_module: Any) -> None:
    def theirs(handle_type: Any, handle: Any, ret: int) -> None: ...

    with diagnostic_records():
        cursor_module.check_error = theirs
    assert cursor_module.check_error is theirs
    cursor_module.check_error = check_error


def test_without_the_driver_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "mssql_python.cursor", raising=False)
    before = set(sys.modules)
    with diagnostic_records() as offered:
        assert not offered
    assert set(sys.modules) == before


@pytest.mark.parametrize("missing", ["check_error", "ddbc_bindings"])
def test_a_driver_without_the_functions_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    module = fake_module()
    delattr(module, missing)
    monkeypatch.setitem(sys.modules, "mssql_python.cursor", module)
    content = dict(vars(module))
    with diagnostic_records() as offered:
        assert not offered
        assert vars(module) == content


def test_threads_share_one_wrapper(cursor_module: Any) -> None:
    barrier = threading.Barrier(8, timeout=10)
    numbers: list[int | None] = []

    def work() -> None:
        barrier.wait()
        for _ in range(50):
            with diagnostic_records():
                numbers.append(number(cursor_module))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert numbers == [1205] * 400
