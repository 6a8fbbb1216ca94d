"""The transaction of one session: @@TRANCOUNT, its descriptor and its savepoints.

The rules are those of Microsoft Learn, BEGIN / COMMIT / ROLLBACK / SAVE TRANSACTION (Transact-SQL);
descriptors travel as in MS-TDS 2.2.7.9, ENVCHANGE types 8, 9 and 10.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.standin.engine import Failure, StatementFailed
from tests.standin.errors.transactions import uncommittable

#: Descriptors are unique in the process, never zero, and look like nothing else on the wire.
_descriptors: Final = itertools.count(0x0000_0034_0000_0001)


class TransactionChange(enum.Enum):
    """What happened to a transaction."""

    BEGAN = "began"
    SAVED = "saved"
    COMMITTED = "committed"
    ROLLED_BACK = "rolled back"
    ROLLED_BACK_TO_SAVEPOINT = "rolled back to savepoint"


@dataclass(frozen=True, slots=True)
class TransactionEvent:
    """One change; ``name`` is the savepoint's."""

    change: TransactionChange
    descriptor: int
    name: str = ""


class Transaction:
    """The state behind @@TRANCOUNT; each change is told to ``listener`` at once."""

    def __init__(self, listener: Callable[[TransactionEvent], None]) -> None:
        self._listener = listener
        self._savepoints: list[str] = []
        self._name = ""
        self.count = 0
        self.descriptor = 0
        #: It can only be rolled back (XACT_STATE() is -1).
        self.doomed = False

    def begin(self, name: str = "") -> None:
        """BEGIN TRANSACTION: a nested one only counts."""
        self.count += 1
        if self.count > 1:
            return
        self.descriptor = next(_descriptors)
        self._name = name
        self._tell(TransactionChange.BEGAN)

    def commit(self) -> None:
        """COMMIT TRANSACTION: only the outermost one commits.

        Raises StatementFailed with 3902 when there is no transaction, 3930 when it is doomed.
        """
        if not self.count:
            raise StatementFailed(_NO_BEGIN_FOR_COMMIT)
        if self.doomed:
            raise uncommittable()
        self.count -= 1
        if not self.count:
            self._end(TransactionChange.COMMITTED)

    def is_named(self, name: str) -> bool:
        """Whether ``name`` is the transaction's own, not a savepoint's."""
        return bool(name) and name == self._name

    def rollback(self, name: str = "") -> None:
        """ROLLBACK TRANSACTION: everything, or to the latest savepoint of that name.

        Raises StatementFailed with 3903 when there is no transaction, 6401 for an unknown name.
        """
        if not self.count:
            raise StatementFailed(_NO_BEGIN_FOR_ROLLBACK)
        if name and not self.is_named(name):
            self._rollback_to(name)
            return
        self.count = 0
        self._end(TransactionChange.ROLLED_BACK)

    def save(self, name: str) -> None:
        """SAVE TRANSACTION. Raises StatementFailed with 628 when there is no transaction."""
        if not self.count:
            raise StatementFailed(_NO_TRANSACTION_TO_SAVE)
        self._savepoints.append(name)
        self._tell(TransactionChange.SAVED, name)

    def abandon(self) -> None:
        """Roll back whatever is open: a reset, an aborting error or the end of the connection."""
        if self.count:
            self.rollback()

    def _rollback_to(self, name: str) -> None:
        if name not in self._savepoints:
            raise StatementFailed(
                Failure(
                    number=6401,
                    message=f"Cannot roll back {name}. "
                    "No transaction or savepoint of that name was found.",
                )
            )
        while self._savepoints[-1] != name:
            self._savepoints.pop()
        self._tell(TransactionChange.ROLLED_BACK_TO_SAVEPOINT, name)

    def _end(self, change: TransactionChange) -> None:
        self._savepoints.clear()
        self._name = ""
        self.doomed = False
        self._tell(change)
        self.descriptor = 0

    def _tell(self, change: TransactionChange, name: str = "") -> None:
        self._listener(TransactionEvent(change, self.descriptor, name))


_NO_BEGIN_FOR_COMMIT: Final = Failure(
    number=3902,
    message="The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.",
)
_NO_BEGIN_FOR_ROLLBACK: Final = Failure(
    number=3903,
    message="The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.",
)
_NO_TRANSACTION_TO_SAVE: Final = Failure(
    number=628,
    message="Cannot issue SAVE TRANSACTION when there is no active transaction.",
)
