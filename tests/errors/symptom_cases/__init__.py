"""What each row of the catalogue must be known by: ``CASES`` of one module a topic."""

from __future__ import annotations

import importlib
import pkgutil

from tests.errors.symptom_cases.case import Case


def all_cases() -> tuple[Case, ...]:
    """Every topic's cases; a module without CASES is none of them."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(case for module in modules for case in getattr(module, "CASES", ()))
