"""Seconds in the unit that people read."""

from __future__ import annotations

from typing import Final

#: Up to twice the unit the smaller one is shown: 90 minutes are not 1 hour.
_UNITS: Final = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def duration(seconds: float) -> str:
    """``"45 s"``, ``"12 minutes"``, ``"30 hours"``, ``"12 days"``: rounded down."""
    for size, name in _UNITS:
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds)} s"
