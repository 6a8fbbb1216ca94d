"""The words of a verdict, with the number and the severity of their finding."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django_mssql_ops.findings import Severity


class Verdict(enum.Enum):
    """The words of the survival table, with the number and the severity of their finding."""

    SURVIVED = (601, "survived", None)
    OUTCOME_UNKNOWN = (602, "outcome unknown, and said so", None)
    RIGHTLY_NOT_RETRIED = (603, "rightly not retried", None)
    STOPPED = (604, "stopped in time", None)
    ENDED = (605, "ended in time", None)
    MASKED = (606, "masked by idle connection resiliency", Severity.INFO)
    CLASS_MISSED = (610, "not retried: class missed", Severity.ERROR)
    NUMBER_MISSED = (611, "not retried: number missed", Severity.ERROR)
    REFUSED = (612, "not retried: refused", Severity.ERROR)
    NO_RETRY = (613, "not retried", Severity.ERROR)
    GAVE_UP = (614, "retried in vain", Severity.ERROR)
    DOUBLE_APPLIED = (620, "double-applied", Severity.ERROR)
    LOST_ACKNOWLEDGEMENT = (621, "lost acknowledgement", Severity.ERROR)
    LOST_WRITE = (622, "lost write", Severity.ERROR)
    PARTLY_APPLIED = (623, "partly applied", Severity.ERROR)
    TRUNCATED = (624, "truncated result", Severity.ERROR)
    HOOKS_LOST = (625, "hooks lost", Severity.ERROR)
    HOOKS_REPEATED = (626, "hooks run twice", Severity.ERROR)
    INVARIANT_BROKEN = (627, "invariant broken", Severity.ERROR)
    WEDGED = (630, "wedged thread", Severity.ERROR)
    OPEN_TRANSACTION = (631, "open transaction left behind", Severity.ERROR)
    LEAKED = (632, "leaked thread or connection", Severity.ERROR)
    UNBOUNDED = (633, "unbounded", Severity.ERROR)
    RETRY_STORM = (634, "retry storm", Severity.ERROR)
    RETRIED_PERMANENT = (635, "retried a permanent error", Severity.ERROR)
    TOO_FAST = (636, "too fast", Severity.ERROR)
    ERROR_SWALLOWED = (637, "error swallowed", Severity.ERROR)
    NOT_INJECTED = (640, "not injected", Severity.ERROR)
    ABORTED = (641, "not run", Severity.ERROR)

    def __init__(self, number: int, words: str, severity: Severity | None) -> None:
        self.number = number
        self.words = words
        self.severity = severity

    @property
    def slug(self) -> str:
        return self.name.lower().replace("_", "-")

    @property
    def held(self) -> bool:
        """The scenario ended as it has to."""
        return self.severity is not Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """``why`` is one sentence without the verdict's words; ``hint`` says what to do."""

    verdict: Verdict
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """``attempts``, ``logins`` and ``seconds`` above which a call that fails for ever is a storm.

    ``has_retry``: the layer under test is one that ought to retry.
    """

    attempts: int = 8
    logins: int = 24
    seconds: float = 180.0
    has_retry: bool = True
