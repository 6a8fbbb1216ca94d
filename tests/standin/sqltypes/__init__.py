"""SQL Server's data types on SQLite: declarations, values, conversions, arithmetic, collations.

Importing the package registers the SQLite functions and collations that its SQL uses.
"""

from __future__ import annotations

from tests.standin.sqltypes import arithmetic_functions as arithmetic_functions
from tests.standin.sqltypes.arithmetic import arithmetic, complement, negation
from tests.standin.sqltypes.collations import collated, column_sql, sqlite_collation_of
from tests.standin.sqltypes.conversion import convert
from tests.standin.sqltypes.conversion_sql import assignment_sql, conversion_sql
from tests.standin.sqltypes.declarations import CAST_LENGTH, declaration, from_declaration
from tests.standin.sqltypes.fragment import Fragment
from tests.standin.sqltypes.like import like_sql
from tests.standin.sqltypes.permissions import check_explicit, check_implicit
from tests.standin.sqltypes.precedence import common_type
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.sqltypes.wire_types import from_type_info, to_type_info
from tests.standin.sqltypes.wire_values import from_storage, storage_decoder, to_storage

__all__ = [
    "CAST_LENGTH",
    "Fragment",
    "SqlType",
    "arithmetic",
    "assignment_sql",
    "check_explicit",
    "check_implicit",
    "collated",
    "column_sql",
    "common_type",
    "complement",
    "conversion_sql",
    "convert",
    "declaration",
    "from_declaration",
    "from_storage",
    "from_type_info",
    "like_sql",
    "negation",
    "sqlite_collation_of",
    "storage_decoder",
    "to_storage",
    "to_type_info",
]
