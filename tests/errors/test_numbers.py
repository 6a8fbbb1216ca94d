from __future__ import annotations

import pytest

from django_mssql_ops.errors import Kind, kind_of, meaning_of
from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.catalogue.rows import CATALOGUE


def test_rows_stand_in_order_and_once() -> None:
    numbers = [row.number for row in CATALOGUE]
    assert numbers == sorted(set(numbers))


def test_every_row_says_what_and_where_from() -> None:
    # A number that no page of Microsoft's was found for has the list that names it as its source.
    for row in CATALOGUE:
        assert row.text
        assert row.sources
        assert all(
            source.startswith("https://learn.microsoft.com/")
            or source in (pages.EF_CORE, pages.JDBC)
            for source in row.sources
        )


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (18456, Kind.LOGIN),
        (4060, Kind.LOGIN),
        (40613, Kind.AVAILABILITY),
        (18401, Kind.AVAILABILITY),
        (300, Kind.PERMISSION),
        (371, Kind.PERMISSION),
        (1205, Kind.CONCURRENCY),
        (701, Kind.RESOURCES),
        (596, Kind.SESSION),
        (233, Kind.STATEMENT),
        (50000, None),
    ],
)
def test_kinds(number: int, kind: Kind | None) -> None:
    assert kind_of(number) is kind
    assert (meaning_of(number) is None) == (kind is None)
