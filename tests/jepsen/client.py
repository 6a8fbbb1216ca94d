"""Who asks: an operation through the retry decorator, or through a naive loop, and how it ended."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from django.db import Error, connections

from django_mssql_ops.retry import OutcomeUnknown, RetryPolicy, retry_on_transient
from tests.jepsen import bank
from tests.jepsen.history import Ended, Kind, Operation, Outcome

#: Delays are not slept: who waits is proved elsewhere, and ten thousand runs shall take minutes.
POLICY: Final = RetryPolicy(max_retries=5)
#: The naive loop's attempts.
NAIVE_ATTEMPTS: Final = 6

Attempt = Callable[[], None]


def perform(operation: Operation, *, unsafe: bool, draw: random.Random) -> Ended:
    """Do the operation; ``unsafe`` tries again whatever happened, as a fixed filter would."""
    attempts = 0

    def body() -> None:
        nonlocal attempts
        attempts += 1
        bank.apply(operation)

    outcome, error = Outcome.OK, ""
    try:
        if unsafe:
            _naively(operation, body)
        else:
            _safely(operation, body, draw)
    except OutcomeUnknown as unknown:
        outcome, error = Outcome.INFO, _chain(unknown)
    except Error as failed:
        outcome, error = Outcome.FAIL, _chain(failed)
    return Ended(operation=operation, outcome=outcome, attempts=attempts, error=error)


def _safely(operation: Operation, body: Attempt, draw: random.Random) -> None:
    verify = bank.Proof(operation) if operation.verified else None
    retry_on_transient(
        policy=POLICY,
        atomic=operation.kind is not Kind.AUTOCOMMIT,
        using=bank.PROXIED,
        verify=verify,
        sleep=_dream,
        random=draw.random,
    ).call(body)


def _naively(operation: Operation, body: Attempt) -> None:
    from django.db import transaction

    for attempt in range(1, NAIVE_ATTEMPTS + 1):
        try:
            if operation.kind is Kind.AUTOCOMMIT:
                body()
            else:
                with transaction.atomic(using=bank.PROXIED):
                    body()
        except Error:
            # A connection that is wedged would hide what this is about.
            connections[bank.PROXIED].close()
            connections[bank.PROXIED].connection = None
            connections[bank.PROXIED].in_atomic_block = False
            connections[bank.PROXIED].closed_in_transaction = False
            if attempt == NAIVE_ATTEMPTS:
                raise
        else:
            return


def _dream(seconds: float) -> None:
    """The delay passes at once."""


def _chain(error: BaseException | None) -> str:
    """Classes and texts, outermost first: a history without them could not be read."""
    parts: list[str] = []
    while error is not None and len(parts) < 6:
        parts.append(f"{type(error).__name__}: {error}"[:300])
        error = error.__cause__ or error.__context__
    return " <- ".join(parts)
