"""What a scenario is: faults at one point of a conversation, and how it has to end."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django_mssql_ops.faultproxy.triggers import Injection


class Phase(enum.Enum):
    """The phase points of the matrix, in the order in which a connection passes them."""

    CONNECT = "connect"
    LOGIN = "login"
    BEGIN = "begin"
    FIRST_STATEMENT = "first statement"
    LATER_STATEMENT = "later statement"
    ROWS = "rows"
    COMMIT = "commit"
    SECOND_COMMIT = "second commit"
    IDLE = "idle"
    ALWAYS = "always"
    CONTROL = "control"
    PLAN = "plan"


class Expectation(enum.Enum):
    """How a scenario has to end; the value is the word used in plans and tables.

    SURVIVED: the caller gets its answer and everything was applied once. KNOWN: the same, or an
    OutcomeUnknown that says that nobody can know. NOT_RETRIED: the error reaches the caller after
    one try. STOPPED: it does after a bounded number of tries. ENDED: any answer in a bounded time
    that leaves the thread usable and applies nothing twice.
    """

    SURVIVED = "survived"
    KNOWN = "survived or outcome unknown"
    NOT_RETRIED = "not retried"
    STOPPED = "stopped"
    ENDED = "ended"


class Operation(enum.Enum):
    """What the built-in workload does under a scenario.

    TRANSACTION: two statements and a commit. AUTOCOMMIT: one statement outside a transaction.
    ROWS: one long result. NESTED: TRANSACTION within a transaction of the caller's.
    """

    TRANSACTION = "transaction"
    AUTOCOMMIT = "autocommit"
    ROWS = "rows"
    NESTED = "nested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One question to the project's code.

    ``warm``: the connection is open and has been used before the call; otherwise the first thing
    that happens is a login. ``idle`` is the seconds it then rests. ``reconnects`` is the driver's
    ConnectRetryCount: 1 lets idle connection resiliency mask what happens between two requests, 0
    turns it off. ``floor`` is the seconds that the first delay must have at least. ``real_time``:
    delays are waited for in full, because its faults last for a time that they are to outlive.
    """

    name: str
    phase: Phase
    title: str
    why: str
    injections: tuple[Injection, ...]
    expectation: Expectation = Expectation.SURVIVED
    operation: Operation = Operation.TRANSACTION
    needs_write: bool = False
    warm: bool = False
    idle: float = 0.0
    reconnects: int = 0
    floor: float = 0.0
    real_time: bool = False
