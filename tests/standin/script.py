"""Scripted answers: what a test makes the stand-in say or do instead of what it would.

::

    standin.script.on("SELECT 42", ResultSet((column,), [(42,)]))
    standin.script.on(re.compile("UPDATE"), Failure(number=1205, …, rolls_back=True), times=1)
    standin.script.on(Phase.ACCEPT, Drop.SILENCE)
    standin.script.on(Phase.LOGIN, database_unavailable("app"), times=2)
    standin.script.on("TM_COMMIT", Drop.RESET, times=1)
    standin.script.on("TM_COMMIT", Execute(), Drop.RESET, times=1)

The rule added last goes first. An answer is a sequence of steps: results are sent, a Delay waits, a
Drop ends the conversation.
"""

from __future__ import annotations

import enum
import re
import threading
from dataclasses import dataclass
from typing import Final

from tests.standin.counters import RequestRecord
from tests.standin.engine import Failure, Result


class Phase(enum.Enum):
    """Where in the conversation a rule without a statement applies."""

    #: The TCP connection was accepted, nothing was read.
    ACCEPT = "accept"
    #: The client's PRELOGIN was read, nothing was answered.
    PRELOGIN = "prelogin"
    #: PRELOGIN was answered; the TLS handshake, or LOGIN7 where there is none, comes next.
    HANDSHAKE = "handshake"
    #: LOGIN7 was read, nothing was answered.
    LOGIN = "login"


class Drop(enum.Enum):
    """A way to leave the client alone."""

    #: Read on, answer nothing, until the client goes, the time limit passes or the server stops.
    SILENCE = "silence"
    #: RST, by SO_LINGER 0.
    RESET = "reset"
    #: FIN.
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Delay:
    """Wait before the next step, at most until the client cancels or goes."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Execute:
    """Do what is asked, and drop the usual answer: with a Drop behind it, the answer was lost."""


@dataclass(frozen=True, slots=True)
class RawBytes:
    """Bytes put on the TCP connection as they are: not MS-TDS, not TLS."""

    content: bytes


#: What a web server says to a PRELOGIN: the classic wrong port.
HTTP_ANSWER: Final = RawBytes(
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)

Step = Result | Delay | Execute | RawBytes | Drop
When = Phase | str | re.Pattern[str]


class _Rule:
    def __init__(self, when: When, steps: tuple[Step, ...], times: int | None) -> None:
        self.when = normalise(when) if isinstance(when, str) else when
        self.steps = steps
        self.left = times

    def matches_text(self, text: str) -> bool:
        if isinstance(self.when, re.Pattern):
            return self.when.search(text) is not None
        return self.when == normalise(text)


class Script:
    """The rules of one server; safe to change while it serves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []

    def on(self, when: When, *steps: Step, times: int | None = None) -> None:
        """Answer ``when`` with ``steps``, ``times`` times (always, by default).

        ``when`` is a :class:`Phase`, a whole text compared without regard to white space and case,
        or a pattern that is searched for. The text of a request is its SQL, the name of a
        procedure, or TM_BEGIN, TM_COMMIT, TM_ROLLBACK, TM_SAVE. Delays alone only put off the usual
        answer. Raises ValueError for steps that make no sense.
        """
        if times is not None and times < 1:
            raise ValueError(f"times is {times}; expected at least 1, or None for always")
        if isinstance(when, Phase):
            _check_phase_steps(when, steps)
        with self._lock:
            self._rules.insert(0, _Rule(when, steps, times))

    @property
    def is_armed(self) -> bool:
        """Whether a rule is left: one with ``times`` is gone after the last of them."""
        with self._lock:
            return bool(self._rules)

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    def at(self, phase: Phase) -> tuple[Step, ...] | None:
        """The steps for a phase, using one of the rule's times; None where nothing is scripted."""
        with self._lock:
            return self._take(next((r for r in self._rules if r.when is phase), None))

    def for_request(self, request: RequestRecord) -> tuple[Step, ...] | None:
        """The steps for a request, using one of its rule's times; None where it has no rule."""
        with self._lock:
            rules = (r for r in self._rules if not isinstance(r.when, Phase))
            return self._take(next((r for r in rules if r.matches_text(request.text)), None))

    def _take(self, rule: _Rule | None) -> tuple[Step, ...] | None:
        if rule is None:
            return None
        if rule.left is not None:
            rule.left -= 1
            if not rule.left:
                self._rules.remove(rule)
        return rule.steps


def normalise(text: str) -> str:
    """Text as rules and tables compare it: one blank for any white space, lower case."""
    return " ".join(text.split()).lower()


def _check_phase_steps(phase: Phase, steps: tuple[Step, ...]) -> None:
    for step in steps:
        allowed = isinstance(step, Delay | RawBytes | Drop)
        if not allowed and not (phase is Phase.LOGIN and isinstance(step, Failure)):
            raise ValueError(f"{step!r} cannot be sent at {phase}; only a login can fail")
