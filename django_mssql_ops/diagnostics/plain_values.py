"""Facts as plain data, for the reports that show every value."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Final

from django_mssql_ops.diagnostics.facts import NotRun, Unreadable
from django_mssql_ops.findings import Value

#: Fields that say in one value what their parts say in many.
_LEFT_OUT: Final = frozenset({"milliseconds", "option_names", "top_level_names", "keywords"})


def plain_values(found: object) -> dict[str, Value]:
    """The fields of a stage's facts as plain data, nested dataclasses flattened with dots."""
    if not dataclasses.is_dataclass(found) or isinstance(found, NotRun | Unreadable):
        return {}
    values: dict[str, Value] = {}
    for entry in dataclasses.fields(found):
        if entry.name in _LEFT_OUT or not entry.repr:
            continue
        value = getattr(found, entry.name)
        if dataclasses.is_dataclass(value) and not isinstance(value, Unreadable):
            nested = plain_values(value)
            values.update({f"{entry.name}.{name}": inner for name, inner in nested.items()})
        else:
            values[entry.name] = plain(value)
    return values


def plain(value: object) -> Value:
    """One fact as plain data."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Unreadable):
        return f"not readable: {value.reason}"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return tuple(f"{key}: {plain(inner)}" for key, inner in value.items())
    if isinstance(value, tuple):
        return tuple(plain(inner) for inner in value)
    if dataclasses.is_dataclass(value):
        return tuple(f"{name}={inner}" for name, inner in plain_values(value).items())
    return str(value)
