"""Errors in the forms in which people paste them: other libraries, tools, systems and languages.

``seen_elsewhere.txt`` holds the texts as they are, each behind a line ``=== ROW``; ``none`` is for
what looks alike and is in no row. Names, hosts and addresses are invented. The row was decided
before the text was explained.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.errors.symptom_cases.case import Case, pasted

_HEADER = re.compile(r"^=== (\d+|none)\n", re.MULTILINE)


def _read() -> dict[str, tuple[str, ...]]:
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    _, *pieces = _HEADER.split(text)
    found: dict[str, tuple[str, ...]] = {}
    for row, pasted_text in zip(pieces[::2], pieces[1::2], strict=True):
        found[row] = (*found.get(row, ()), pasted_text.removesuffix("\n"))
    return found


_SEEN: Final = _read()

NO_ROW: Final = _SEEN.pop("none")

CASES: tuple[Case, ...] = tuple(pasted(int(row), *texts) for row, texts in _SEEN.items())
