"""sp_pkeys, sp_fkeys and sp_statistics.

Sources: Microsoft Learn, the pages of these procedures: columns, their types, the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from django_mssql_ops.tds import char, int_type, varchar
from tests.standin.catalog.model import ForeignKey, Index, Table
from tests.standin.columns import INT, column
from tests.standin.engine import Result, ResultSet
from tests.standin.execution.system_procedures_tables import table_named

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_SMALLINT: Final = int_type(2)
_TABLE: Final = (column("TABLE_QUALIFIER"), column("TABLE_OWNER"), column("TABLE_NAME"))
_PRIMARY_KEY_COLUMNS: Final = (
    *_TABLE,
    column("COLUMN_NAME"),
    column("KEY_SEQ", _SMALLINT),
    column("PK_NAME"),
)
_FOREIGN_KEY_COLUMNS: Final = (
    column("PKTABLE_QUALIFIER"),
    column("PKTABLE_OWNER"),
    column("PKTABLE_NAME"),
    column("PKCOLUMN_NAME"),
    column("FKTABLE_QUALIFIER"),
    column("FKTABLE_OWNER"),
    column("FKTABLE_NAME"),
    column("FKCOLUMN_NAME"),
    column("KEY_SEQ", _SMALLINT),
    column("UPDATE_RULE", _SMALLINT),
    column("DELETE_RULE", _SMALLINT),
    column("FK_NAME"),
    column("PK_NAME"),
    column("DEFERRABILITY", _SMALLINT),
)
_STATISTICS_COLUMNS: Final = (
    *_TABLE,
    column("NON_UNIQUE", _SMALLINT),
    column("INDEX_QUALIFIER"),
    column("INDEX_NAME"),
    column("TYPE", _SMALLINT),
    column("SEQ_IN_INDEX", _SMALLINT),
    column("COLUMN_NAME"),
    column("COLLATION", char(1)),
    column("CARDINALITY", INT),
    column("PAGES", INT),
    column("FILTER_CONDITION", varchar(128)),
)
_RULES: Final = {"CASCADE": 0, "NO ACTION": 1, "SET NULL": 2, "SET DEFAULT": 3}
#: ODBC's SQL_NOT_DEFERRABLE.
_NOT_DEFERRABLE: Final = 7


def primary_keys(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """The columns of a table's primary key."""
    table = table_named(arguments, handle)
    rows = tuple(
        (handle.catalog.database, table.schema, table.name, part.name, number, index.name)
        for index in (table.indexes if table else ())
        if table and index.is_primary
        for number, part in enumerate(index.columns, start=1)
    )
    return [ResultSet(_PRIMARY_KEY_COLUMNS, rows)]


def foreign_keys(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """The foreign keys to a table, of a table, or from the one to the other."""
    rows: list[tuple[object, ...]] = []
    wants_referenced = arguments.get("pktable_name") is not None
    wants_referencing = arguments.get("fktable_name") is not None
    referenced = table_named(arguments, handle, "pk") if wants_referenced else None
    referencing = table_named(arguments, handle, "fk") if wants_referencing else None
    for table in handle.catalog.tables():
        if wants_referencing and table != referencing:
            continue
        for key in table.foreign_keys:
            target = handle.catalog.by_id(key.referenced_id)
            if target is not None and (not wants_referenced or target == referenced):
                rows.extend(_foreign_key_rows(handle.catalog.database, table, key, target))
    return [ResultSet(_FOREIGN_KEY_COLUMNS, tuple(rows))]


def _foreign_key_rows(
    database: str, table: Table, key: ForeignKey, target: Table
) -> Iterator[tuple[object, ...]]:
    index = next(i for i in target.indexes if i.index_id == key.key_index_id)
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    for number, (own, other) in enumerate(pairs, start=1):
        yield (
            database,
            target.schema,
            target.name,
            other,
            database,
            table.schema,
            table.name,
            own,
            number,
            _RULES[key.on_update],
            _RULES[key.on_delete],
            key.name,
            index.name,
            _NOT_DEFERRABLE,
        )


def statistics(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """A row for the table and one for each column of each index; numbers of rows are left out."""
    table = table_named(arguments, handle)
    if table is None:
        return [ResultSet(_STATISTICS_COLUMNS, ())]
    only_unique = str(arguments.get("is_unique") or "N").upper() == "Y"
    wanted = str(arguments.get("index_name") or "%")
    name = (handle.catalog.database, table.schema, table.name)
    rows: list[tuple[object, ...]] = [(*name, *(None,) * 3, 0, *(None,) * 6)]
    indexes = [
        index
        for index in table.indexes
        if (index.unique or not only_unique) and wanted.lower() in ("%", index.name.lower())
    ]
    for index in sorted(indexes, key=lambda i: (not i.unique, not i.clustered, i.name)):
        rows.extend((*name, *row) for row in _index_rows(table, index))
    return [ResultSet(_STATISTICS_COLUMNS, tuple(rows))]


def _index_rows(table: Table, index: Index) -> Iterator[tuple[object, ...]]:
    for number, part in enumerate(index.columns, start=1):
        yield (
            int(not index.unique),
            table.name,
            index.name,
            1 if index.clustered else 3,
            number,
            part.name,
            "D" if part.descending else "A",
            None,
            None,
            index.filter or None,
        )
