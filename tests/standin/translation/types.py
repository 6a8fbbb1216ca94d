"""Families of types, as far as translating a query needs them."""

from __future__ import annotations

from typing import Final

from tests.standin.sqltypes.sql_type import SqlType

TEXT: Final = frozenset({"char", "varchar", "nchar", "nvarchar", "text", "ntext", "xml", "json"})
EXACT: Final = frozenset({"decimal", "numeric", "money", "smallmoney"})
#: Types of which SQLite's own "=" and "<" say what SQL Server's do, whatever their parameters.
INTEGERS: Final = frozenset({"bit", "tinyint", "smallint", "int", "bigint"})


def is_text(sql_type: SqlType) -> bool:
    """Text with a collation."""
    return sql_type.name in TEXT


def is_exact(sql_type: SqlType) -> bool:
    """Decimal digits: decimal, numeric and money."""
    return sql_type.name in EXACT


def is_integer(sql_type: SqlType) -> bool:
    """bit and the integers."""
    return sql_type.name in INTEGERS
