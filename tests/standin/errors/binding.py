"""Errors of names and types: what is wrong before any row is read.

Texts are those of sys.messages, as Microsoft Learn's "Database Engine events and errors" lists
them. States are not documented; the ones that are not 1 here are unconfirmed.
"""

from __future__ import annotations

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure


def incorrect_syntax(near: str) -> StatementFailed:
    return failure(102, f"Incorrect syntax near '{near}'.", severity=15)


def quote_not_closed(text: str) -> StatementFailed:
    return failure(
        105, f"Unclosed quotation mark after the character string '{text[:128]}'.", severity=15
    )


def prefix_not_matched(prefix: str) -> StatementFailed:
    return failure(
        107,
        f"The column prefix '{prefix}' does not match with a table name or alias name used in "
        "the query.",
        severity=15,
    )


def variable_not_declared(name: str) -> StatementFailed:
    return failure(137, f'Must declare the scalar variable "{name}".', severity=15, state=2)


def argument_count(name: str, count: int) -> StatementFailed:
    return failure(174, f"The {name.lower()} function requires {count} argument(s).", severity=15)


def argument_range(name: str, minimum: int, maximum: int) -> StatementFailed:
    return failure(
        189, f"The {name.lower()} function requires {minimum} to {maximum} arguments.", severity=15
    )


def not_recognized_function(name: str) -> StatementFailed:
    return failure(
        195, f"'{name}' is not a recognized built-in function name.", severity=15, state=10
    )


def invalid_column(name: str) -> StatementFailed:
    return failure(207, f"Invalid column name '{name}'.")


def invalid_object(name: str) -> StatementFailed:
    return failure(208, f"Invalid object name '{name}'.")


def ambiguous_column(name: str) -> StatementFailed:
    return failure(209, f"Ambiguous column name '{name}'.")


def must_have_from() -> StatementFailed:
    return failure(263, "Must specify table to select from.")


def incomparable_types() -> StatementFailed:
    return failure(
        306,
        "The text, ntext, and image data types cannot be compared or sorted, except when using "
        "IS NULL or LIKE operator.",
    )


def collate_of_other_type(name: str) -> StatementFailed:
    return failure(447, f"Expression type {name} is invalid for COLLATE clause.", state=1)


def collation_conflict(left: str, right: str, operation: str) -> StatementFailed:
    return failure(
        468,
        f'Cannot resolve the collation conflict between "{left}" and "{right}" in the '
        f"{operation} operation.",
        state=9,
    )


def correlation_name_twice(name: str) -> StatementFailed:
    return failure(
        1011,
        f"The correlation name '{name}' is specified multiple times in a FROM clause.",
        severity=15,
    )


def same_exposed_name(first: str, second: str) -> StatementFailed:
    return failure(
        1013,
        f'The objects "{first}" and "{second}" in the FROM clause have the same exposed names. '
        "Use correlation names to distinguish them.",
        severity=15,
    )


def table_variable_not_declared(name: str) -> StatementFailed:
    return failure(1087, f'Must declare the table variable "{name}".', severity=15, state=2)


def not_bound(name: str) -> StatementFailed:
    return failure(4104, f'The multi-part identifier "{name}" could not be bound.')


def user_function_not_found(column: str, name: str) -> StatementFailed:
    return failure(
        4121,
        f'Cannot find either column "{column}" or the user-defined function or aggregate '
        f'"{name}", or the name is ambiguous.',
    )


def not_a_condition(near: str) -> StatementFailed:
    return failure(
        4145,
        "An expression of non-boolean type specified in a context where a condition is expected, "
        f"near '{near}'.",
        severity=15,
    )


def case_of_nulls() -> StatementFailed:
    return failure(
        8133,
        "At least one of the result expressions in a CASE specification must be an expression "
        "other than the NULL constant.",
    )


def column_without_name(position: int, table: str) -> StatementFailed:
    return failure(8155, f"No column name was specified for column {position} of '{table}'.")


def column_twice(column: str, table: str) -> StatementFailed:
    return failure(8156, f"The column '{column}' was specified multiple times for '{table}'.")


def column_count(name: str, *, too_many: bool) -> StatementFailed:
    more = "more" if too_many else "fewer"
    if too_many:
        return failure(8158, f"'{name}' has more columns than were specified in the column list.")
    return failure(8159, f"'{name}' has {more} columns than were specified in the column list.")
