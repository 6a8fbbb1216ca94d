from __future__ import annotations

from types import ModuleType

import pytest
from mssql.base import DatabaseWrapper

from django_mssql_ops.configuration import is_retired, is_sql_server


def _module(name: str, wrapper: object) -> dict[str, ModuleType]:
    module = ModuleType(name)
    module.DatabaseWrapper = wrapper  # type: ignore[attr-defined]
    return {name: module}


def test_mssql_is_sql_server() -> None:
    assert is_sql_server("mssql")


def test_an_engine_named_in_the_settings_is_sql_server() -> None:
    assert is_sql_server("acme.sqlserver", further=("acme.sqlserver",))


def test_a_subclass_is_recognised_once_it_is_imported() -> None:
    class Subclass(DatabaseWrapper):
        pass

    class Another(Subclass):
        pass

    assert is_sql_server("acme", modules=_module("acme.base", Subclass))
    assert is_sql_server("acme", modules=_module("acme.base", Another))
    assert not is_sql_server("acme", modules={})


@pytest.mark.parametrize("wrapper", [object, dict, "not a class", None])
def test_another_backend_is_left_alone(wrapper: object) -> None:
    assert not is_sql_server("acme", modules=_module("acme.base", wrapper))


@pytest.mark.parametrize("engine", ["django.db.backends.sqlite3", "MSSQL", "", None, 5, ["mssql"]])
def test_what_is_not_sql_server(engine: object) -> None:
    assert not is_sql_server(engine)
    assert not is_retired(engine)


@pytest.mark.parametrize("engine", ["sql_server.pyodbc", "sqlserver_ado", "django_pyodbc"])
def test_retired_names_are_known_but_not_usable(engine: str) -> None:
    assert is_retired(engine)
    assert not is_sql_server(engine)
