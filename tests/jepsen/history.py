"""What was asked and what came back: the record that a run is judged by."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """What an operation writes."""

    #: Two accounts change and the journal gets a row, in one transaction.
    TRANSFER = "transfer"
    #: The journal gets a row, in a transaction.
    INSERT = "insert"
    #: The journal gets a row, without a transaction.
    AUTOCOMMIT = "autocommit insert"


class Outcome(enum.Enum):
    """How an operation ended for whoever asked for it."""

    #: It came back: it happened.
    OK = "ok"
    #: It raised: it did not happen.
    FAIL = "fail"
    #: It raised OutcomeUnknown: it happened, or not.
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call of a retried function; ``number`` is unique in all runs and stands in the journal.

    A transfer moves ``amount`` from account ``source`` to ``target``; the others use neither.
    ``verified``: a token is written in the transaction, and the call is told how to look for it.
    """

    number: int
    kind: Kind
    thread: int
    source: int = 0
    target: int = 0
    amount: int = 0
    verified: bool = False

    def __str__(self) -> str:
        moved = f" {self.amount} from {self.source} to {self.target}" if self.source else ""
        how = " with a token" if self.verified else ""
        return f"#{self.number} thread {self.thread}: {self.kind.value}{moved}{how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An operation with its end; ``attempts`` is how often its body began."""

    operation: Operation
    outcome: Outcome
    attempts: int
    error: str = ""

    def __str__(self) -> str:
        times = f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}"
        return f"{self.operation} -> {self.outcome.value} ({times}) {self.error}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the database held when all was quiet again.

    ``balances`` by account; ``journal`` the operation's number of each row of this history, as
    often as it stands there; ``tokens`` the numbers of the operations whose token is there.
    """

    balances: dict[int, int]
    journal: tuple[int, ...]
    tokens: frozenset[int] = frozenset()
