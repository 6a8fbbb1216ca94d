"""Which tables the installed models have in one database."""

from __future__ import annotations

import pytest
from django.apps.registry import Apps
from django.db.utils import ConnectionRouter
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.diagnostics.probes import installed_tables as module
from django_mssql_ops.diagnostics.probes.installed_tables import (
    InstalledTable,
    installed_tables,
    names_of,
)
from tests.diagnostics.probes.in_process import InProcess, wrapper_of
from tests.diagnostics.probes.models import Failing, OnlyTags

pytestmark = pytest.mark.usefixtures("project")


def tables(connection: InProcess) -> dict[str, InstalledTable]:
    found = installed_tables(wrapper_of(connection))
    assert not isinstance(found, Unreadable)
    assert names_of(found) == tuple(sorted(table.name for table in found))
    return {table.name: table for table in found}


def test_every_model_that_has_a_table_here_has_it_once(connection: InProcess) -> None:
    assert list(tables(connection)) == [
        "[it's 100% [odd]",
        "[reporting].[orders]",
        "[shop_ofsqlserver]",
        "[shop_order]",
        "[shop_order_tags]",
        "[shop_specialorder]",
        "[shop_tag]",
    ]
    assert connection.statements == []


def test_a_table_of_two_models_is_managed_if_either_is(connection: InProcess) -> None:
    found = tables(connection)
    assert found["[shop_order]"].is_managed
    assert not found["[reporting].[orders]"].is_managed
    assert {table.app_label for table in found.values()} == {"shop"}


def test_only_the_columns_of_date_times_are_named_and_by_their_column(
    connection: InProcess,
) -> None:
    found = tables(connection)
    assert found["[shop_order]"].date_times == {"placed", "shipped at", "placed_at"}
    assert found["[shop_specialorder]"].date_times == {"until"}
    assert found["[shop_tag]"].date_times == frozenset()


def test_what_a_router_keeps_away_is_not_here(
    connection: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "router", ConnectionRouter([OnlyTags()]))
    assert list(tables(connection)) == ["[shop_tag]"]


def test_a_router_that_fails_is_unreadable_without_its_text(
    connection: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "router", ConnectionRouter([Failing()]))
    found = installed_tables(wrapper_of(connection))
    assert found == Unreadable("LookupError while the database routers were asked")


def test_without_django_set_up_nothing_is_known(
    connection: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    unready = Apps()
    unready.models_ready = False
    monkeypatch.setattr(module, "apps", unready)
    assert isinstance(installed_tables(wrapper_of(connection)), Unreadable)


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [
        ("[shop_order]", False),
        ("[dbo].[shop_order]", False),
        ("[archive].[dbo].[orders]", True),
        ("[archive]..[orders]", True),
        ("[a.b].[c.d]", False),
        ("[a]].[b]", False),
        ("[dbo].[a]].[b]", False),
    ],
)
def test_three_parts_name_another_database(name: str, elsewhere: bool) -> None:
    assert module._is_in_another_database(name) is elsewhere


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_any_names_parts_are_counted_right(parts: list[str]) -> None:
    name = ".".join("[" + part.replace("]", "]]") + "]" for part in parts)
    assert module._is_in_another_database(name) is (len(parts) == 3)
