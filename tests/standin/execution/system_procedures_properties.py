"""MS_Description of tables and columns, by the procedures for extended properties.

Source: Microsoft Learn, "sp_addextendedproperty (Transact-SQL)". Other properties and owners are
refused: the stand-in keeps comments only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tests.standin.catalog.model import Column, Table
from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors import procedures as errors
from tests.standin.execution.definition_constraints import with_column
from tests.standin.tsql.nodes import ObjectName

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_DESCRIPTION: Final = "ms_description"


@dataclass(frozen=True, slots=True)
class _Owner:
    """What has the comment: a table, or a column of it."""

    table: Table
    column: Column | None

    @property
    def comment(self) -> str | None:
        return self.column.comment if self.column else self.table.comment

    @property
    def name(self) -> str:
        table = f"{self.table.schema}.{self.table.name}"
        return f"{table}.{self.column.name}" if self.column else table

    def commented(self, comment: str | None) -> Table:
        if self.column:
            return with_column(self.table, replace(self.column, comment=comment))
        return replace(self.table, comment=comment)


def add(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """Raises StatementFailed with 15135 or 15233."""
    owner = _owner(arguments, handle)
    if owner.comment is not None:
        raise errors.property_exists(str(arguments["name"]), owner.name)
    handle.catalog.save(owner.commented(_value(arguments)))
    return ()


def update(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """Raises StatementFailed with 15135 or 15217."""
    owner = _owner(arguments, handle)
    if owner.comment is None:
        raise errors.property_missing(str(arguments["name"]), owner.name)
    handle.catalog.save(owner.commented(_value(arguments)))
    return ()


def drop(arguments: Mapping[str, object], handle: Handle) -> Iterable[Result]:
    """Raises StatementFailed with 15135 or 15217."""
    owner = _owner(arguments, handle)
    if owner.comment is None:
        raise errors.property_missing(str(arguments["name"]), owner.name)
    handle.catalog.save(owner.commented(None))
    return ()


def _value(arguments: Mapping[str, object]) -> str:
    value = arguments.get("value")
    if not isinstance(value, str):
        raise StatementFailed(not_supported("an extended property that is not text"))
    return value


def _owner(arguments: Mapping[str, object], handle: Handle) -> _Owner:
    name = str(arguments["name"])
    if name.lower() != _DESCRIPTION:
        raise StatementFailed(not_supported(f"the extended property {name}"))
    levels = [str(arguments.get(f"level{n}type") or "").upper() for n in range(3)]
    names = [str(arguments.get(f"level{n}name") or "") for n in range(3)]
    if (
        levels[0] not in ("SCHEMA", "USER")
        or levels[1] != "TABLE"
        or levels[2] not in ("", "COLUMN")
    ):
        raise StatementFailed(not_supported(f"an extended property of {'.'.join(levels)}"))
    path = ".".join(filter(None, names))
    table = handle.catalog.find_table(ObjectName(names[1], names[0]))
    if table is None:
        raise errors.property_object_missing(path)
    if not levels[2]:
        return _Owner(table, None)
    column = table.column(names[2])
    if column is None:
        raise errors.property_object_missing(path)
    return _Owner(table, column)
