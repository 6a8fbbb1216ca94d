"""Injections as plain tables: what stands in a plan, and what a control channel carries.

One table holds the fault's name, the trigger's keys and, all other keys, the fault's parameters::

    fault = "server-error"
    number = 40613
    point = "login"
    count = 2
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.parameters import parameters_of, quoted
from django_mssql_ops.faultproxy.registry import fault_class, fault_named, parameters_given
from django_mssql_ops.faultproxy.triggers import Injection, Trigger, injection

#: What ``count`` says for "as often as it can": TOML has no null.
ALWAYS: Final = "always"
#: Characters of an id: it stands in reports and events.
MAX_ID: Final = 100

_POINTS: Final = {point.value: point for point in Point}
_TRIGGER: Final = tuple(f.name for f in dataclasses.fields(Trigger) if f.name != "points")
#: The keys of an injection that are no parameter of its fault.
KEYS: Final = ("fault", "id", "point", *_TRIGGER)


def injection_from(table: Mapping[str, Any], *, named: str = "") -> Injection:
    """The injection that ``table`` says; ``named`` is its id where the table gives none.

    Raises ConfigurationError with the first thing that is wrong.
    """
    if "fault" not in table:
        raise ConfigurationError("names no fault")
    trigger = {key: table[key] for key in _TRIGGER if key in table}
    if trigger.get("count") == ALWAYS:
        trigger["count"] = None
    return injection(
        _fault_from(table),
        named=_id(table["id"]) if "id" in table else named,
        point=_points(table["point"]) if "point" in table else None,
        **trigger,
    )


def injection_as_table(one: Injection) -> dict[str, Any]:
    """``one`` as :func:`injection_from` reads it; nothing in it that JSON does not have."""
    trigger = {
        field.name: getattr(one.trigger, field.name)
        for field in dataclasses.fields(Trigger)
        if field.name != "points" and getattr(one.trigger, field.name) != field.default
    }
    return {
        "id": one.id,
        "fault": one.fault.name,
        "point": [point.value for point in one.trigger.points],
        **trigger,
        "count": ALWAYS if one.trigger.count is None else one.trigger.count,
        **parameters_given(one.fault),
    }


def injections_from(tables: object, *, what: str = "injection") -> tuple[Injection, ...]:
    """The injections of a list of tables; without an id of its own each is named by its place.

    Raises ConfigurationError that begins with ``what`` and the number of the table, from 1.
    """
    injections: list[Injection] = []
    for position, table in enumerate(tables_of(tables, what=what), start=1):
        with located(f"{what} {position}"):
            one = injection_from(table, named=f"{position}-{table.get('fault')}")
            if any(one.id == other.id for other in injections):
                raise ConfigurationError(f"its id {one.id!r} is that of another one")
        injections.append(one)
    return tuple(injections)


def tables_of(tables: object, *, what: str) -> Iterable[Mapping[str, Any]]:
    """``tables`` when it is a list of tables; raises ConfigurationError."""
    if not isinstance(tables, list | tuple):
        raise ConfigurationError(f"{what} is {quoted(tables)}; it must be a list of tables")
    for table in tables:
        if not isinstance(table, Mapping):
            raise ConfigurationError(f"{what} holds {quoted(table)}; it must hold tables")
    return tables


def check_keys(table: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise ConfigurationError for the first key that is not ``known``, with what it may mean."""
    names = list(known)
    for key in table:
        if key not in names:
            close = difflib.get_close_matches(str(key).lower(), names, n=1)
            remedy = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"
            raise ConfigurationError(f"the key {quoted(key)} is unknown; {remedy}")


@contextlib.contextmanager
def located(place: str) -> Iterator[None]:
    """Put ``place`` before the sentence of a ConfigurationError."""
    try:
        yield
    except ConfigurationError as exc:
        raise ConfigurationError(f"{place}: {exc}") from None


def _fault_from(table: Mapping[str, Any]) -> Fault:
    cls = fault_class(table["fault"])
    own = [field.name for field, _ in parameters_of(cls)]
    check_keys(table, (*own, *KEYS))
    return fault_named(cls.name, **{key: table[key] for key in own if key in table})


def _id(value: object) -> str:
    if isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable():
        return value
    raise ConfigurationError(
        f"id is {quoted(value)}; it must be 1 to {MAX_ID} printable characters"
    )


def _points(value: object) -> tuple[Point, ...]:
    names = value if isinstance(value, list | tuple) else (value,)
    for name in names:
        if not isinstance(name, str) or name not in _POINTS:
            raise ConfigurationError(f"there is no point {quoted(name)}; {_remedy(name)}")
    return tuple(_POINTS[name] for name in names)


def _remedy(name: object) -> str:
    close = difflib.get_close_matches(str(name).lower(), _POINTS, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(_POINTS)}"
