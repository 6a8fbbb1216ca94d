"""Names and ids of what is defined: looking tables up, and making names as SQL Server does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import DEFAULT_SCHEMA, Table
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import definition as errors
from tests.standin.errors.schemas import no_such_schema
from tests.standin.tsql.nodes import ObjectName

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

#: How much of the names of table and column goes into a system-made name.
_TABLE_LETTERS: Final = 8
_COLUMN_LETTERS: Final = 5
#: Keys end in twice as many hexadecimal digits as other constraints.
_KEYS: Final = frozenset({"PK", "UQ"})


def table_for(handle: Handle, name: ObjectName, number: int = 4902) -> Table:
    """The table to be altered; StatementFailed with ``number`` where there is none."""
    table = handle.catalog.find_table(name)
    if table is None:
        raise errors.no_such_object(number, str(name))
    return table


def schema_for(handle: Handle, name: ObjectName) -> str:
    """The schema a new object goes to. Raises StatementFailed with 2760."""
    if name.name.startswith(("#", "@")):
        return DEFAULT_SCHEMA
    if name.database and name.database.lower() != handle.catalog.database.lower():
        raise StatementFailed(not_supported(f"an object of another database: {name}"))
    schema = handle.catalog.schema(name.schema or DEFAULT_SCHEMA)
    if schema is None or schema.lower() in ("sys", "information_schema"):
        raise no_such_schema(name.schema)
    return schema


def new_id(handle: Handle, table: Table) -> int:
    """An object_id for a constraint of the table."""
    return handle.catalog.new_object_id(temporary=table.temporary)


def system_name(kind: str, table: Table, object_id: int, column: str = "") -> str:
    """``DF__customer__email__3B75D760``, made from the object_id as SQL Server does it."""
    parts = [kind, table.name[:_TABLE_LETTERS]]
    if column:
        parts.append(column[:_COLUMN_LETTERS])
    digits = f"{abs(object_id):08X}"
    parts.append(f"{digits}{abs(table.object_id):08X}" if kind in _KEYS else digits)
    return "__".join(parts)


def names_in(table: Table) -> frozenset[str]:
    """The names of a table's constraints and indexes, in lower case."""
    defaults = (column.default.name for column in table.columns if column.default)
    indexes = (index.name for index in table.indexes)
    keys = (key.name for key in table.foreign_keys)
    checks = (check.name for check in table.checks)
    return frozenset(name.lower() for name in (*defaults, *indexes, *keys, *checks))


def constraint_name(
    handle: Handle, table: Table, kind: str, written: str, object_id: int, column: str = ""
) -> str:
    """The name that was written, or one made up; that is new because the object_id is."""
    if not written:
        return system_name(kind, table, object_id, column)
    _check_name(handle, table, written)
    return written


def _check_name(handle: Handle, table: Table, name: str) -> None:
    """Raise StatementFailed with 2714 where another object of the schema has that name."""
    taken = name.lower() in names_in(table) or name.lower() == table.name.lower()
    if taken or (not table.temporary and handle.catalog.object_exists(table.schema, name)):
        raise errors.constraint_exists(name)
