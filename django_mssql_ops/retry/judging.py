"""What a driver's errors say about another try; what the attempt had done is judged elsewhere.

The sources are the number catalogue (:mod:`django_mssql_ops.errors.numbers`), the SQLSTATEs, and
the words of the driver where it shows neither (measured with msodbcsql 18.6.2, pyodbc 5.5 and
mssql-python 1.16).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django_mssql_ops.retry.verdict import (
    THROTTLING_FLOOR,
    Action,
    FaultKind,
    TransientRules,
    Verdict,
)

if TYPE_CHECKING:
    from django_mssql_ops.errors import DriverError, Meaning

#: Tries again of what is mostly permanent, and of what asks for less load.
_LIMITED: Final = 2
_THROTTLED: Final = 3
#: Tries again of a query that ran into its time limit: a slow query is slow again.
_ONCE: Final = 1

_CANNOT_OPEN_DATABASE: Final = 4060
_READ_ONLY: Final = 3906

#: What a session says whose transaction another error has ended; that other one is the cause.
_AFTERMATH: Final = frozenset({3902, 3903, 3908, 3930, 3998})

#: Sentences of the driver without a number that mean a broken conversation (measured): an error
#: status without an error, bytes that are no TDS, DONE_SRVERROR.
_BROKEN: Final = (
    "the driver did not supply an error",
    "protocol error in tds stream",
    "unspecified error occurred on sql server",
)
#: 08001 for reasons that stay: certificates, and encryption that one side does not offer.
_TLS: Final = ("ssl provider", "certificate", "encryption not supported", "ssl security error")


def judge(errors: Sequence[DriverError], rules: TransientRules) -> Verdict | None:
    """The verdict on a chain of errors, the outermost first; None when there is none.

    A COMMIT that failed may be hidden behind what failed next (measured: mssql-django asks for
    @@TRANCOUNT on the connection that the COMMIT lost), so any COMMIT in the chain makes the
    outcome unknown unless it is a definite abort.
    """
    verdicts = [judge_one(error, rules) for error in errors]
    if not verdicts:
        return None
    chosen = _leading(verdicts)
    in_doubt = next((v for v in verdicts if v.action is Action.AMBIGUOUS), None)
    if chosen.is_transient and in_doubt is not None and in_doubt is not chosen:
        return replace(
            chosen,
            action=Action.AMBIGUOUS,
            why=in_doubt.why,
            definite_abort=False,
            at_commit=in_doubt.at_commit,
        )
    return chosen


def judge_one(error: DriverError, rules: TransientRules) -> Verdict:
    """The verdict on one error, at the phase it happened in."""
    return _at_its_phase(_by_itself(error, rules))


def _leading(verdicts: Sequence[Verdict]) -> Verdict:
    """The latest error decides, unless it is only what an earlier one left behind.

    A connection that is found dead says less than the error that ended it: 40501 asks for ten
    seconds, and mssql-python then fails to roll back as well (measured).
    """
    cause = next((v for v in verdicts if not _is_aftermath(v.error)), None)
    if cause is not None and cause.is_transient:
        return cause
    before = verdicts if cause is None else verdicts[: verdicts.index(cause)]
    found = [v for v in before if v.is_transient]
    # pyodbc's "The cursor's connection has been closed." has neither state nor number: Django
    # closes the cursor of a query that failed, and mssql-django has closed its connection.
    telling = next((v for v in found if v.error.sqlstate is not None), None)
    return telling or (found[0] if found else cause or verdicts[0])


def _is_aftermath(error: DriverError) -> bool:
    if error.server_number in _AFTERMATH:
        return True
    # A login that fails is news, whatever came before it.
    closed = error.origin == "client" and error.is_connection_dead is True
    return closed and error.phase.value != "connect"


def _by_itself(error: DriverError, rules: TransientRules) -> Verdict:
    number = error.server_number
    if number is not None and number in rules.reactions:
        return _as_told(error, Action(rules.reactions[number]))
    if number == _CANNOT_OPEN_DATABASE:
        return _never(error, "4060 mostly is a wrong name; TRANSIENT_ERRORS can say otherwise")
    if error.is_login_rejected:
        return _never(error, "the server turned the login down")
    row = error.meaning
    if row is not None and number not in _AFTERMATH:
        return _by_row(error, row)
    behind = _behind(error, rules)
    if behind is not None:
        return behind
    if number is not None:
        return _by_foreign_list(error, number, rules)
    return _by_state(error)


def _as_told(error: DriverError, action: Action) -> Verdict:
    row = error.meaning
    base = _never(error, f"TRANSIENT_ERRORS says {action.value!r}") if row is None else None
    verdict = base or _by_row(error, row)  # type: ignore[arg-type]
    return replace(
        verdict,
        action=action,
        kind=verdict.kind or FaultKind.CONNECTION,
        definite_abort=verdict.definite_abort and action is Action.RERUN,
        why=f"TRANSIENT_ERRORS says {action.value!r}",
    )


def _by_row(error: DriverError, row: Meaning) -> Verdict:
    # By its value: naming DefaultClass here would import the catalogue's words with this module.
    word = row.default_class.value
    if word == "permanent":
        return _never(error, row.text)
    kind = _kind(row)
    return Verdict(
        action=Action(word),
        why=row.text,
        error=error,
        kind=kind,
        definite_abort=row.aborts_transaction,
        floor=_floor(error) if row.throttles else 0.0,
        max_retries=_limit(row),
    )


def _kind(row: Meaning) -> FaultKind:
    if row.throttles:
        return FaultKind.THROTTLING
    if row.kind.value in ("concurrency", "resources"):
        return FaultKind.CONCURRENCY if row.kind.value == "concurrency" else FaultKind.THROTTLING
    return FaultKind.CONNECTION


def _limit(row: Meaning) -> int | None:
    if row.number == _READ_ONLY:
        return _ONCE
    if row.limited:
        return _LIMITED
    return _THROTTLED if row.throttles else None


def _floor(error: DriverError) -> float:
    """What the text of 40501 asks for, when it is more."""
    import re

    told = re.search(r"after (\d{1,3}) seconds", error.sentence)
    asked = float(told[1]) if told is not None and error.number == 40501 else 0.0
    return max(THROTTLING_FLOOR, asked)


def _behind(error: DriverError, rules: TransientRules) -> Verdict | None:
    """The first record may hide the cause: a warning, or what another error left behind."""
    is_front = (error.sqlstate or "").startswith("01") or error.server_number in _AFTERMATH
    if not is_front:
        return None
    for record in error.records:
        seen = replace(
            error,
            sqlstate=record.sqlstate,
            number=record.number,
            origin=record.origin,
            text=record.text,
            records=(),
        )
        verdict = _by_itself(seen, rules)
        if verdict.is_transient:
            return verdict
    return None


def _by_foreign_list(error: DriverError, number: int, rules: TransientRules) -> Verdict:
    if rules.efcore:
        from django_mssql_ops.errors.catalogue.efcore import ONLY_EF_CORE

        if number in ONLY_EF_CORE:
            return _connection(error, Action.RERUN, "EF Core lists the number as transient")
    if error.sqlstate == "40001":
        return _by_state(error)
    return _never(error, "the number is not known to be transient")


def _by_state(error: DriverError) -> Verdict:
    sentence = error.sentence.lower()
    if error.origin != "server" and any(words in sentence for words in _BROKEN):
        return _connection(error, Action.RERUN, "the conversation with the server broke")
    state = error.sqlstate
    if state == "08001" and any(words in sentence for words in _TLS):
        return _never(error, "the two sides do not agree about encryption")
    if state == "HYT00":
        return _timed_out(error)
    from django_mssql_ops.errors.catalogue.sqlstates import SQLSTATES

    row = SQLSTATES.get(state or "")
    if row is not None and row.default_class is not None and row.default_class.value != "permanent":
        kind = FaultKind.CONCURRENCY if state == "40001" else FaultKind.CONNECTION
        verdict = _connection(error, Action(row.default_class.value), row.text)
        limited = _ONCE if state == "HY010" else None
        aborts = state == "40001"
        return replace(verdict, kind=kind, max_retries=limited, definite_abort=aborts)
    if error.origin == "client" and error.is_connection_dead is True and state is None:
        verdict = _connection(error, Action.RERUN, "the connection is closed")
        return replace(verdict, max_retries=_ONCE)
    return _never(error, "nothing says that another try would help")


def _timed_out(error: DriverError) -> Verdict:
    """Login or query: the phase tells, and where it is not known the driver's word does."""
    if error.phase.value == "connect" or "login timeout" in error.sentence.lower():
        return _connection(error, Action.RECONNECT, "the login took too long")
    verdict = _connection(error, Action.RERUN, "the query took too long")
    return replace(verdict, max_retries=_ONCE)


def _at_its_phase(verdict: Verdict) -> Verdict:
    if not verdict.is_transient:
        return verdict
    phase = verdict.error.phase.value
    if phase == "connect" and verdict.action is Action.RERUN:
        return replace(verdict, action=Action.RECONNECT)
    at_commit = phase in ("commit", "commit or rollback")
    if at_commit and not verdict.definite_abort and verdict.action is not Action.AMBIGUOUS:
        why = f"{verdict.why}, while it was asked to commit"
        return replace(verdict, action=Action.AMBIGUOUS, at_commit=True, why=why)
    return verdict


def _connection(error: DriverError, action: Action, why: str) -> Verdict:
    return Verdict(
        action=action,
        why=why,
        error=error,
        kind=FaultKind.CONNECTION,
    )


def _never(error: DriverError, why: str) -> Verdict:
    return Verdict(action=Action.NEVER, why=why, error=error)
