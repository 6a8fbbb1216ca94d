"""What an error does beyond its own statement.

Microsoft Learn describes it in pieces (SET XACT_ABORT, TRY…CATCH, Database Engine error
severities); the list of errors that end the batch and roll back is that of Erland Sommarskog's
"Error and Transaction Handling in SQL Server", part two. docs/evidence.md says what of it is
unconfirmed.
"""

from __future__ import annotations

import enum
from typing import Final

from tests.standin.engine import NOT_SUPPORTED, Failure


class Reach(enum.Enum):
    """How far an error goes."""

    #: The statement is undone, the batch goes on.
    STATEMENT = "statement"
    #: The batch, or the text of the EXEC, ends; what called it goes on.
    SCOPE = "scope"
    #: The batch ends, the transaction stays.
    BATCH = "batch"
    #: The batch ends and the transaction is rolled back; inside TRY it is doomed.
    TRANSACTION = "transaction"


#: What is found when a statement is compiled, besides everything of this severity.
_SYNTAX_SEVERITY: Final = 15
_COMPILING: Final = frozenset(
    {
        *(195, 205, 206, 207, 208, 209, 213, 257, 259, 263, 264, 271, 272, 273, 306),
        *(402, 408, 447, 448, 468, 529, 4104, 4121, 4127, 4151, 8101, 8102),
        *(8116, 8117, 8120, 8121, 8127, 8133, 8155, 8156, 8158, 8159),
    }
)
#: Those of them that wait until the statement runs (deferred name resolution).
_DEFERRED: Final = frozenset({208})
#: Errors that end the batch and can be caught.
_ENDS_BATCH: Final = frozenset({266, 911, 1088, 2714, 4902})
#: Conversions of a value that is wrong.
_ENDS_TRANSACTION: Final = frozenset({241, 242, 245, 248, 295, 8114, 8169, 3930, 3960, 1205})
#: Failed changes that are followed by INFO 3621, "The statement has been terminated."
_TERMINATED: Final = frozenset({220, 512, 515, 547, 1505, 2601, 2627, 2628, 8115, 8134})


def reach_of(failure: Failure, *, xact_abort: bool) -> Reach:
    """How far ``failure`` goes.

    SET XACT_ABORT ON leaves RAISERROR alone, and what is found while compiling (Microsoft Learn,
    "SET XACT_ABORT"); tables are looked for when the statement runs.
    """
    if failure.rolls_back or failure.number in _ENDS_TRANSACTION:
        return Reach.TRANSACTION
    compiling = _is_found_compiling(failure) and failure.number not in _DEFERRED
    if xact_abort and failure.raised_by != "RAISERROR" and not compiling:
        return Reach.TRANSACTION
    if is_refusal(failure) or failure.raised_by == "THROW" or failure.number in _ENDS_BATCH:
        return Reach.BATCH
    if _is_found_compiling(failure):
        return Reach.STATEMENT if failure.from_below else Reach.SCOPE
    return Reach.STATEMENT


def is_caught(failure: Failure) -> bool:
    """Whether TRY…CATCH sees the error.

    What is found while compiling is caught only around the EXEC that runs the text (Microsoft
    Learn, TRY...CATCH, "Errors unaffected by a TRY...CATCH construct"); a refusal of the stand-in
    never is, or a CATCH could hide it.
    """
    return not is_refusal(failure) and (failure.from_below or not _is_found_compiling(failure))


def is_refusal(failure: Failure) -> bool:
    """Whether the stand-in says in its own name that it cannot."""
    return failure.number == NOT_SUPPORTED and not failure.raised_by


def _is_found_compiling(failure: Failure) -> bool:
    if failure.raised_by:
        return False
    return failure.severity == _SYNTAX_SEVERITY or failure.number in _COMPILING


def is_terminated_statement(failure: Failure) -> bool:
    """Whether INFO 3621 follows."""
    return failure.number in _TERMINATED
