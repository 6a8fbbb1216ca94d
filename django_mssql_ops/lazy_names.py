"""Public names of a package whose modules are imported when a name is first asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """A ``__getattr__`` for ``package``; ``modules`` maps a name to its submodule."""

    def get(name: str) -> object:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module}"), name)
        # Not asked again.
        setattr(sys.modules[package], name, value)
        return value

    return get
