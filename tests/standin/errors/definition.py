"""Errors of data definition and of the procedures that rename things.

Texts are those of sys.messages (Microsoft Learn, "Database Engine events and errors"). Severities
that are not 16 come from there too; states other than 1 from messages that Microsoft's documents
and forums print, unconfirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure, followed


def object_exists(name: str) -> StatementFailed:
    """2714."""
    return failure(2714, f"There is already an object named '{name}' in the database.", state=6)


def constraint_exists(name: str) -> StatementFailed:
    """2714 for the name of a constraint."""
    return not_created(
        failure(2714, f"There is already an object named '{name}' in the database.", state=5)
    )


def not_created(why: StatementFailed) -> StatementFailed:
    """1750 behind the error that says why."""
    last = failure(1750, "Could not create constraint or index. See previous errors.")
    return followed(why, last)


def no_such_object(number: int, name: str) -> StatementFailed:
    """1088 (indexes), 4701 (TRUNCATE) and 4902 (ALTER TABLE) have the same text."""
    return failure(
        number,
        f'Cannot find the object "{name}" because it does not exist or you do not have'
        " permissions.",
    )


def cannot_drop(kind: str, name: str) -> StatementFailed:
    """3701; ``kind`` is table, view or index."""
    return failure(
        3701,
        f"Cannot drop the {kind} '{name}', because it does not exist or you do not have"
        " permission.",
        severity=11,
        state=5,
    )


def wrong_drop(statement: str, name: str, kind: str) -> StatementFailed:
    """3705: DROP TABLE of a view, or the reverse; ``kind`` is what it is."""
    return failure(
        3705,
        f"Cannot use DROP {statement} with '{name}' because '{name}' is a {kind}."
        f" Use DROP {kind.upper()}.",
    )


def referenced_table(name: str) -> StatementFailed:
    """3726."""
    return failure(
        3726,
        f"Could not drop object '{name}' because it is referenced by a FOREIGN KEY constraint.",
    )


def key_index(index: str, kind: str) -> StatementFailed:
    """3723; ``index`` is table.index, ``kind`` PRIMARY KEY, UNIQUE KEY or FOREIGN KEY."""
    return failure(
        3723,
        f"An explicit DROP INDEX is not allowed on index '{index}'. It is being used for {kind}"
        " constraint enforcement.",
        state=4,
    )


def referenced_key(constraint: str, table: str, foreign_key: str) -> StatementFailed:
    """3725."""
    return failure(
        3725,
        f"The constraint '{constraint}' is being referenced by table '{table}', foreign key"
        f" constraint '{foreign_key}'.",
        state=0,
    )


def not_a_constraint(name: str) -> StatementFailed:
    """3728."""
    return failure(3728, f"'{name}' is not a constraint.")


def constraint_of_another_table(name: str, table: str) -> StatementFailed:
    """3733."""
    return failure(3733, f"Constraint '{name}' does not belong to table '{table}'.")


def no_such_constraint(name: str) -> StatementFailed:
    """4917: CHECK or NOCHECK CONSTRAINT with a name that is none."""
    return failure(4917, f"Constraint '{name}' does not exist.")


def dependent(change: str, column: str, dependents: Sequence[tuple[str, str]]) -> StatementFailed:
    """5074 for each dependent, as kind (object, index or column) and name, and then 4922.

    ``change`` is DROP COLUMN or ALTER COLUMN.
    """
    first, *others = (
        failure(5074, f"The {kind} '{name}' is dependent on column '{column}'.").failure
        for kind, name in dependents
    )
    last = failure(
        4922,
        f"ALTER TABLE {change} {column} failed because one or more objects access this column.",
        state=9,
    )
    return StatementFailed(replace(first, followed_by=(*others, last.failure)))


def no_such_column(change: str, column: str, table: str) -> StatementFailed:
    """4924; ``change`` is DROP COLUMN or ALTER COLUMN."""
    return failure(
        4924,
        f"ALTER TABLE {change} failed because column '{column}' does not exist in table '{table}'.",
    )


def only_column(column: str, table: str) -> StatementFailed:
    """4923."""
    return failure(
        4923,
        f"ALTER TABLE DROP COLUMN failed because '{column}' is the only data column in table"
        f" '{table}'. A table must have at least one data column.",
    )


def not_alterable(column: str, reason: str) -> StatementFailed:
    """4928."""
    return failure(4928, f"Cannot alter column '{column}' because it is '{reason}'.")


def needs_default(column: str, table: str) -> StatementFailed:
    """4901."""
    return failure(
        4901,
        "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT"
        " definition specified, or the column being added is an identity or timestamp column, or"
        " alternatively if none of the previous conditions are satisfied the table must be empty to"
        f" allow addition of this column. Column '{column}' cannot be added to non-empty table"
        f" '{table}' because it does not satisfy these conditions.",
    )


def column_twice(column: str, table: str) -> StatementFailed:
    """2705."""
    return failure(
        2705,
        "Column names in each table must be unique. Column name"
        f" '{column}' in table '{table}' is specified more than once.",
        state=3,
    )


def second_identity(table: str) -> StatementFailed:
    """2744."""
    return failure(
        2744,
        f"Multiple identity columns specified for table '{table}'. Only one identity column per"
        " table is allowed.",
        state=2,
    )


def identity_type(column: str) -> StatementFailed:
    """2749."""
    return failure(
        2749,
        f"Identity column '{column}' must be of data type int, bigint, smallint, tinyint, or"
        " decimal or numeric with a scale of 0, unencrypted, and constrained to be nonnullable.",
        state=2,
    )


def nullable_identity(column: str, table: str) -> StatementFailed:
    """8147."""
    return failure(
        8147,
        f"Could not create IDENTITY attribute on nullable column '{column}', table '{table}'.",
    )


def nullable_primary_key(table: str) -> StatementFailed:
    """8111."""
    return not_created(
        failure(
            8111, f"Cannot define PRIMARY KEY constraint on nullable column in table '{table}'."
        )
    )


def second_primary_key(table: str) -> StatementFailed:
    """1779."""
    return not_created(
        failure(1779, f"Table '{table}' already has a primary key defined on it.", state=0)
    )


def second_clustered_index(table: str, existing: str) -> StatementFailed:
    """1902."""
    return failure(
        1902,
        f"Cannot create more than one clustered index on table '{table}'. Drop the existing"
        f" clustered index '{existing}' before creating another.",
        state=3,
    )


def no_key_column(column: str) -> StatementFailed:
    """1911."""
    return failure(1911, f"Column name '{column}' does not exist in the target table or view.")


def key_column_twice(column: str) -> StatementFailed:
    """1909."""
    return failure(
        1909,
        f"Cannot use duplicate column names in index. Column name '{column}' listed more than"
        " once.",
    )


def invalid_key_type(column: str, table: str) -> StatementFailed:
    """1919."""
    return failure(
        1919,
        f"Column '{column}' in table '{table}' is of a type that is invalid for use as a key column"
        " in an index.",
    )


def index_exists(index: str, table: str) -> StatementFailed:
    """1913; ``table`` as the statement has it."""
    return failure(
        1913,
        f"The operation failed because an index or statistics with name '{index}' already exists on"
        f" table '{table}'.",
    )


def duplicate_found(table: str, index: str, value: str) -> StatementFailed:
    """1505; ``table`` has two parts."""
    return failure(
        1505,
        "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the"
        f" object name '{table}' and the index name '{index}'. The duplicate key value is"
        f" ({value}).",
    )


def name_not_permitted(name: str) -> StatementFailed:
    """128: a column in a default."""
    return failure(
        128,
        f'The name "{name}" is not permitted in this context. Valid expressions are constants,'
        " constant expressions, and (in some contexts) variables. Column names are not permitted.",
        severity=15,
    )


def default_exists() -> StatementFailed:
    """1781."""
    return failure(1781, "Column already has a DEFAULT bound to it.")


def no_default_column(column: str, table: str) -> StatementFailed:
    """1752."""
    return failure(
        1752, f"Column '{column}' in table '{table}' is invalid for creating a default constraint."
    )


def identity_default(table: str, column: str) -> StatementFailed:
    """1754."""
    return failure(
        1754,
        "Defaults cannot be created on columns with an IDENTITY attribute."
        f" Table '{table}', column '{column}'.",
    )
