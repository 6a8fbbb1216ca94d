"""Queries that SQL Server and SQLite answer differently, each with both answers.

The stand-in has to give SQL Server's, which the named source is about, not those of the SQLite that
it keeps its rows in. Every query brings its own rows, in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import DatabaseError, transaction
from django.db.models import CharField, Count, F, IntegerField, Model, Sum, Value
from django.db.models.functions import Cast, Length, Lower, StrIndex, Upper

from django_mssql_ops.errors import classify
from sampleproject.shop.models import Customer, Product, Tag
from tests.test_sampleproject.difference import differs

_COLLATION: Final = (
    'Microsoft Learn, "SQL Server Collation Name (Transact-SQL)": SQL_Latin1_General_CP1_CI_AS'
    " takes no notice of case, and does of accents"
)
_BLANKS: Final = 'Microsoft, KB 316626, "How SQL Server Compares Strings with Trailing Spaces"'
_ARITHMETIC: Final = (
    'Microsoft Learn, "SET ARITHABORT (Transact-SQL)": with ANSI_WARNINGS, which ODBC sets, an'
    " overflow or a division by zero ends the statement"
)


@contextmanager
def _for_now(*rows: Model) -> Iterator[None]:
    with transaction.atomic():
        for row in rows:
            row.save()
        yield
        transaction.set_rollback(True)


def _customers(*names: str) -> list[Customer]:
    return [
        Customer(name=name, email=f"differing{number}@example.com")
        for number, name in enumerate(names)
    ]


def _names(**lookup: Any) -> list[str]:
    """The names that match, in the order of their rows."""
    ours = Customer.objects.filter(email__startswith="differing", **lookup)
    return list(ours.order_by("email").values_list("name", flat=True))


def _refused(statement: Callable[[], Any]) -> str | None:
    """The SQLSTATE of the error that the database answers with, None where it has no objection.

    Not the error's number, which mssql-python does not always tell.
    """
    try:
        with transaction.atomic():
            statement()
    except DatabaseError as error:
        found = classify(error)
        assert found is not None
        return found.sqlstate
    return None


@differs(sqlite=["zoë"], sql_server=["zoë", "ZOË", "Zoë"], source=_COLLATION)
def equal_but_for_case() -> list[str]:
    with _for_now(*_customers("zoë", "ZOË", "Zoe", "Zoë")):
        return _names(name="zoë")


@differs(sqlite=["ann"], sql_server=["ann", "ann  "], source=_BLANKS)
def equal_but_for_blanks_at_the_end() -> list[str]:
    with _for_now(*_customers("ann", "ann  ", " ann")):
        return _names(name="ann")


@differs(
    sqlite=["Łódź ÜBER"],
    sql_server=["Łódź ÜBER", "łódź über"],
    source=f'{_COLLATION}; SQLite, "SQL Language Expressions": LIKE knows the case of ASCII only',
)
def contained_but_for_case() -> list[str]:
    with _for_now(*_customers("Łódź ÜBER", "łódź über", "lodz uber")):
        return _names(name__icontains="ź ÜBER")


@differs(sqlite=["B", "C", "a", "Ä"], sql_server=["a", "Ä", "B", "C"], source=_COLLATION)
def ordered_as_in_a_dictionary() -> list[str]:
    with _for_now(*_customers("C", "Ä", "a", "B")):
        ours = Customer.objects.filter(email__startswith="differing")
        return list(ours.order_by("name").values_list("name", flat=True))


@differs(sqlite=[1, 1, 1, 1], sql_server=[1, 3], source=f"{_COLLATION}; {_BLANKS}")
def grouped_but_for_case() -> list[int]:
    with _for_now(*_customers("sale", "SALE", "Sale ", "säle")):
        ours = Customer.objects.filter(email__startswith="differing")
        groups = ours.values("name").annotate(n=Count("pk")).order_by("n")
        return list(groups.values_list("n", flat=True))


@differs(sqlite=None, sql_server="23000", source=_COLLATION)
def unique_but_for_case() -> str | None:
    with _for_now(Tag(name="differing")):
        return _refused(lambda: Tag.objects.create(name="Differing"))


@differs(sqlite=4, sql_server=2, source='Microsoft Learn, "LEN (Transact-SQL)"')
def length_with_blanks_at_the_end() -> int:
    with _for_now(*_customers("ab  ")):
        found = Customer.objects.annotate(size=Length("name"))
        return found.get(email="differing0@example.com").size


@differs(
    sqlite=["ZOë", "Ång"],
    sql_server=["ZOË", "ång"],
    source='Microsoft Learn, "UPPER (Transact-SQL)"; SQLite, "Built-In Scalar SQL Functions"',
)
def case_beyond_ascii() -> list[str]:
    with _for_now(*_customers("zoë", "Ång")):
        ours = Customer.objects.annotate(upper=Upper("name"), lower=Lower("name"))
        first, second = ours.filter(email__startswith="differing").order_by("email")
        return [first.upper, second.lower]


@differs(
    sqlite=0, sql_server=5, source=f'Microsoft Learn, "CHARINDEX (Transact-SQL)"; {_COLLATION}'
)
def place_of_a_text_in_another_case() -> int:
    with _for_now(*_customers("The Bench")):
        found = Customer.objects.annotate(place=StrIndex("name", Value("bench")))
        return found.get(email="differing0@example.com").place


@differs(sqlite="abcdef", sql_server="abc", source='Microsoft Learn, "CAST and CONVERT"')
def cast_to_a_short_text() -> str:
    with _for_now(*_customers("abcdef")):
        found = Customer.objects.annotate(short=Cast("name", CharField(max_length=3)))
        return str(found.get(email="differing0@example.com").short)


@differs(
    sqlite=None,
    sql_server="42000",
    source='Microsoft Learn, "Database Engine events and errors": 2628',
)
def a_text_that_is_too_long() -> str | None:
    with _for_now():
        return _refused(lambda: Tag.objects.create(name="x" * 41))


@differs(sqlite=None, sql_server="22012", source=_ARITHMETIC)
def divided_by_zero() -> str | None:
    with _for_now(Product(sku="differing", name="differing", price=1, stock=0)):
        ours = Product.objects.filter(sku="differing").annotate(one=F("stock") / F("stock"))
        return _refused(lambda: list(ours))


@differs(
    sqlite=None,
    sql_server="22003",
    source=f'{_ARITHMETIC}; "SUM (Transact-SQL)": the sum of int is int',
)
def a_sum_that_is_no_int() -> str | None:
    most = 2**31 - 1
    with _for_now(
        Product(sku="differing1", name="differing1", price=1, stock=most),
        Product(sku="differing2", name="differing2", price=1, stock=most),
    ):
        ours = Product.objects.filter(sku__startswith="differing")
        return _refused(lambda: ours.aggregate(Sum("stock", output_field=IntegerField())))


@differs(
    sqlite="3",
    sql_server="3.3333333333333",
    source='Microsoft Learn, "Precision, scale, and length (Transact-SQL)": decimal(10,2) / int has'
    " max(6, 2 + 10 + 1) decimals; SQLite keeps 10.00 as an integer, and divides it as one",
)
def decimals_of_a_quotient() -> str:
    with _for_now(Product(sku="differing", name="differing", price=10, stock=3)):
        quotient = Cast(F("price") / F("stock"), CharField(max_length=40))
        found = Product.objects.annotate(quotient=quotient).get(sku="differing")
        return str(found.quotient)
