"""What stands for a fact: the fact itself, or the reason why there is none."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A fact that exists but could not be read; ``hint`` says what would make it readable.

    ``timed_out`` says that the server did not answer: nothing more should be asked of it.
    """

    reason: str
    hint: str = ""
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class NotRun:
    """A stage that was not asked, and why."""

    reason: str


#: A fact, or the reason why it could not be read.
Fact: TypeAlias = T | Unreadable
#: A stage's facts, or the reason why there are none.
Stage: TypeAlias = T | Unreadable | NotRun

NOT_ASKED: Final = NotRun("not asked")
NOT_READ: Final = Unreadable("not read")


class Outcome(enum.Enum):
    """How a try to reach the next thing ended."""

    OK = "ok"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silent"
    NOT_FOUND = "not found"
    NOT_TDS = "not TDS"
    FAILED = "failed"
