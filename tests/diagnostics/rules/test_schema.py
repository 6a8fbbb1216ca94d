"""Rules 340 to 342 and 462: columns, triggers, constraints, migrations."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import ColumnType
from tests.diagnostics.rules.building import (
    ERROR,
    UNKNOWN,
    WARNING,
    facts,
    findings,
    only,
    project,
    severities,
)
from tests.diagnostics.rules.building_database import schema
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

NEEDS = {
    340: ("date_times",),
    341: ("triggers",),
    342: ("untrusted", "disabled"),
    462: ("history_exists", "pending"),
}


def column(name: str, type_name: str, table: str = "[shop_order]") -> ColumnType:
    return ColumnType(table=table, column=name, type_name=type_name)


def known(**changes: Any) -> Any:
    return facts(schema=schema(**changes), project=project())


@pytest.mark.parametrize(
    ("use_tz", "type_name", "expected"),
    [
        (True, "datetimeoffset", []),
        (True, "datetime2", [WARNING]),
        (True, "datetime", [WARNING]),
        (True, "smalldatetime", [WARNING]),
        (False, "datetimeoffset", [WARNING]),
        (False, "datetime2", []),
        (False, "datetime", []),
    ],
)
def test_340_a_column_must_be_of_the_settings_kind(
    use_tz: bool, type_name: str, expected: list[Any]
) -> None:
    columns = (column("placed", type_name),)
    assert severities(340, known(use_tz=use_tz, date_times=columns)) == expected


def test_340_one_finding_a_table_names_its_columns_and_their_types() -> None:
    columns = (
        column("placed", "datetime2"),
        column("shipped", "datetime"),
        column("right", "datetimeoffset"),
        column("joined", "datetime2", "[shop_customer]"),
    )
    orders, customers = findings(340, known(date_times=columns))
    assert orders.about == "[shop_order]"
    assert orders.message == (
        "USE_TZ is True and [shop_order] has columns of the other kind: "
        "placed (datetime2), shipped (datetime)"
    )
    assert "datetimeoffset" in orders.hint
    assert customers.about == "[shop_customer]"


def test_340_a_wide_table_does_not_make_a_wide_sentence() -> None:
    columns = tuple(column(f"c{number}", "datetime2") for number in range(8))
    assert only(340, known(date_times=columns)).message.endswith("and 3 more")


def test_341_a_trigger_and_the_option_of_any_alias_are_an_error() -> None:
    found = only(
        341,
        facts(
            schema=schema(triggers=("[shop_order].[audit]", "[shop_order].[stamp]")),
            project=project(bulk_rows=("reporting",)),
        ),
    )
    assert (found.severity, found.about) == (ERROR, "[shop_order]")
    assert "'reporting'" in found.message
    assert "[shop_order].[audit], [shop_order].[stamp]" in found.message
    assert "return_rows_bulk_insert" in found.hint


@pytest.mark.parametrize(
    ("triggers", "aliases"), [((), ("default",)), (("[shop_order].[audit]",), ())]
)
def test_341_either_alone_is_fine(triggers: Any, aliases: Any) -> None:
    told = facts(schema=schema(triggers=triggers), project=project(bulk_rows=aliases))
    assert findings(341, told) == []


def test_341_a_dot_in_a_name_is_part_of_it() -> None:
    told = facts(
        schema=schema(triggers=("[shop].[order.line].[a.b]",)),
        project=project(bulk_rows=("default",)),
    )
    assert only(341, told).about == "[shop].[order.line]"


def test_341_without_the_projects_settings_nothing_is_asked() -> None:
    assert findings(341, facts(schema=schema(triggers=("[t].[g]",)))) == []


def test_342_untrusted_and_disabled_are_told_apart() -> None:
    told = known(
        untrusted=("[shop_line].[fk_order]", "[shop_line].[fk_product]"),
        disabled=("[shop_line].[ck_quantity]",),
    )
    disabled, untrusted = findings(342, told)[::-1]
    assert {untrusted.severity, disabled.severity} == {WARNING}
    assert untrusted.message.endswith("are not trusted: [fk_order], [fk_product]")
    assert disabled.message.endswith("are switched off: [ck_quantity]")
    assert untrusted.about != disabled.about
    assert "WITH CHECK CHECK CONSTRAINT ALL" in untrusted.hint


def test_342_trusted_constraints_are_fine() -> None:
    assert findings(342, known()) == []


def test_462_pending_migrations_are_a_warning_that_names_the_first() -> None:
    pending = tuple(f"shop.000{number}_x" for number in range(1, 8))
    found = only(462, known(pending=pending))
    assert found.severity is WARNING
    assert found.message.startswith("7 migrations have not been applied: shop.0001_x, ")
    assert found.message.endswith(" and 2 more")
    assert found.hint == "Run: python manage.py migrate --database default."


def test_462_one_is_singular() -> None:
    assert only(462, known(pending=("shop.0001_x",))).message == (
        "1 migration has not been applied: shop.0001_x"
    )


def test_462_a_database_that_was_never_migrated_may_be_one_the_user_cannot_see() -> None:
    found = only(462, known(history_exists=False, pending=("shop.0001_x",)))
    assert found.severity is WARNING
    assert "may not see it" in found.message
    assert "GRANT SELECT ON [django_migrations]" in found.hint


@pytest.mark.parametrize("exists", [True, False])
def test_462_where_nothing_is_to_be_migrated_nothing_is_missing(exists: bool) -> None:
    assert findings(462, known(history_exists=exists)) == []


@pytest.mark.parametrize(
    ("number", "field"), [(number, field) for number in NEEDS for field in NEEDS[number]]
)
def test_a_fact_that_could_not_be_read_is_unknown(number: int, field: str) -> None:
    assert severities(number, known(**{field: NOTHING_READ})) == [UNKNOWN]


@pytest.mark.parametrize("number", NEEDS)
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    assert severities(number, facts(schema=NOTHING_READ, project=project())) == [UNKNOWN]
    assert findings(number, facts(schema=NOTHING_RUN, project=project())) == []
