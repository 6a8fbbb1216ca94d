"""How a view of the system is written down: its columns with their types, and where they come from.

One line a column: name, type as in a declaration (``!`` behind it: never NULL), SQLite expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tests.standin.catalog.model import Column, SystemView
from tests.standin.sqltypes.sql_type import MAX, SYSNAME, SqlType

_LINE: Final = re.compile(r"(?P<name>\w+)\s+(?P<type>[\w()]+)(?P<never_null>!?)\s+(?P<value>.+)")
_TYPE: Final = re.compile(r"(?P<name>\w+)(?:\((?P<length>\w+)\))?")
_TEXT: Final = frozenset({"char", "nchar", "varchar", "nvarchar"})
#: The id of a document's schema.
SCHEMA_ID: Final = "(SELECT s.schema_id FROM standin_schemas AS s WHERE s.name_key = d.schema_key)"
#: Names and descriptions compare as the database's do; the stand-in has one collation for them.
_COLLATE: Final = "COLLATE TSQL_CI_AS"


@dataclass(frozen=True, slots=True)
class ViewDefinition:
    """A system view and the statement that makes it in SQLite.

    ``server_wide`` ones may be read from any database under the name of master.
    """

    view: SystemView
    sql: str
    server_wide: bool = False


def system_view(
    schema: str, name: str, columns: str, source: str, *, server_wide: bool = False
) -> ViewDefinition:
    """Read the columns' lines; ``source`` is all of the SELECT that follows FROM."""
    matches = [_matched(line) for line in columns.splitlines() if line.strip()]
    view = SystemView(
        schema,
        name,
        tuple(
            Column(
                number,
                found["name"],
                _type(found["type"]),
                nullable=not found["never_null"],
                user_type="sysname" if found["type"] == "sysname" else "",
            )
            for number, found in enumerate(matches, start=1)
        ),
    )
    items = ", ".join(
        f'{_collated(found["value"], column.type)} AS "{column.name}"'
        for found, column in zip(matches, view.columns, strict=True)
    )
    sql = f"CREATE VIEW main.{view.rows} AS SELECT {items} FROM {source}"
    return ViewDefinition(view, sql, server_wide)


def _matched(line: str) -> re.Match[str]:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ValueError(f"not a column: {line!r}")
    return match


def _type(declaration: str) -> SqlType:
    if declaration == "sysname":
        return SYSNAME
    match = _TYPE.fullmatch(declaration)
    assert match is not None
    length = match["length"]
    return SqlType(match["name"], 0 if length is None else MAX if length == "max" else int(length))


def _collated(value: str, data_type: SqlType) -> str:
    return f"({value}) {_COLLATE}" if data_type.name in _TEXT else value
