"""Errors of data modifications: constraints, column lists, identity columns.

Texts are those of sys.messages (Microsoft Learn, "Database Engine events and errors"); states
other than 1 are those that the messages in Microsoft's documents and forums carry.
"""

from __future__ import annotations

from tests.standin.engine import StatementFailed
from tests.standin.errors import failure


def identity_overflow(type_name: str) -> StatementFailed:
    """8115: the identity's type has no further value."""
    return failure(8115, f"Arithmetic overflow error converting IDENTITY to data type {type_name}.")


def null_not_allowed(column: str, table: str, statement: str) -> StatementFailed:
    """515; ``table`` has three parts."""
    return failure(
        515,
        f"Cannot insert the value NULL into column '{column}', table '{table}'; column does not"
        f" allow nulls. {statement} fails.",
        state=2,
    )


def conflict(
    statement: str, kind: str, constraint: str, database: str, table: str, column: str = ""
) -> StatementFailed:
    """547; ``kind`` is FOREIGN KEY, REFERENCE, CHECK or a SAME TABLE variant; state 0."""
    where = f", column '{column}'" if column else ""
    return failure(
        547,
        f'The {statement} statement conflicted with the {kind} constraint "{constraint}".'
        f' The conflict occurred in database "{database}", table "{table}"{where}.',
        state=0,
    )


def duplicate_key(constraint: str, is_primary: bool, table: str, value: str) -> StatementFailed:
    """2627."""
    kind = "PRIMARY KEY" if is_primary else "UNIQUE KEY"
    return failure(
        2627,
        f"Violation of {kind} constraint '{constraint}'. Cannot insert duplicate key in object"
        f" '{table}'. The duplicate key value is ({value}).",
        severity=14,
    )


def duplicate_in_index(index: str, table: str, value: str) -> StatementFailed:
    """2601."""
    return failure(
        2601,
        f"Cannot insert duplicate key row in object '{table}' with unique index '{index}'."
        f" The duplicate key value is ({value}).",
        severity=14,
    )


def column_count() -> StatementFailed:
    """213: an INSERT without column list whose values do not match the table."""
    return failure(213, "Column name or number of supplied values does not match table definition.")


def more_columns_than_values() -> StatementFailed:
    """109."""
    return failure(
        109,
        "There are more columns in the INSERT statement than values specified in the VALUES clause."
        " The number of values in the VALUES clause must match the number of columns specified in"
        " the INSERT statement.",
        severity=15,
    )


def fewer_columns_than_values() -> StatementFailed:
    """110."""
    return failure(
        110,
        "There are fewer columns in the INSERT statement than values specified in the VALUES"
        " clause. The number of values in the VALUES clause must match the number of columns"
        " specified in the INSERT statement.",
        severity=15,
    )


def fewer_selected() -> StatementFailed:
    """120: INSERT … SELECT with fewer items than columns."""
    return failure(
        120,
        "The select list for the INSERT statement contains fewer items than the insert list. The"
        " number of SELECT values must match the number of INSERT columns.",
        severity=15,
    )


def more_selected() -> StatementFailed:
    """121: INSERT … SELECT with more items than columns."""
    return failure(
        121,
        "The select list for the INSERT statement contains more items than the insert list. The"
        " number of SELECT values must match the number of INSERT columns.",
        severity=15,
    )


def uneven_rows() -> StatementFailed:
    """10709: the rows of VALUES differ in length."""
    return failure(
        10709,
        "The number of columns for each row in a table value constructor must be the same.",
        severity=15,
    )


def too_many_rows() -> StatementFailed:
    """10738."""
    return failure(
        10738,
        "The number of row value expressions in the INSERT statement exceeds the maximum allowed"
        " number of 1000 row values.",
        severity=15,
    )


def identity_insert_off(table: str) -> StatementFailed:
    """544."""
    return failure(
        544,
        f"Cannot insert explicit value for identity column in table '{table}' when IDENTITY_INSERT"
        " is set to OFF.",
    )


def identity_insert_on(table: str) -> StatementFailed:
    """545."""
    return failure(
        545,
        f"Explicit value must be specified for identity column in table '{table}' either when"
        " IDENTITY_INSERT is set to ON or when a replication user is inserting into a NOT FOR"
        " REPLICATION identity column.",
    )


def identity_without_columns(table: str) -> StatementFailed:
    """8101."""
    return failure(
        8101,
        f"An explicit value for the identity column in table '{table}' can only be specified when a"
        " column list is used and IDENTITY_INSERT is ON.",
    )


def identity_update(column: str) -> StatementFailed:
    """8102."""
    return failure(8102, f"Cannot update identity column '{column}'.")


def identity_default() -> StatementFailed:
    """339."""
    return failure(339, "DEFAULT or NULL are not allowed as explicit identity values.")


def column_twice(column: str) -> StatementFailed:
    """264."""
    return failure(
        264,
        f"The column name '{column}' is specified more than once in the SET clause or column list"
        " of an INSERT. A column cannot be assigned more than one value in the same clause. Modify"
        " the clause to make sure that a column is updated only once. If this statement updates or"
        " inserts columns into a view, column aliasing can conceal the duplication in your code.",
    )


def computed_column(column: str) -> StatementFailed:
    """271."""
    return failure(
        271,
        f'The column "{column}" cannot be modified because it is either a computed column or is the'
        " result of a UNION operator.",
    )


def timestamp_insert() -> StatementFailed:
    """273."""
    return failure(
        273,
        "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to"
        " exclude the timestamp column, or insert a DEFAULT into the timestamp column.",
    )


def timestamp_update() -> StatementFailed:
    """272."""
    return failure(272, "Cannot update a timestamp column.")


def truncate_referenced(table: str) -> StatementFailed:
    """4712."""
    return failure(
        4712,
        f"Cannot truncate table '{table}' because it is being referenced by a FOREIGN KEY"
        " constraint.",
    )


def system_catalog_update() -> StatementFailed:
    """259."""
    return failure(259, "Ad hoc updates to system catalogs are not allowed.")
