"""Errors of the definition of schemas, views and types; sources as in ``errors.definition``."""

from __future__ import annotations

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure


def no_such_schema(name: str) -> StatementFailed:
    """2760."""
    return failure(
        2760,
        f'The specified schema name "{name}" either does not exist or you do not have permission to'
        " use it.",
    )


def cannot_drop_schema(name: str) -> StatementFailed:
    """15151."""
    return failure(
        15151,
        f"Cannot drop the schema '{name}', because it does not exist or you do not have"
        " permission.",
    )


def schema_in_use(name: str, by: str) -> StatementFailed:
    """3729."""
    return failure(
        3729, f"Cannot drop schema '{name}' because it is being referenced by object '{by}'."
    )


def type_exists(name: str) -> StatementFailed:
    """219."""
    return failure(
        219, f"The type '{name}' already exists, or you do not have permission to create it."
    )


def unnamed_view_column(position: int) -> StatementFailed:
    """4511."""
    return failure(
        4511,
        "Create View or Function failed because no column name was specified for column"
        f" {position}.",
    )


def view_column_twice(column: str, view: str) -> StatementFailed:
    """4506."""
    return failure(
        4506,
        f"Column names in each view or function must be unique. Column name '{column}' in view or"
        f" function '{view}' is specified more than once.",
    )


def view_column_count(view: str, *, fewer_names: bool) -> StatementFailed:
    """8159 and 8158."""
    if fewer_names:
        return failure(8158, f"'{view}' has more columns than were specified in the column list.")
    return failure(8159, f"'{view}' has fewer columns than were specified in the column list.")
