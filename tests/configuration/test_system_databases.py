from __future__ import annotations

import pytest

from django_mssql_ops.configuration.system_databases import is_system_database


@pytest.mark.parametrize("name", ["master", "Model", "MSDB", " tempdb "])
def test_the_servers_own_databases_are_known_in_any_case(name: str) -> None:
    assert is_system_database(name)


@pytest.mark.parametrize("name", ["", "shop", "master2", "masterdata", "temp db", "[master]"])
def test_a_name_that_looks_alike_is_a_projects(name: str) -> None:
    assert not is_system_database(name)
