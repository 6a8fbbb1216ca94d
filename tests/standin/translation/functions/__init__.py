"""The built-in functions: a rule for the type of each, and what SQLite lacks written in Python.

Importing the package registers every family; ``registry`` says how.
"""

from __future__ import annotations

from tests.standin.translation.functions import (
    accumulators,
    aggregates,
    chance,
    choices,
    clock,
    date_building,
    date_offsets,
    dates,
    json_functions,
    mathematics,
    metadata,
    permissions,
    session,
    text,
    text_search,
    unsupported,
    windows,
)

__all__ = [
    "accumulators",
    "aggregates",
    "chance",
    "choices",
    "clock",
    "date_building",
    "date_offsets",
    "dates",
    "json_functions",
    "mathematics",
    "metadata",
    "permissions",
    "session",
    "text",
    "text_search",
    "unsupported",
    "windows",
]
