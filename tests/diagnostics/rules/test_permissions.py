"""Rules 437 and 438: too much with the schema, too little with the tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagnostics.rules.building import (
    ERROR,
    INFO,
    UNKNOWN,
    WARNING,
    facts,
    findings,
    only,
    session,
    settings,
    severities,
)
from tests.diagnostics.rules.building_database import permissions, schema, table
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

GONE = table("[shop_gone]", exists=False)


@pytest.mark.parametrize(
    ("ddl_admin", "alter", "expected"),
    [
        (True, True, [WARNING]),
        (True, False, [WARNING]),
        (False, True, [INFO]),
        (False, False, []),
    ],
)
def test_437_the_wider_the_right_the_worse(
    ddl_admin: bool, alter: bool, expected: list[Any]
) -> None:
    known = permissions(is_ddl_admin=ddl_admin, may_change_schema=alter)
    assert severities(437, facts(permissions=known, session=session())) == expected


@pytest.mark.parametrize("role", ["is_sysadmin", "is_db_owner"])
def test_437_owners_have_been_named_by_435_and_436(role: str) -> None:
    known = permissions(is_ddl_admin=True, may_change_schema=True)
    assert findings(437, facts(permissions=known, session=session(**{role: True}))) == []


def test_437_a_server_that_does_not_say_is_unknown() -> None:
    known = permissions(is_ddl_admin=NOTHING_READ)
    assert severities(437, facts(permissions=known)) == [UNKNOWN]


def test_438_a_missing_permission_is_an_error_with_its_grant() -> None:
    known = facts(
        permissions=permissions(table("[shop_order]", "INSERT", "DELETE"), table("[shop_tag]")),
        session=session(user="shop_user"),
        schema=schema(),
    )
    found = only(438, known)
    assert (found.severity, found.about) == (ERROR, "[shop_order]")
    assert found.message == "the application's user may not INSERT, DELETE on [shop_order]"
    assert found.hint == "GRANT INSERT, DELETE ON [shop_order] TO [shop_user]."


def test_438_every_table_is_a_finding_of_its_own() -> None:
    known = permissions(table("[a]", "SELECT"), table("[b]", "SELECT"), table("[c]"))
    assert [f.about for f in findings(438, facts(permissions=known))] == ["[a]", "[b]"]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("INSERT", "UPDATE", "DELETE"), None),
        (("SELECT", "INSERT", "UPDATE", "DELETE"), "may not SELECT on [shop_order]"),
        ((), None),
    ],
)
def test_438_an_alias_that_only_reads_needs_no_more_than_select(
    missing: tuple[str, ...], words: str | None
) -> None:
    known = facts(
        settings=settings(application_intent="readonly"),
        permissions=permissions(table("[shop_order]", *missing)),
    )
    messages = [finding.message for finding in findings(438, known)]
    assert messages == ([] if words is None else [f"the application's user {words}"])


def test_438_an_alias_that_only_reads_is_told_to_grant_select_alone() -> None:
    replica = settings(application_intent="readonly")
    found = only(438, facts(settings=replica, permissions=permissions(GONE), schema=schema()))
    assert found.hint.startswith("GRANT SELECT ON [shop_gone] TO ")


def test_438_a_table_that_is_not_seen_after_all_migrations_is_an_error() -> None:
    found = only(438, facts(permissions=permissions(GONE), schema=schema()))
    assert found.severity is ERROR
    assert found.message == (
        "[shop_gone] does not exist, or the application's user has no permission on it"
    )
    assert found.hint.startswith("GRANT SELECT, INSERT, UPDATE, DELETE ON [shop_gone] TO ")


def test_438_an_unmanaged_table_that_is_not_seen_is_a_warning() -> None:
    unmanaged = table("[legacy]", exists=False, is_managed=False)
    found = only(438, facts(permissions=permissions(unmanaged), schema=schema()))
    assert found.severity is WARNING
    assert "router" in found.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"pending": ("shop.0002_gone",)},
        {"history_exists": False},
        {"history_exists": NOTHING_READ, "pending": NOTHING_READ},
        {"pending": NOTHING_READ},
    ],
)
def test_438_a_table_that_migrations_may_still_make_is_462s_business(changes: Any) -> None:
    known = facts(permissions=permissions(GONE), schema=schema(**changes))
    assert findings(438, known) == []


def test_438_a_pending_migration_of_another_app_excuses_nothing() -> None:
    known = facts(permissions=permissions(GONE), schema=schema(pending=("shopping.0001_initial",)))
    assert severities(438, known) == [ERROR]


def test_438_a_missing_permission_needs_no_migrations_to_be_known() -> None:
    known = facts(permissions=permissions(table("[a]", "SELECT")), schema=NOTHING_READ)
    assert severities(438, known) == [ERROR]
    assert only(438, known).hint == "GRANT SELECT ON [a] TO <user>."


@pytest.mark.parametrize("number", [437, 438])
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    assert only(number, facts(permissions=NOTHING_READ)).severity is UNKNOWN
    assert findings(number, facts(permissions=NOTHING_RUN)) == []
    if number == 438:
        assert severities(438, facts(permissions=permissions(tables=NOTHING_READ))) == [UNKNOWN]
