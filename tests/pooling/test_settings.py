"""Which pool under Django is switched on."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.pooling import (
    Layer,
    PoolSettings,
    is_yes,
    leading_number,
    pool_settings,
    unixodbc_pool,
)

DRIVER = "ODBC Driver 18 for SQL Server"


@pytest.fixture
def ini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``ini(pooling, timeout)`` writes an odbcinst.ini and returns the environment it is for."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delitem(sys.modules, "pyodbc", raising=False)

    def write(pool: str | None, timeout: str | None, name: str = DRIVER) -> dict[str, str]:
        lines = ["[ODBC]", "" if pool is None else f"Pooling={pool}", f"[{name}]", "Driver=/x.so"]
        lines.append("" if timeout is None else f"CPTimeout = {timeout}")
        (tmp_path / "odbcinst.ini").write_text("\n".join(lines))
        return {"ODBCSYSINI": str(tmp_path), "HOME": str(tmp_path / "nobody")}

    return write


# What was measured with unixODBC 2.3.11: whether a second connection got the first one's @@SPID.
@pytest.mark.parametrize(
    ("pool", "timeout", "pooled"),
    [
        ("Yes", "60", True),
        ("Y", "60", True),
        ("yup", "60", True),
        ("1", "60", True),
        ("10", "60", True),
        ("on", "60", True),
        ("ON", "60", True),
        ("Yes", "60s", True),
        ("Yes", None, True),
        ("Yes", "0", True),
        ("Yes", "-1", False),
        ("true", "60", False),
        ("o", "60", False),
        ("0", "60", False),
        ("No", "60", False),
        (None, "60", False),
    ],
)
def test_unixodbc_pools_when_its_file_says_so(
    ini: Any, pool: str | None, timeout: str | None, pooled: bool
) -> None:
    found = unixodbc_pool(DRIVER, ini(pool, timeout))
    assert found.enabled is pooled
    assert found.where.startswith("unixODBC: ")


@pytest.mark.parametrize(
    ("timeout", "seconds"), [("60", 60), ("60s", 60), ("0", None), (None, None)]
)
def test_the_idle_time_is_the_drivers(ini: Any, timeout: str | None, seconds: int | None) -> None:
    assert unixodbc_pool(DRIVER.lower(), ini("Yes", timeout)).idle_seconds == seconds


def test_a_driver_that_is_not_in_the_file_pools_all_the_same(ini: Any) -> None:
    assert unixodbc_pool("/opt/driver.so", ini("Yes", "60")).enabled is True


def test_the_users_own_file_counts_where_the_systems_says_nothing(ini: Any, tmp_path: Path) -> None:
    environ = ini(None, "60")
    (tmp_path / "odbcinst.ini").write_text(f"[{DRIVER}]\nDriver=/x.so\n")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".odbcinst.ini").write_text("[ODBC]\nPooling=Yes\n")
    assert unixodbc_pool(DRIVER, {**environ, "HOME": str(home)}).enabled is True


def test_a_file_that_cannot_be_read_switches_nothing_on(tmp_path: Path) -> None:
    environ = {"ODBCSYSINI": str(tmp_path / "gone"), "HOME": str(tmp_path)}
    assert unixodbc_pool(DRIVER, environ).enabled is False


@pytest.mark.parametrize("value", [False, 0, None, ""])
def test_the_setting_switches_mssql_python_off(value: object) -> None:
    with override_settings(DATABASE_CONNECTION_POOLING=value):
        found = pool_settings("mssql_python", DRIVER)
    assert found.enabled is False
    assert found.where.startswith("DATABASE_CONNECTION_POOLING = ")


def test_the_setting_does_not_switch_unixodbc_off(ini: Any) -> None:
    with override_settings(DATABASE_CONNECTION_POOLING=False):
        found = pool_settings("pyodbc", DRIVER, ini("Yes", "60"))
    assert found.enabled is True
    assert found.ignored == "DATABASE_CONNECTION_POOLING = False"
    assert found.layer is Layer.UNIXODBC


def test_pyodbcs_own_switch_does_not_either(ini: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", SimpleNamespace(pooling=False))
    assert pool_settings("pyodbc", DRIVER, ini("Yes", "60")).ignored == "pyodbc.pooling = False"


def test_where_there_is_no_pool_there_is_nothing_to_ignore(ini: Any) -> None:
    with override_settings(DATABASE_CONNECTION_POOLING=False):
        found = pool_settings("pyodbc", DRIVER, ini(None, None))
    assert (found.enabled, found.ignored) == (False, "")


@pytest.mark.parametrize(
    ("module", "enabled"), [(None, True), (True, True), (False, False)], ids=str
)
def test_on_windows_pyodbc_pools_unless_it_is_switched_off(
    monkeypatch: pytest.MonkeyPatch, module: bool | None, enabled: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    loaded = None if module is None else SimpleNamespace(pooling=module)
    monkeypatch.setitem(sys.modules, "pyodbc", loaded)
    assert pool_settings("pyodbc", DRIVER).enabled is enabled
    assert pool_settings("pyodbc", DRIVER).layer is Layer.WINDOWS
    with override_settings(DATABASE_CONNECTION_POOLING=False):
        assert pool_settings("pyodbc", DRIVER).enabled is False


def of_mssql_python(monkeypatch: pytest.MonkeyPatch, manager: object) -> PoolSettings:
    monkeypatch.setitem(sys.modules, "mssql_python", SimpleNamespace(PoolingManager=manager))
    return pool_settings("mssql_python", DRIVER)


def manager(*, enabled: bool, initialized: bool, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(is_enabled=lambda: enabled, is_initialized=lambda: initialized, **more)


@pytest.mark.parametrize(
    ("enabled", "initialized", "expected"),
    [(True, True, True), (False, True, False), (False, False, True)],
)
def test_mssql_python_pools_from_its_first_connection_on(
    monkeypatch: pytest.MonkeyPatch, enabled: bool, initialized: bool, expected: bool
) -> None:
    known = manager(enabled=enabled, initialized=initialized)
    assert of_mssql_python(monkeypatch, known).enabled is expected


def test_mssql_pythons_size_is_read_where_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"max_size": 100, "idle_timeout": 600}
    found = of_mssql_python(monkeypatch, manager(enabled=True, initialized=True, _config=config))
    assert (found.max_size, found.idle_seconds) == (100, 600)


@pytest.mark.parametrize("config", [None, {}, {"max_size": "many", "idle_timeout": True}, 7])
def test_another_release_may_keep_its_size_elsewhere(
    monkeypatch: pytest.MonkeyPatch, config: object
) -> None:
    found = of_mssql_python(monkeypatch, manager(enabled=True, initialized=True, _config=config))
    assert (found.enabled, found.max_size, found.idle_seconds) == (True, None, None)


def _raising() -> bool:
    raise RuntimeError


@pytest.mark.parametrize(
    "odd", [SimpleNamespace(), SimpleNamespace(is_enabled=_raising), SimpleNamespace(is_enabled=1)]
)
def test_another_release_may_not_say_at_all(monkeypatch: pytest.MonkeyPatch, odd: object) -> None:
    assert of_mssql_python(monkeypatch, odd).enabled is None


def test_mssql_python_that_is_not_loaded_is_not_loaded_for_this(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "mssql_python", raising=False)
    assert pool_settings("mssql_python", DRIVER).enabled is True
    assert pool_settings("mssql_python", DRIVER).layer is Layer.MSSQL_PYTHON
    assert "mssql_python" not in sys.modules


@given(st.text())
def test_any_value_is_read_without_an_exception(value: str) -> None:
    assert isinstance(is_yes(value), bool)
    assert isinstance(leading_number(value), int)


@given(st.integers(-(10**8), 10**8), st.sampled_from(["", "s", " 5", "x9"]))
def test_a_number_ends_where_its_digits_end(number: int, rest: str) -> None:
    assert leading_number(f" {number}{rest}") == number
