"""Errors of the definition of foreign keys; see ``errors.definition`` for the sources."""

from __future__ import annotations

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure
from tests.standin.errors.definition import not_created


def _refused(number: int, message: str, *, state: int = 1) -> StatementFailed:
    """The error, with 1750 behind it."""
    return not_created(failure(number, message, state=state))


def invalid_table(name: str, table: str) -> StatementFailed:
    """1767."""
    return _refused(1767, f"Foreign key '{name}' references invalid table '{table}'.", state=0)


def invalid_referencing_column(name: str, column: str, table: str) -> StatementFailed:
    """1769."""
    return _refused(
        1769,
        f"Foreign key '{name}' references invalid column '{column}' in referencing table"
        f" '{table}'.",
    )


def invalid_referenced_column(name: str, column: str, table: str) -> StatementFailed:
    """1770."""
    return _refused(
        1770,
        f"Foreign key '{name}' references invalid column '{column}' in referenced table '{table}'.",
        state=0,
    )


def no_primary_key(name: str, table: str) -> StatementFailed:
    """1773."""
    return _refused(
        1773,
        f"Foreign key '{name}' has implicit reference to object '{table}' which does not have a"
        " primary key defined on it.",
        state=0,
    )


def column_count(table: str) -> StatementFailed:
    """8139."""
    return failure(
        8139,
        "Number of referencing columns in foreign key differs from number of referenced columns,"
        f" table '{table}'.",
    )


def no_candidate_key(name: str, table: str) -> StatementFailed:
    """1776."""
    return _refused(
        1776,
        f"There are no primary or candidate keys in the referenced table '{table}' that match the"
        f" referencing column list in the foreign key '{name}'.",
        state=0,
    )


def different_type(name: str, referenced: str, referencing: str) -> StatementFailed:
    """1778; both columns as table.column."""
    return _refused(
        1778,
        f"Column '{referenced}' is not the same data type as referencing column '{referencing}' in"
        f" foreign key '{name}'.",
        state=0,
    )


def different_length(name: str, referenced: str, referencing: str) -> StatementFailed:
    """1753."""
    return _refused(
        1753,
        f"Column '{referenced}' is not the same length or scale as referencing column"
        f" '{referencing}' in foreign key '{name}'. Columns participating in a foreign key"
        " relationship must be defined with the same length and scale.",
        state=0,
    )


def multiple_cascade_paths(name: str, table: str) -> StatementFailed:
    """1785."""
    return _refused(
        1785,
        f"Introducing FOREIGN KEY constraint '{name}' on table '{table}' may cause cycles or"
        " multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION, or modify"
        " other FOREIGN KEY constraints.",
        state=0,
    )


def set_null_not_possible(name: str) -> StatementFailed:
    """1761."""
    return _refused(
        1761,
        f'Cannot create the foreign key "{name}" with the SET NULL referential action, because one'
        " or more referencing columns are not nullable.",
        state=0,
    )
