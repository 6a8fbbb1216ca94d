"""INSERT: which columns get which values, and the one SQLite statement that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

from tests.standin import sqltypes
from tests.standin.catalog.model import Column, Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import constraints as errors
from tests.standin.sqltypes.sql_type import UNTYPED_NULL, SqlType
from tests.standin.translation.compiler import CompiledQuery, Compiler
from tests.standin.translation.dialect import parse_statement
from tests.standin.translation.modifications_columns import (
    assigned,
    compiled_values,
    default_of,
    is_rowversion,
    quoted,
    target_column,
)
from tests.standin.translation.modifications_reading import DEFAULT, InsertText
from tests.standin.translation.plan import Fragment
from tests.standin.translation.queries import compile_statement
from tests.standin.tsql.nodes import ObjectName

#: Microsoft Learn, "Table Value Constructor (Transact-SQL)".
MAX_ROWS: Final = 1000


def insert_sql(insert: InsertText, table: Table, compiler: Compiler) -> str:
    """The SQLite INSERT, without RETURNING."""
    if insert.default_values and not insert.query:
        return _insert(table, *_default_row(table, compiler))
    if insert.default_values:
        return _insert_default_rows(insert.query, table, compiler)
    if insert.rows:
        columns = _columns(insert, table, len(insert.rows[0]))
        return _insert_rows(insert, columns, table, compiler)
    query = _query(insert.query, compiler)
    return _insert_query(insert, query, table, compiler)


def names_identity(insert: InsertText, table: Table) -> bool:
    """Whether the statement's column list has the identity column."""
    identity = table.identity_column
    named = {name.lower() for name in insert.columns or ()}
    return identity is not None and identity.name.lower() in named


def insertable(table: Table, names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a column list. Raises StatementFailed with 207, 264 or 271."""
    columns = tuple(target_column(table, name) for name in names)
    seen: set[int] = set()
    for column in columns:
        if column.column_id in seen:
            raise errors.column_twice(column.name)
        if column.computed:
            raise errors.computed_column(column.name)
        seen.add(column.column_id)
    return columns


def filled_columns(table: Table) -> tuple[Column, ...]:
    """The columns that an INSERT without column list has values for."""
    return tuple(c for c in table.columns if not c.computed and not c.identity)


def _columns(insert: InsertText, table: Table, values: int) -> tuple[Column, ...]:
    """The columns that ``values`` values go into: those listed, or all that take values."""
    if insert.columns is not None:
        columns = insertable(table, insert.columns)
        if len(columns) > values:
            raise errors.fewer_selected() if insert.query else errors.more_columns_than_values()
        if len(columns) < values:
            raise errors.more_selected() if insert.query else errors.fewer_columns_than_values()
        return columns
    columns = filled_columns(table)
    if len(columns) == values:
        return columns
    if table.identity_column and len(columns) + 1 == values:
        raise errors.identity_without_columns(table.name)
    raise errors.column_count()


def _default_row(table: Table, compiler: Compiler) -> tuple[list[str], str]:
    """The columns that have a default of some kind, and the VALUES with them."""
    columns, values = _defaults(table, compiler, ())
    return columns, f"VALUES ({', '.join(values)})"


def _insert_default_rows(query: str, table: Table, compiler: Compiler) -> str:
    """A row of defaults for each row of a query."""
    rows = _query(query, compiler)
    columns, values = _defaults(table, compiler, ())
    return _insert(table, columns, _select(rows, values))


def _query(text: str, compiler: Compiler) -> CompiledQuery:
    """The query that the rows come from."""
    query = compile_statement(compiler, parse_statement(text))
    if query.assigns or query.into:
        raise StatementFailed(not_supported(f"INSERT … {text}"))
    return query


def _insert_rows(
    insert: InsertText, columns: tuple[Column, ...], table: Table, compiler: Compiler
) -> str:
    if len(insert.rows) > MAX_ROWS:
        raise errors.too_many_rows()
    if any(len(row) != len(columns) for row in insert.rows):
        raise errors.uneven_rows()
    return _insert_values(_compiled_rows(insert.rows, compiler), columns, table, compiler)


def insert_row_sql(
    names: Sequence[str], values: list[Fragment | None], table: Table, compiler: Compiler
) -> str:
    """The SQLite INSERT of one row of values that are compiled already."""
    insert = InsertText(ObjectName(table.name, table.schema), tuple(names) or None)
    return _insert_values([values], _columns(insert, table, len(values)), table, compiler)


def _insert_values(
    written: list[list[Fragment | None]],
    columns: tuple[Column, ...],
    table: Table,
    compiler: Compiler,
) -> str:
    names, defaults = _defaults(table, compiler, columns)
    by_column = [
        _column_values(column, [row[index] for row in written], table, compiler)
        for index, column in enumerate(columns)
    ]
    rows = (", ".join((*row, *defaults)) for row in zip(*by_column, strict=True))
    return _insert(
        table,
        [quoted(column.name) for column in columns] + names,
        "VALUES " + ", ".join(f"({row})" for row in rows),
    )


def _compiled_rows(
    rows: tuple[tuple[str, ...], ...], compiler: Compiler
) -> list[list[Fragment | None]]:
    """The values of all rows; None is DEFAULT."""
    texts = [item for row in rows for item in row if item != DEFAULT]
    values = iter(compiled_values(texts, compiler) if texts else ())
    return [[None if item == DEFAULT else next(values) for item in row] for row in rows]


def _column_values(
    column: Column,
    values: list[Fragment | None],
    table: Table,
    compiler: Compiler,
) -> list[str]:
    """One column of the VALUES list, as what goes into the table's column."""
    if column.identity and None in values:
        raise errors.identity_default()
    if is_rowversion(column.type) and any(value is not None for value in values):
        raise errors.timestamp_insert()
    default = (default_of(column, table, compiler) or "NULL") if None in values else "NULL"
    common = _in_common_type([value for value in values if value is not None])
    return [
        default if value is None else assigned(common(value), column, table, compiler)
        for value in values
    ]


def _in_common_type(values: list[Fragment]) -> Callable[[Fragment], Fragment]:
    """What makes the values of a column one type, as the rows of UNION ALL have.

    Microsoft Learn, "Table Value Constructor": the values of several rows follow the conversions of
    UNION ALL. Lengths and NULL make no difference to what is stored.
    """
    kinds = {value.type for value in values if value.type != UNTYPED_NULL}
    if len({kind.name for kind in kinds}) < 2:
        return lambda value: value
    common: SqlType = reduce(sqltypes.common_type, kinds)

    def convert(value: Fragment) -> Fragment:
        if value.type == UNTYPED_NULL:
            return value
        sqltypes.check_implicit(value.type, common)
        return Fragment(sqltypes.conversion_sql(value.sql, value.type, common), common)

    return convert


def _insert_query(
    insert: InsertText, query: CompiledQuery, table: Table, compiler: Compiler
) -> str:
    columns = _columns(insert, table, len(query.columns))
    if any(is_rowversion(column.type) for column in columns):
        raise errors.timestamp_insert()
    names, defaults = _defaults(table, compiler, columns)
    values = [
        assigned(Fragment(f"q.{quoted(given.label)}", given.type), column, table, compiler)
        for column, given in zip(columns, query.columns, strict=True)
    ]
    return _insert(
        table,
        [quoted(column.name) for column in columns] + names,
        _select(query, values + defaults),
    )


def _defaults(
    table: Table, compiler: Compiler, given: Sequence[Column]
) -> tuple[list[str], list[str]]:
    """The columns that are not given but get a value nonetheless, and their values.

    There is always one column at least where nothing is given, as SQLite wants to be told one.
    """
    skipped = {column.column_id for column in given}
    columns, values = [], []
    for column in table.columns:
        if column.column_id in skipped or column.computed:
            continue
        value = default_of(column, table, compiler)
        if value is not None:
            columns.append(quoted(column.name))
            values.append(value)
    if not given and not columns:
        first = next(column for column in table.columns if not column.computed)
        return [quoted(first.name)], ["NULL"]
    return columns, values


def _select(query: CompiledQuery, values: list[str]) -> str:
    """The values for each row of the query, in its order.

    Without a query of its own SQLite would work out an identity before it sorts (measured, 3.40);
    MATERIALIZED keeps every version from making one query of the two.
    """
    return f"WITH q AS MATERIALIZED ({query.sql}) SELECT {', '.join(values)} FROM q WHERE 1"


def _insert(table: Table, columns: list[str], source: str) -> str:
    return f"INSERT INTO {table.rows} ({', '.join(columns)}) {source}"
