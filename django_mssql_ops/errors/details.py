"""Facts that an error's text gives away, where they are no secret and somebody can use them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from django_mssql_ops.errors.observed import ObservedRecord

#: What the fact is -> where it stands. Only forms that no password has by accident: an address, a
#: keyword's name, a hexadecimal code.
_PLACES: Final = (
    ("client IP address", r"Client with IP address '([0-9A-Fa-f.:]{3,45})' is not allowed"),
    ("connection attribute", r"for connection string attribute '([A-Za-z][A-Za-z ]{0,40})'"),
    ("provider code", r"\w{1,20} Provider: Error code (0x[0-9A-Fa-f]{1,8})\b"),
    ("library", r"Can'?t open lib '([^'\n]{1,200})' ?:"),
)


def details_of(records: Iterable[ObservedRecord]) -> dict[str, str]:
    """Each fact once, from the first record that has it."""
    found: dict[str, str] = {}
    for record in records:
        for name, pattern in _PLACES:
            place = re.search(pattern, record.sentence)
            if place is not None:
                found.setdefault(name, place[1])
    return found
