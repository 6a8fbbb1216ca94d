"""The installed tables as they are in the database, asked of the stand-in's engine."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.test import override_settings

from django_mssql_ops.diagnostics.facts import ColumnType, SchemaFacts, Unreadable
from django_mssql_ops.diagnostics.probes import asking
from django_mssql_ops.diagnostics.probes import migrations as history
from django_mssql_ops.diagnostics.probes import schema as module
from django_mssql_ops.diagnostics.probes.schema import probe_schema
from tests.diagnostics.probes.in_process import InProcess, server_error, wrapper_of

LIMIT = 10.0
TABLES = (
    "CREATE TABLE shop_tag (id int NOT NULL PRIMARY KEY)",
    'CREATE TABLE shop_order (id int NOT NULL PRIMARY KEY, Placed datetime2, "shipped at" datetime,'
    " placed_at datetimeoffset, day date, noted datetime2,"
    " tag_id int CONSTRAINT fk_tag REFERENCES shop_tag (id),"
    " CONSTRAINT ck_id CHECK (id > 0), CONSTRAINT ck_day CHECK (day IS NOT NULL))",
    "CREATE TABLE other (at datetime2, CONSTRAINT ck_other CHECK (at IS NOT NULL))",
    "ALTER TABLE shop_order NOCHECK CONSTRAINT ck_id",
    "ALTER TABLE shop_order NOCHECK CONSTRAINT fk_tag",
    "ALTER TABLE shop_order CHECK CONSTRAINT fk_tag",
    "ALTER TABLE other NOCHECK CONSTRAINT ck_other",
)

pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture(autouse=True)
def nothing_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations have tests of their own."""

    def pending(applied: frozenset[tuple[str, str]], alias: str) -> tuple[str, ...]:
        return tuple(sorted(map(str, applied)))

    monkeypatch.setattr(history, "_pending", pending)


def probed(connection: InProcess) -> SchemaFacts:
    return probe_schema(wrapper_of(connection), limit=LIMIT)


def test_date_times_of_the_models_are_found_by_their_columns(connection: InProcess) -> None:
    connection.define(*TABLES)
    assert probed(connection).date_times == (
        ColumnType(table="[shop_order]", column="Placed", type_name="datetime2"),
        ColumnType(table="[shop_order]", column="placed_at", type_name="datetimeoffset"),
        ColumnType(table="[shop_order]", column="shipped at", type_name="datetime"),
    )


def test_constraints_are_untrusted_or_disabled_and_never_both(connection: InProcess) -> None:
    connection.define(*TABLES)
    found = probed(connection)
    assert found.untrusted == ("[shop_order].[fk_tag]",)
    assert found.disabled == ("[shop_order].[ck_id]",)


def test_constraints_that_hold_again_are_no_longer_named(connection: InProcess) -> None:
    connection.define(*TABLES, "ALTER TABLE shop_order WITH CHECK CHECK CONSTRAINT ALL")
    found = probed(connection)
    assert (found.untrusted, found.disabled, found.triggers) == ((), (), ())


def test_an_empty_database_has_nothing_of_it_and_costs_four_round_trips(
    connection: InProcess,
) -> None:
    found = probed(connection)
    assert (found.date_times, found.untrusted, found.disabled) == ((), (), ())
    assert (found.history_exists, found.pending) == (False, ())
    assert len(connection.statements) == 4


def test_the_applied_migrations_are_one_more_round_trip(connection: InProcess) -> None:
    connection.define(
        "CREATE TABLE django_migrations (id int NOT NULL PRIMARY KEY, app nvarchar(255),"
        " name nvarchar(255))",
        "INSERT INTO django_migrations VALUES (1, N'shop', N'0001_initial')",
    )
    found = probed(connection)
    assert (found.history_exists, found.pending) == (True, ("('shop', '0001_initial')",))
    assert len(connection.statements) == 5


def test_nothing_is_written(connection: InProcess) -> None:
    probed(connection)
    assert all(sql.startswith("SELECT ") for sql in connection.statements)


@pytest.mark.parametrize("use_tz", [True, False])
def test_use_tz_is_the_projects(connection: InProcess, use_tz: bool) -> None:
    with override_settings(USE_TZ=use_tz):
        assert probed(connection).use_tz is use_tz


class Triggers(InProcess):
    """Answers what the stand-in has no triggers for."""

    def execute(self, sql: str) -> None:
        super().execute(sql)
        if "sys.triggers" in sql:
            self._rows = [("[shop_order]", "stamp"), ("[shop_order]", "audit")]


def test_triggers_are_named_with_their_table() -> None:
    connection = Triggers()
    try:
        assert probed(connection).triggers == ("[shop_order].[audit]", "[shop_order].[stamp]")
    finally:
        connection.close()


def test_a_question_that_is_refused_leaves_the_others() -> None:
    class Refusing(InProcess):
        def execute(self, sql: str) -> None:
            if "sys.columns" in sql or "FROM [django_migrations]" in sql:
                raise server_error(229)
            super().execute(sql)

    connection = Refusing()
    try:
        connection.define("CREATE TABLE django_migrations (app nvarchar(9), name nvarchar(9))")
        found = probed(connection)
    finally:
        connection.close()
    refused = "the login lacks the permission (error 229)"
    assert found.date_times == Unreadable(refused)
    assert found.untrusted == ()
    assert found.history_exists is True
    assert found.pending == Unreadable(
        refused, hint="GRANT SELECT ON [django_migrations] TO <user>."
    )


def test_after_a_question_without_an_answer_no_more_are_put(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released = threading.Event()

    class Silent(InProcess):
        def execute(self, sql: str) -> None:
            self.statements.append(sql)
            released.wait(LIMIT)

    monkeypatch.setattr(asking, "GRACE_SECONDS", 0.0)
    connection = Silent()
    try:
        found = probe_schema(wrapper_of(connection), limit=0.01)
    finally:
        released.set()
        connection.close()
    assert len(connection.statements) == 1
    for part in (found.date_times, found.untrusted, found.triggers, found.pending):
        assert isinstance(part, Unreadable)
        assert part.timed_out


def test_models_that_are_not_known_are_unreadable(
    connection: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown: Any = Unreadable("Django is not set up")
    monkeypatch.setattr(module, "installed_tables", lambda wrapper: unknown)
    found = probed(connection)
    assert {found.date_times, found.untrusted, found.disabled, found.triggers} == {unknown}
