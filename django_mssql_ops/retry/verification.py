"""Asking whether an attempt was applied: what ``verify`` may be, and what it may answer.

``verify`` is a callable without arguments: True (applied: the call counts as done and returns
None), ``Verified(result)`` (applied, and this is what the call returns), False (not applied: it is
tried again). What it raises leaves the outcome unknown. It may be a coroutine function where the
retried function is one.

Or an object with ``begin(using)`` (:class:`Verifier`), which makes a claim of its own for every
call: the claim is recorded in the transaction of each attempt, before the function runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, TypeGuard


class Verified:
    """The attempt was applied; ``result`` is what the call returns."""

    __slots__ = ("result",)

    def __init__(self, result: Any = None) -> None:
        self.result = result


class Claim(Protocol):
    """One call's proof. ``token`` travels with an OutcomeUnknown."""

    @property
    def token(self) -> object: ...

    def record(self) -> None:
        """Write the proof in the transaction that is open now."""

    def applied(self) -> object:
        """What ``verify`` answers: True, Verified or False."""


class Verifier(Protocol):
    def begin(self, using: tuple[str, ...]) -> Claim:
        """A claim for one call in transactions of ``using``; raises ConfigurationError."""


#: What ``verify`` may be.
Verify: TypeAlias = Callable[[], object] | Verifier


def is_verifier(verify: Verify | None) -> TypeGuard[Verifier]:
    """Whether it makes a claim for every call, rather than being asked itself."""
    return hasattr(verify, "begin")
