"""Types from declarations and from the wire, and back."""

from __future__ import annotations

import pytest

from django_mssql_ops import tds
from django_mssql_ops.tds import DataType, TypeInfo
from tests.standin.sqltypes import (
    CAST_LENGTH,
    SqlType,
    declaration,
    from_declaration,
    from_type_info,
    to_type_info,
)
from tests.standin.sqltypes.sql_type import MAX
from tests.test_standin.sqltypes.samples import VALUES, failure_of, refused, typed


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("INTEGER", SqlType("int")),
        ("dec", SqlType("decimal", precision=18)),
        ("numeric(10,2)", SqlType("numeric", precision=10, scale=2)),
        ("double precision", SqlType("float")),
        ("float(24)", SqlType("real")),
        ("float(25)", SqlType("float")),
        ("varchar", SqlType("varchar", 1)),
        ("character varying(7)", SqlType("varchar", 7)),
        ("national character varying(max)", SqlType("nvarchar", MAX)),
        ("sysname", SqlType("nvarchar", 128)),
        ("datetime2", SqlType("datetime2", scale=7)),
        ("time(0)", SqlType("time")),
        ("timestamp", SqlType("rowversion", 8)),
    ],
)
def test_a_declaration_means_a_type(written: str, meant: SqlType) -> None:
    assert typed(written) == meant


def test_cast_has_another_length_for_types_without_one() -> None:
    assert from_declaration("varchar", default_length=CAST_LENGTH) == SqlType("varchar", 30)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("varcher(5)", 2715),
        ("int(4)", 2716),
        ("decimal(3,2,1)", 2716),
        ("varchar(0)", 1001),
        ("varchar(8001)", 131),
        ("nvarchar(4001)", 131),
        ("decimal(39)", 2750),
        ("decimal(5,6)", 192),
        ("datetime2(8)", 1002),
        ("float(54)", 1001),
    ],
)
def test_a_wrong_declaration_is_an_error(written: str, number: int) -> None:
    assert failure_of(lambda: typed(written))[0] == number


def test_a_length_in_words_is_refused() -> None:
    assert refused(lambda: typed("char(max)"))


@pytest.mark.parametrize("written", [*VALUES, "binary(3)", "nchar(5)", "xml", "datetime"])
def test_a_declaration_reads_back(written: str) -> None:
    assert declaration(typed(written)) == written


@pytest.mark.parametrize(
    "written", [*VALUES, "char(4)", "nchar(4)", "binary(4)", "text", "ntext", "image", "xml"]
)
def test_a_type_goes_over_the_wire_and_back(written: str) -> None:
    assert from_type_info(to_type_info(typed(written))) == typed(written)


def test_what_the_wire_says_of_lengths_and_names() -> None:
    assert to_type_info(typed("nvarchar(5)")).length == 10
    assert to_type_info(typed("numeric(9,1)")).type is DataType.NUMERICN
    assert to_type_info(typed("timestamp")) == tds.binary(8)
    assert from_type_info(tds.variant_type()) == SqlType("sql_variant")
    # A driver sends the empty text as nvarchar(0).
    assert from_type_info(TypeInfo(DataType.NVARCHAR, 0)) == SqlType("nvarchar", 1)


def test_a_collation_goes_over_the_wire() -> None:
    utf8 = SqlType("varchar", 5, collation="Latin1_General_100_CI_AI_SC_UTF8")
    collation = to_type_info(utf8).collation
    assert collation is not None
    assert collation.encoding == "utf-8"


def test_types_without_a_form_on_the_wire_are_refused() -> None:
    assert refused(lambda: to_type_info(SqlType("geography")))
    assert refused(lambda: from_type_info(TypeInfo(DataType.UDT)))
