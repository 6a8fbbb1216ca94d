"""What was read in an exception or in a pasted text, before anybody says what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django_mssql_ops.errors.driver_error import Phase
from django_mssql_ops.errors.message import Origin

#: Characters of one sentence that clues are searched in. SQL Server's longest message has 2,047.
MAX_SENTENCE_LENGTH: Final = 2_100

#: Records of one exception or text that are looked at.
MAX_OBSERVED: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedRecord:
    """One diagnostic record, or one sentence of somebody else.

    ``is_told`` says that the number stood there; otherwise it was inferred from the sentence.
    ``is_safe`` says that ``sentence`` may be repeated: no secret stood before it.
    ``also`` are numbers that the driver may have hidden behind this one.
    """

    sqlstate: str | None = None
    number: int | None = None
    is_told: bool = False
    origin: Origin = "unknown"
    phase: Phase = Phase.UNKNOWN
    sentence: str = ""
    is_safe: bool = True
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Records, the outermost exception's first, and the names of all exceptions' classes."""

    records: tuple[ObservedRecord, ...] = ()
    exceptions: frozenset[str] = frozenset()


def squeeze(text: str) -> str:
    """One line with single blanks, at most MAX_SENTENCE_LENGTH characters."""
    return " ".join(text[: 2 * MAX_SENTENCE_LENGTH].split())[:MAX_SENTENCE_LENGTH]
