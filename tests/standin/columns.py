"""Columns and one-row results, written shortly."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.tds import Column, TypeInfo, int_type, nvarchar
from tests.standin.engine import ResultSet

#: sysname, the type of most names.
SYSNAME: Final = nvarchar(128)
INT: Final = int_type(4)
#: COLMETADATA's flag for a column that may be NULL (MS-TDS 2.2.7.4).
NULLABLE: Final = 0x0001


def column(name: str, data_type: TypeInfo = SYSNAME) -> Column:
    """A column that may be NULL."""
    return Column(name, data_type, flags=NULLABLE)


def one_value(value: object, data_type: TypeInfo, name: str = "") -> ResultSet:
    """One row with one column; an expression's column has no name."""
    return ResultSet((column(name, data_type),), ((value,),))


def one_row(**values: str | int | None) -> ResultSet:
    """One row whose columns are named after the arguments: numbers int, everything else text."""
    columns = tuple(
        column(name, INT if isinstance(value, int) else nvarchar(4000))
        for name, value in values.items()
    )
    return ResultSet(columns, (tuple(values.values()),))
