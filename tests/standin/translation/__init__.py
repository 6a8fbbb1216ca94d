"""From T-SQL's queries and expressions to SQLite's SQL, with SQL Server's exact types.

sqlglot parses (``dialect``); the compiler walks its tree with the handlers that the modules below
register, and refuses every node and every clause that has none.
"""

from __future__ import annotations

from tests.standin.translation import (
    calls,
    comparisons,
    conditions,
    conversions,
    functions,
    literals,
    operators,
    subqueries,
    values,
    windows,
)
from tests.standin.translation.queries import (
    column_condition,
    column_expression,
    translate_condition,
    translate_select,
    translate_value,
)

#: Imported for what they register.
HANDLING = (
    calls,
    comparisons,
    conditions,
    conversions,
    functions,
    literals,
    operators,
    subqueries,
    values,
    windows,
)

__all__ = [
    "column_condition",
    "column_expression",
    "translate_condition",
    "translate_select",
    "translate_value",
]
