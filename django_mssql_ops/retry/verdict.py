"""The words of a verdict: what a driver's errors say about another try."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django_mssql_ops.conf import OpsSettings
    from django_mssql_ops.errors import DriverError

#: Seconds. Azure SQL's text of 40501 asks for 10, and its page of transient faults for as much.
THROTTLING_FLOOR: Final = 10.0


class FaultKind(enum.Enum):
    """Which delays are right: see :class:`.policy.RetryPolicy`."""

    CONCURRENCY = "concurrency"
    CONNECTION = "connection"
    THROTTLING = "throttling"


class Action(enum.Enum):
    """RECONNECT: nothing ran. RERUN: roll back, run the whole again. AMBIGUOUS: the outcome is
    unknown. NEVER: no second try."""

    RECONNECT = "reconnect"
    RERUN = "rerun"
    AMBIGUOUS = "ambiguous"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransientRules:
    """What the project wants to be judged otherwise.

    ``reactions``: server number -> value of an Action. ``efcore``: EF Core's whole list counts.
    """

    reactions: Mapping[int, str] = field(default_factory=dict)
    efcore: bool = False

    @classmethod
    def of(cls, settings: OpsSettings) -> TransientRules:
        return cls(
            reactions=settings.transient_errors, efcore=settings.transient_profile == "efcore"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``floor`` is the seconds that the server asks for, ``max_retries`` how many tries of a call
    make sense for this error (None: as many as the policy has). ``definite_abort``: nothing was
    committed, whatever the failing call was. ``at_commit``: the outcome is unknown because the
    failing call was a COMMIT, and not because of the error alone. ``why`` is a clause without data
    of the project.
    """

    action: Action
    why: str
    error: DriverError
    kind: FaultKind | None = None
    definite_abort: bool = False
    at_commit: bool = False
    floor: float = 0.0
    max_retries: int | None = None

    @property
    def is_transient(self) -> bool:
        return self.action is not Action.NEVER

    @property
    def number(self) -> int | None:
        return self.error.number
