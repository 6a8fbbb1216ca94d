"""Which versions of Django and Python a release of mssql-django is made for.

Sources (read 2026-11-22)
- Django: ``Requires-Dist`` in the metadata of mssql-django 1.3, 1.4, 1.5, 1.6, 1.7.4, 1.8.0, 2.0.0.
- Python: the classifiers in the same metadata; for 2.0 also ``Requires-Python``.
- ``tested``: Microsoft, "Support lifecycle" for mssql-django 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Pair = tuple[int, int]
#: A version without two numbers in front: taken for newer than everything.
_UNREADABLE: Final = (9999, 0)
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportedVersions:
    """Oldest and newest, both included.

    ``tested`` has the Pythons that a release of Django was tested with, where that is narrower.
    """

    django: tuple[Pair, Pair]
    python: tuple[Pair, Pair]
    tested: Mapping[Pair, tuple[Pair, Pair]] = field(default_factory=dict)

    def pythons_for(self, django: Pair) -> tuple[Pair, Pair]:
        return self.tested.get(django, self.python)


#: Major and minor version of mssql-django -> what it supports.
SUPPORTED: Final[Mapping[Pair, SupportedVersions]] = {
    (1, 3): SupportedVersions(django=((3, 2), (4, 2)), python=((3, 6), (3, 9))),
    (1, 4): SupportedVersions(django=((3, 2), (5, 0)), python=((3, 6), (3, 11))),
    (1, 5): SupportedVersions(django=((3, 2), (5, 0)), python=((3, 8), (3, 12))),
    (1, 6): SupportedVersions(django=((3, 2), (5, 2)), python=((3, 8), (3, 13))),
    (1, 7): SupportedVersions(django=((3, 2), (6, 0)), python=((3, 8), (3, 14))),
    (1, 8): SupportedVersions(django=((3, 2), (6, 1)), python=((3, 8), (3, 14))),
    (2, 0): SupportedVersions(
        django=((5, 2), (6, 1)),
        python=((3, 10), (3, 14)),
        tested={
            (5, 2): ((3, 10), (3, 13)),
            (6, 0): ((3, 12), (3, 14)),
            (6, 1): ((3, 12), (3, 14)),
        },
    ),
}


def version_pair(version: str) -> Pair:
    """``"1.15.0rc1"`` as (1, 15); what is no version is newer than everything."""
    numbers = [_leading_number(part) for part in version.split(".")[:2]]
    first, second = (*numbers, 0)[:2] if numbers else (None, None)
    if first is None or second is None:
        return _UNREADABLE
    return (first, second)


def _leading_number(text: str) -> int | None:
    digits = ""
    for character in text[:_DIGITS]:
        if character not in "0123456789":
            break
        digits += character
    return int(digits) if digits else None
