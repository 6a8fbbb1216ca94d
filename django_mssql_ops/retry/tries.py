"""The one engine that decorator, call, async and middleware share.

::

    tries = Tries(policy, name="shop.orders.place")
    while True:
        tries.begin()
        try:
            result = work()
        except Exception as exc:
            decision = tries.failed(exc)
            if not decision.retry:
                raise decision.error
            sleep(decision.delay)
        else:
            tries.succeeded()
            return result

Nothing here sleeps or raises by itself; loops do. Whoever gives ``verify`` follows
``decision.verify`` too, as :mod:`.decorator` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django_mssql_ops.retry import effects
from django_mssql_ops.retry.budget import anything_missing
from django_mssql_ops.retry.deadline import Level
from django_mssql_ops.retry.policy import RetryPolicy

if TYPE_CHECKING:
    from django_mssql_ops.retry.decision import Decision
    from django_mssql_ops.retry.effects import AliasEffects
    from django_mssql_ops.retry.judgement import Judgement


def random_number() -> float:
    """Python's; importing that module takes longer than any of this package."""
    from random import random

    return random()  # noqa: S311  it spreads retries, and keeps no secret


class Call:
    """What is the same for every call of one function.

    ``using``: the aliases that the declarations are about. ``can_verify``: whoever runs the
    attempts follows ``decision.verify``.
    """

    # No dataclass: making one would be a fifth of what importing this package may take.
    __slots__ = (
        "can_verify",
        "clock",
        "deadline",
        "idempotent",
        "name",
        "policy",
        "random",
        "using",
    )

    def __init__(
        self,
        policy: RetryPolicy,
        *,
        using: tuple[str, ...] = (),
        idempotent: bool = False,
        can_verify: bool = False,
        name: str = "",
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_number,
    ) -> None:
        self.policy = policy
        self.deadline = policy.deadline
        self.using = using
        self.idempotent = idempotent
        self.can_verify = can_verify
        self.name = name
        self.clock = clock
        self.random = random


class Tries:
    """The attempts of one call, one after the other.

    ``clock`` gives seconds that only grow, ``random`` numbers from 0 to 1. ``attempt`` is the
    current one, from 1.
    """

    # Class attributes, because most calls come back at once and never look at them.
    attempt = 0
    #: What an OutcomeUnknown carries for whoever looks the outcome up later.
    token: object = None
    #: Retries that calls within made: in this attempt, and in those before.
    inside = 0
    inside_before = 0
    _began = 0.0
    _level: Level | None = None
    _judgement: Judgement | None = None

    def __init__(
        self,
        policy: RetryPolicy,
        *,
        using: str | Sequence[str] | None = None,
        idempotent: bool = False,
        can_verify: bool = False,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_number,
        name: str = "",
    ) -> None:
        aliases = (using,) if isinstance(using, str) else tuple(using or ())
        self.call = Call(
            policy,
            using=aliases,
            idempotent=idempotent,
            can_verify=can_verify,
            name=name,
            clock=clock,
            random=random,
        )

    @classmethod
    def of(cls, call: Call) -> Tries:
        """The attempts of one more call."""
        tries = cls.__new__(cls)
        tries.call = call
        return tries

    @property
    def elapsed(self) -> float:
        """Seconds since the first attempt began."""
        return self.call.clock() - self._began if self.attempt else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds until the deadline, or None without one."""
        deadline = self.call.deadline
        return None if deadline is None else deadline - self.elapsed

    def begin(self) -> None:
        """Begin an attempt: what it does is recorded from now on, and its waits are bounded."""
        if not self.attempt:
            self._began = self.call.clock()
            self.attempt = 1
        else:
            self.attempt += 1
            self.inside_before += self.inside
            self.inside = 0
        # _opened(), without its frame.
        call = self.call
        until = None if call.deadline is None else self._began + call.deadline
        level = self._level = Level(self, until=until, clock=call.clock)
        level.open()

    def start_over(self) -> None:
        """Forget what was attempted, and begin the first attempt."""
        self.close()
        self.attempt = self.inside = self.inside_before = 0
        self.begin()

    def _opened(self) -> Level:
        call = self.call
        until = None if call.deadline is None else self._began + call.deadline
        level = Level(self, until=until, clock=call.clock)
        level.open()
        return level

    def close(self) -> None:
        """End the attempt's level without a word about the outcome; twice does nothing.

        For whoever leaves by something that is no Exception, and for coroutines, which have to end
        the level in their own context before they judge in a thread.
        """
        level = self._level
        if level is not None and level.is_open:
            level.close()

    def succeeded(self) -> None:
        """The attempt came back."""
        level = self._level
        if level is not None and level.is_open:
            level.close()
        if anything_missing():
            self._refund()
        # The level knows its owner, and a circle would wait for the garbage collector.
        self._level = None

    def _refund(self) -> None:
        from django_mssql_ops.conf import ops_settings
        from django_mssql_ops.retry.budget import refund

        refund(self._sql_server_aliases(), ops_settings().retry_budget)

    def failed(self, exc: BaseException, *, obstacle: tuple[str, str] | None = None) -> Decision:
        """Judge the attempt that ended with ``exc``; resets the SQL Server aliases that it used.

        ``obstacle``, a reason and a sentence, is what forbids another try for the caller's own
        reasons, where the database has none.

        Call it while nothing of the attempt runs any more, in the thread that ran it.
        """
        self.close()
        return self._judge().failed(exc, obstacle)

    def verified(self, answer: object) -> Decision:
        """``verify`` came back with ``answer``."""
        return self._judge().verified(answer)

    def verify_failed(self, exc: BaseException) -> Decision:
        """``verify`` raised ``exc``."""
        return self._judge().verify_failed(exc)

    @contextmanager
    def looking_up(self) -> Iterator[None]:
        """Bounds what ``verify`` waits for, as those of an attempt are; records nothing."""
        level = self._opened()
        try:
            yield
        finally:
            level.close()

    def _judge(self) -> Judgement:
        if self._judgement is None:
            # All that a call without a fault never needs is imported here.
            from django_mssql_ops.retry.judgement import Judgement

            self._judgement = Judgement(self)
        return self._judgement

    def used(self) -> tuple[AliasEffects, ...]:
        """What the last attempt did on the aliases that it used."""
        if self._level is None:
            return ()
        return self._level.aliases

    def _sql_server_aliases(self) -> tuple[str, ...]:
        return tuple(a.alias for a in self.used() if a.is_sql_server)

    def enclosing(self) -> Iterator[Tries]:
        """The calls further out whose attempts this one runs in."""
        for level in effects.levels():
            owner = level.owner if isinstance(level, Level) else None
            if isinstance(owner, Tries) and owner is not self:
                yield owner
