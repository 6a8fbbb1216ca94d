"""The system procedures about tables: what ODBC's catalogue functions call, sp_rename, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.standin.engine import Result
from tests.standin.errors import procedures as errors
from tests.standin.execution import (
    system_procedures_columns,
    system_procedures_keys,
    system_procedures_parameters,
    system_procedures_properties,
    system_procedures_rename,
    system_procedures_tables,
    system_procedures_types,
)
from tests.standin.tsql.names import parse_name

if TYPE_CHECKING:
    from tests.standin.storage.handle import Handle

_Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Procedure:
    """A procedure and its parameters, without their ``@``; those in front must be given."""

    run: Callable[[_Arguments, Handle], Iterable[Result]]
    parameters: tuple[str, ...]
    required: int = 0


_PROPERTY: Final = (
    "name",
    "value",
    "level0type",
    "level0name",
    "level1type",
    "level1name",
    "level2type",
    "level2name",
)
_TABLE: Final = ("table_name", "table_owner", "table_qualifier")
_KNOWN: Final[dict[str, _Procedure]] = {
    "sp_describe_undeclared_parameters": _Procedure(
        system_procedures_parameters.undeclared_parameters, ("tsql", "params"), required=1
    ),
    "sp_rename": _Procedure(
        system_procedures_rename.rename, ("objname", "newname", "objtype"), required=2
    ),
    "sp_addtype": _Procedure(
        system_procedures_types.add_type, ("typename", "phystype", "nulltype", "owner"), 2
    ),
    "sp_addextendedproperty": _Procedure(system_procedures_properties.add, _PROPERTY, 1),
    "sp_updateextendedproperty": _Procedure(system_procedures_properties.update, _PROPERTY, 1),
    "sp_dropextendedproperty": _Procedure(
        system_procedures_properties.drop, ("name", *_PROPERTY[2:]), 1
    ),
    "sp_tables": _Procedure(
        system_procedures_tables.tables, (*_TABLE, "table_type", "fusepattern")
    ),
    "sp_columns": _Procedure(
        system_procedures_columns.columns, (*_TABLE, "column_name", "odbcver"), 1
    ),
    "sp_columns_100": _Procedure(
        system_procedures_columns.columns_100,
        (*_TABLE, "column_name", "namescope", "odbcver", "fusepattern"),
        1,
    ),
    "sp_pkeys": _Procedure(system_procedures_keys.primary_keys, _TABLE, 1),
    "sp_fkeys": _Procedure(
        system_procedures_keys.foreign_keys,
        (*(f"pk{name}" for name in _TABLE), *(f"fk{name}" for name in _TABLE)),
    ),
    "sp_statistics": _Procedure(
        system_procedures_keys.statistics, (*_TABLE, "index_name", "is_unique", "accuracy"), 1
    ),
    "sp_statistics_100": _Procedure(
        system_procedures_keys.statistics, (*_TABLE, "index_name", "is_unique", "accuracy"), 1
    ),
}


def call_system_procedure(
    name: str, arguments: Mapping[str | int, object], handle: Handle
) -> Iterable[Result] | None:
    """Run a procedure; ``name`` may have its schema and brackets. None where there is none.

    Arguments have their name with its ``@``, or their place from 0 on.
    """
    plain = parse_name(name).name.lower()
    procedure = _KNOWN.get(plain)
    if procedure is None:
        return None
    return procedure.run(_bound(plain, procedure, arguments), handle)


def _bound(
    name: str, procedure: _Procedure, arguments: Mapping[str | int, object]
) -> dict[str, object]:
    """The arguments by parameter. Raises StatementFailed with 201, 8144 or 8145."""
    bound: dict[str, object] = {}
    for key, value in arguments.items():
        if isinstance(key, int):
            if key >= len(procedure.parameters):
                raise errors.too_many_arguments(name)
            bound[procedure.parameters[key]] = value
            continue
        parameter = key.lower().removeprefix("@")
        if parameter not in procedure.parameters:
            raise errors.not_a_parameter(name, key)
        bound[parameter] = value
    for parameter in procedure.parameters[: procedure.required]:
        if parameter not in bound:
            raise errors.missing_parameter(name, f"@{parameter}")
    return bound
