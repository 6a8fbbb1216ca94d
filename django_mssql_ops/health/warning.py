"""What is worth a look although the database answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concern:
    """A stable word for machines and a sentence for people; numbers and words only, no names."""

    word: str
    sentence: str
