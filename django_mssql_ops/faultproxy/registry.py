"""How a fault is registered and found.

A fault is a frozen dataclass in a module of ``faultproxy/faults``; dropping the file there is the
whole registration::

    @fault
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Reset(Fault):
        \"\"\"What it is like in the world.\"\"\"

        name = "reset"
        summary = "the connection is cut by RST"
        points = (Point.REQUEST, ...)
        when: str = word("...", ("before", "after"), default="before")

        def inject(self, moment: Moment) -> Sequence[Action]: ...
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy import faults as faults_package
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.parameters import parameters_of, quoted

_FaultClass = TypeVar("_FaultClass", bound=type[Fault])

_registered: dict[str, type[Fault]] = {}


def fault(cls: _FaultClass) -> _FaultClass:
    """Register the decorated class; ValueError when its name is not that of its module."""
    own = cls.__module__.rpartition(".")[2].replace("_", "-")
    if cls.name != own:
        raise ValueError(f"the fault in {cls.__module__} is named {cls.name!r}, not {own!r}")
    _registered[cls.name] = cls
    return cls


@functools.cache
def all_faults() -> Mapping[str, type[Fault]]:
    """Every fault under ``faultproxy/faults`` by name; importing its modules registers them."""
    for module in pkgutil.iter_modules(faults_package.__path__):
        importlib.import_module(f"{faults_package.__name__}.{module.name}")
    return MappingProxyType(dict(sorted(_registered.items())))


def fault_class(name: object) -> type[Fault]:
    """The class of a fault; raises ConfigurationError that names what came and what there is."""
    known = all_faults()
    if isinstance(name, str) and name in known:
        return known[name]
    raise ConfigurationError(f"there is no fault {quoted(name)}; {_remedy(str(name), known)}")


def fault_named(name: str, /, **parameters: Any) -> Fault:
    """The fault of this name with these parameters.

    Raises ConfigurationError: no such fault, no such parameter, one that is missing or out of
    bounds, or several that contradict one another.
    """
    cls = fault_class(name)
    fields = {field.name: field for field, _ in parameters_of(cls)}
    for given in parameters:
        if given not in fields:
            known = _remedy(given, fields) if fields else "it has none"
            raise ConfigurationError(f"{name} has no parameter {quoted(given)}; {known}")
    for field in fields.values():
        if field.default is dataclasses.MISSING and field.name not in parameters:
            raise ConfigurationError(f"{name} needs {field.name}")
    return cls(**parameters)


def parameters_given(fault: Fault) -> dict[str, object]:
    """The parameters of ``fault`` that differ from their defaults."""
    return {
        field.name: getattr(fault, field.name)
        for field, _ in parameters_of(fault)
        if getattr(fault, field.name) != field.default
    }


def _remedy(given: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(given.lower(), known, n=1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    return f"{meant}Known: {', '.join(known)}" if close else f"known: {', '.join(known)}"
