"""One row of what people paste: how to know it, what it means, what to do.

The rows themselves are data, a module a topic, in :mod:`.symptoms`. A row is known by its clues;
one clue that fits is enough. Which of several fitting rows is meant is decided by how specific
their clues are (:mod:`.matching`), never by the order of the rows.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.message import Origin


class Evidence(enum.Enum):
    """How a row is known.

    MEASURED: produced with the real drivers. READ: found in the source of a driver, of
    mssql-django or of Django. REPORTED: taken from the linked page or thread.
    """

    MEASURED = "measured"
    READ = "read in source"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """Conditions on one diagnostic record; all that are given must hold, at least one is given.

    ``text`` is a regular expression searched in the record's sentence (no tags, no SQLSTATE, no
    native number, blanks squeezed), without regard to case. ``numbers`` are native numbers and
    need ``origin`` where a number means different things. ``exceptions`` are class names without
    module (``"TypeError"``), of any exception in the chain or in the pasted text. ``phase`` is
    what the driver was doing. ``is_numberless`` is for what a driver says that shows no number: a
    number that no clue names is another error.
    """

    text: str = ""
    sqlstates: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    origin: Origin | None = None
    phase: Phase | None = None
    exceptions: frozenset[str] = frozenset()
    is_numberless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One row. ``number`` is its identity for ever (1 to 119: the catalogue's first edition).

    ``meaning`` says what it means in one or two sentences; ``remedies`` what to do, the likeliest
    first, one sentence each; ``links`` are documentation pages and threads, the best first.
    """

    number: int
    slug: str
    meaning: str
    remedies: tuple[str, ...]
    links: tuple[str, ...]
    evidence: Evidence
    clues: tuple[Clue, ...]
