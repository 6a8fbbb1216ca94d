"""Errors of a query's shape: what may stand in which clause, and how often.

Texts are those of sys.messages, as Microsoft Learn's "Database Engine events and errors" lists
them. States are not documented; the ones that are not 1 here are unconfirmed.
"""

from __future__ import annotations

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure


def not_in_set_operation_order() -> StatementFailed:
    return failure(
        104,
        "ORDER BY items must appear in the select list if the statement contains a UNION, "
        "INTERSECT or EXCEPT operator.",
        severity=15,
    )


def order_position(position: int) -> StatementFailed:
    return failure(
        108,
        f"The ORDER BY position number {position} is out of range of the number of items in the "
        "select list.",
        severity=15,
    )


def one_column_in_subquery() -> StatementFailed:
    return failure(
        116,
        "Only one expression can be specified in the select list when the subquery is not "
        "introduced with EXISTS.",
    )


def negative_row_count() -> StatementFailed:
    return failure(127, "A TOP N or FETCH rowcount value may not be negative.", severity=15)


def aggregate_of_aggregate() -> StatementFailed:
    return failure(
        130,
        "Cannot perform an aggregate function on an expression containing an aggregate or a "
        "subquery.",
    )


def assignment_with_results() -> StatementFailed:
    return failure(
        141,
        "A SELECT statement that assigns a value to a variable must not be combined with "
        "data-retrieval operations.",
        severity=15,
    )


def aggregate_in_group_by() -> StatementFailed:
    return failure(
        144,
        "Cannot use an aggregate or a subquery in an expression used for the group by list of a "
        "GROUP BY clause.",
        severity=15,
    )


def distinct_order() -> StatementFailed:
    return failure(
        145,
        "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.",
        severity=15,
    )


def aggregate_in_where() -> StatementFailed:
    return failure(
        147,
        "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in "
        "a HAVING clause or a select list, and the column being aggregated is an outer reference.",
        severity=15,
    )


def group_by_without_column() -> StatementFailed:
    return failure(
        164,
        "Each GROUP BY expression must contain at least one column that is not an outer reference.",
        severity=15,
    )


def ordered_twice() -> StatementFailed:
    return failure(
        169,
        "A column has been specified more than once in the order by list. Columns in the order "
        "by list must be unique.",
        severity=15,
    )


def set_operation_counts() -> StatementFailed:
    return failure(
        205,
        "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal "
        "number of expressions in their target lists.",
    )


def order_constant(position: int) -> StatementFailed:
    return failure(
        408,
        f"A constant expression was encountered in the ORDER BY list, position {position}.",
    )


def several_rows() -> StatementFailed:
    return failure(
        512,
        "Subquery returned more than 1 value. This is not permitted when the subquery follows "
        "=, !=, <, <= , >, >= or when the subquery is used as an expression.",
    )


def variable_in_order() -> StatementFailed:
    return failure(
        1008,
        "The SELECT item identified by the ORDER BY number 1 contains a variable as part of the "
        "expression identifying a column position. Variables are only allowed when ordering by "
        "an expression referencing a column name.",
        severity=15,
    )


def order_in_subquery() -> StatementFailed:
    return failure(
        1033,
        "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, "
        "and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
        severity=15,
    )


def subquery_not_allowed() -> StatementFailed:
    return failure(
        1046,
        "Subqueries are not allowed in this context. Only scalar expressions are allowed.",
        severity=15,
    )


def row_count_not_integer() -> StatementFailed:
    return failure(
        1060,
        "The number of rows provided for a TOP or FETCH clauses row count parameter must be an "
        "integer.",
        severity=15,
    )


def window_in_clause() -> StatementFailed:
    return failure(
        4108,
        "Windowed functions can only appear in the SELECT or ORDER BY clauses.",
        severity=15,
    )


def window_needs_order(function: str) -> StatementFailed:
    return failure(
        4112,
        f"The function '{function}' must have an OVER clause with ORDER BY.",
        severity=15,
    )


def not_a_window_function(function: str) -> StatementFailed:
    return failure(
        4113,
        f"The function '{function}' is not a valid windowing function, and cannot be used with "
        "the OVER clause.",
        severity=15,
    )


def window_order_index() -> StatementFailed:
    return failure(
        5308,
        "Windowed functions, aggregates and NEXT VALUE FOR functions do not support integer "
        "indices as ORDER BY clause expressions.",
    )


def not_grouped(column: str) -> StatementFailed:
    return failure(
        8120,
        f"Column '{column}' is invalid in the select list because it is not contained in either "
        "an aggregate function or the GROUP BY clause.",
    )


def not_grouped_in_having(column: str) -> StatementFailed:
    return failure(
        8121,
        f"Column '{column}' is invalid in the HAVING clause because it is not contained in "
        "either an aggregate function or the GROUP BY clause.",
    )


def not_grouped_in_order(column: str) -> StatementFailed:
    return failure(
        8127,
        f'Column "{column}" is invalid in the ORDER BY clause because it is not contained in '
        "either an aggregate function or the GROUP BY clause.",
    )


def values_count() -> StatementFailed:
    return failure(
        10709,
        "The number of columns for each row in a table value constructor must be the same.",
    )


def top_with_offset() -> StatementFailed:
    return failure(
        10741,
        "A TOP can not be used in the same query or sub-query as a OFFSET.",
        severity=15,
        state=2,
    )


def negative_offset() -> StatementFailed:
    return failure(
        10742, "The offset specified in a OFFSET clause may not be negative.", severity=15
    )


def fetch_not_positive() -> StatementFailed:
    return failure(
        10744,
        "The number of rows provided for a FETCH clause must be greater then zero.",
        severity=15,
    )


def no_window_frame(function: str) -> StatementFailed:
    return failure(10752, f"The function '{function}' may not have a window frame.", severity=15)


def window_without_over(function: str) -> StatementFailed:
    return failure(10753, f"The function '{function}' must have an OVER clause.", severity=15)


def frame_needs_order() -> StatementFailed:
    return failure(
        10756, "Window frame with ROWS or RANGE must have an ORDER BY clause.", severity=15
    )


def window_in_window() -> StatementFailed:
    return failure(
        4109,
        "Windowed functions cannot be used in the context of another windowed function or "
        "aggregate.",
        severity=15,
    )
