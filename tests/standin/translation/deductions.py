"""Which types parameters that nobody declared ought to have.

Microsoft Learn, "sp_describe_undeclared_parameters (Transact-SQL)", parameter selection algorithm.
While a statement is compiled, its undeclared parameters are values without a type, as NULL is; the
places where such a value takes on a type are those that the algorithm deduces it from.
"""

from __future__ import annotations

from typing import Final

from tests.standin.sqltypes.sql_type import MAX, UNTYPED_NULL, SqlType, datetime2
from tests.standin.translation.parameters import variable_parameter

#: The types that general deduction considers in place of others of their kind.
_GENERAL: Final = {
    "char": SqlType("varchar", 8000),
    "varchar": SqlType("varchar", 8000),
    "nchar": SqlType("nvarchar", 4000),
    "nvarchar": SqlType("nvarchar", 4000),
    "binary": SqlType("varbinary", 8000),
    "varbinary": SqlType("varbinary", 8000),
    "decimal": SqlType("numeric", precision=38, scale=19),
    "numeric": SqlType("numeric", precision=38, scale=19),
    "time": SqlType("time", scale=7),
    "datetime2": datetime2(),
    "datetimeoffset": SqlType("datetimeoffset", scale=7),
}


class Deductions:
    """The types found so far, by the parameter's name in SQLite's SQL."""

    def __init__(self) -> None:
        self._found: dict[str, SqlType] = {}

    def type_of(self, name: str) -> SqlType | None:
        """The type of ``@name``; None where nothing asks for one."""
        return self._found.get(":" + variable_parameter(name))

    def note(self, sql: str, kind: SqlType) -> None:
        """The value goes where that type is: simple deduction, which outweighs the general one."""
        if kind != UNTYPED_NULL:
            self._found[sql] = kind

    def note_in_general(self, sql: str, kind: SqlType) -> None:
        """The value is part of an expression of that type: general deduction."""
        if kind != UNTYPED_NULL:
            general = kind if kind.length == MAX else _GENERAL.get(kind.name, kind)
            self._found.setdefault(sql, general)
