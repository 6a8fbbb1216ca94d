"""What the user may do, asked of the stand-in's engine and of a table of answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from django_mssql_ops.diagnostics import queries
from django_mssql_ops.diagnostics.facts import PermissionFacts, TablePermissions, Unreadable
from django_mssql_ops.diagnostics.probes import installed_tables
from django_mssql_ops.diagnostics.probes.installed_tables import InstalledTable
from django_mssql_ops.diagnostics.probes.permissions import judged, probe_permissions
from tests.diagnostics.probes.in_process import InProcess, server_error, wrapper_of
from tests.standin.profiles import SQLSERVER2022, Profile
from tests.standin.rights import Denial

LIMIT = 10.0
READER = replace(SQLSERVER2022, is_db_owner=False)
TABLES = (
    "CREATE TABLE shop_order (id int NOT NULL PRIMARY KEY)",
    "CREATE TABLE shop_tag (id int NOT NULL PRIMARY KEY)",
    "CREATE SCHEMA reporting",
    "CREATE VIEW reporting.orders AS SELECT id FROM dbo.shop_order",
)


@pytest.fixture
def profile() -> Profile:
    return READER


@pytest.fixture
def connection(profile: Profile) -> Iterator[InProcess]:
    made = InProcess(profile)
    made.define(*TABLES)
    yield made
    made.close()


def probed(connection: InProcess) -> PermissionFacts:
    found = probe_permissions(wrapper_of(connection), limit=LIMIT)
    assert isinstance(found, PermissionFacts)
    return found


def tables(connection: InProcess) -> dict[str, TablePermissions]:
    found = probed(connection).tables
    assert not isinstance(found, Unreadable)
    return {table.table: table for table in found}


def denied(*denials: Denial) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("profile", [replace(READER, denials=denials)])


@pytest.mark.usefixtures("project")
def test_a_user_with_rows_and_no_more_lacks_nothing(connection: InProcess) -> None:
    found = tables(connection)
    assert {table.missing for table in found.values()} == {()}
    assert {name for name, table in found.items() if table.exists} == {
        "[reporting].[orders]",
        "[shop_order]",
        "[shop_tag]",
    }
    assert len(connection.statements) == 2


@pytest.mark.usefixtures("project")
@denied(Denial("INSERT", "dbo.shop_order"), Denial("DELETE", "dbo.shop_order"))
def test_what_is_denied_on_a_table_is_missing_there(connection: InProcess) -> None:
    found = tables(connection)
    assert found["[shop_order]"].missing == ("INSERT", "DELETE")
    assert found["[shop_tag]"].missing == ()


@pytest.mark.usefixtures("project")
@denied(Denial("SELECT"), Denial("INSERT"))
def test_of_an_unmanaged_model_only_select_is_asked(connection: InProcess) -> None:
    found = tables(connection)
    assert found["[reporting].[orders]"].missing == ("SELECT",)
    assert found["[shop_tag]"].missing == ("SELECT", "INSERT")


@pytest.mark.parametrize(
    ("profile", "ddl_admin", "alter", "create"),
    [
        (READER, False, False, False),
        (SQLSERVER2022, False, True, True),
        (replace(READER, is_ddl_admin=True), True, True, True),
        (replace(READER, is_ddl_admin=True, denials=(Denial("CREATE TABLE"),)), True, True, False),
    ],
)
def test_rights_on_the_schema_are_the_roles(
    connection: InProcess, ddl_admin: bool, alter: bool, create: bool
) -> None:
    found = probed(connection)
    assert found.is_ddl_admin is ddl_admin
    assert found.may_change_schema is alter
    assert found.may_create_tables is create


def test_without_models_there_is_one_round_trip(
    connection: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed_tables, "apps", _NoModels)
    assert probed(connection).tables == ()
    assert connection.statements == [queries.RIGHTS]


class _NoModels:
    models_ready = True

    @staticmethod
    def get_models(**_: object) -> list[Any]:
        return []


class Refusing(InProcess):
    def execute(self, sql: str) -> None:
        raise server_error(229)


def test_a_server_that_refuses_the_question_makes_the_stage_unreadable() -> None:
    refusing = Refusing()
    try:
        found = probe_permissions(wrapper_of(refusing), limit=LIMIT)
    finally:
        refusing.close()
    assert found == Unreadable("the login lacks the permission (error 229)")


ORDER = InstalledTable(name="[shop_order]", app_label="shop")


def answered(**changes: Any) -> dict[str, Any]:
    granted = dict.fromkeys(("may_select", "may_insert", "may_update", "may_delete"), 1)
    return {"table_name": "[shop_order]", "object_id": 7, **granted, **changes}


@pytest.mark.parametrize(
    ("row", "exists", "missing"),
    [
        (answered(), True, ()),
        (answered(may_update=0), True, ("UPDATE",)),
        (answered(may_update=None), True, ()),
        (answered(object_id=None, may_select=0), False, ()),
        (answered(table_name="[other]"), False, ()),
    ],
)
def test_only_a_zero_is_a_missing_permission(
    row: dict[str, Any], exists: bool, missing: tuple[str, ...]
) -> None:
    assert judged([ORDER], [row]) == (
        TablePermissions(table="[shop_order]", app_label="shop", exists=exists, missing=missing),
    )
