"""What follows from a failed attempt: facts in, a decision out; nothing is asked or done here.

An attempt is replayed only if nothing that it did can have survived. Four rules of EF Core's
execution strategies stand behind this (github.com/dotnet/efcore): a transaction that somebody else
opened is theirs, the whole unit runs again, verification answers an ambiguous commit, and only one
layer retries one fault.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django_mssql_ops.retry.effects import AliasEffects
from django_mssql_ops.retry.verdict import Action, Verdict

#: Answers what an exception of a statement or a COMMIT says; None when no driver has a part in it.
Judge = Callable[[BaseException], Verdict | None]
#: Answers whether a text is a read, one plain write or something else; the alias is given with it.
KindOf = Callable[[str, AliasEffects], str]

READ: Final = "read"
WRITE: Final = "write"
WRITE_THEN_READ: Final = "write, then read"

#: DB-API classes of errors that other vendors raise about one statement, which then did nothing.
_OF_THE_STATEMENT: Final = frozenset(
    {"DataError", "IntegrityError", "ProgrammingError", "NotSupportedError"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether the call is tried again.

    ``retry``: wait ``delay`` seconds, then begin the next attempt. ``verify``: wait ``delay``
    seconds, then ask whether the attempt was applied. ``done``: it was applied, and ``value`` is
    what the call returns. None of them: raise ``error``, the attempt's own exception or an
    OutcomeUnknown from it.

    ``reason`` is a stable word (docs/retry.md lists them), ``why`` a sentence without secrets.
    """

    error: BaseException
    reason: str
    why: str = ""
    retry: bool = False
    delay: float = 0.0
    verify: bool = False
    done: bool = False
    value: object = None
    verdict: Verdict | None = None


class Course(enum.Enum):
    """REPLAY: nothing survived, or it does not matter. VERIFY: ask first. REFUSE: not ours, or not
    safe. UNKNOWN: nobody can know."""

    REPLAY = "replay"
    VERIFY = "verify"
    REFUSE = "refuse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """``in_doubt``: the attempt may have been applied, whatever the course is."""

    course: Course
    reason: str
    why: str
    in_doubt: bool = False


class Survival(enum.IntEnum):
    """What can have survived of an attempt; the worst of all findings counts."""

    NOTHING = 0
    MAYBE = 1
    SOMETHING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    survival: Survival
    reason: str
    why: str


_NOTHING: Final = Survivor(
    survival=Survival.NOTHING, reason="transient", why="nothing of the attempt has survived"
)


def rule(
    verdict: Verdict,
    aliases: Sequence[AliasEffects],
    *,
    idempotent: bool,
    can_verify: bool,
    judge: Judge,
    kind_of: KindOf,
) -> Ruling:
    """The course after a transient fault (``verdict.is_transient``), from what the attempt did."""
    outer = next((a.alias for a in aliases if a.in_outer_block), None)
    if outer is not None:
        return Ruling(
            course=Course.REFUSE,
            reason="outer_block",
            why=f"an atomic block on {outer!r} was open before, and only whoever opened it can run "
            "it again",
        )
    survivor = what_survived(verdict, aliases, judge=judge, kind_of=kind_of)
    in_doubt = survivor.survival is Survival.MAYBE
    course = _course(survivor.survival, idempotent=idempotent, can_verify=can_verify)
    return Ruling(course=course, reason=survivor.reason, why=survivor.why, in_doubt=in_doubt)


def _course(survival: Survival, *, idempotent: bool, can_verify: bool) -> Course:
    if survival is Survival.NOTHING or (idempotent and not can_verify):
        return Course.REPLAY
    if can_verify:
        return Course.VERIFY
    return Course.UNKNOWN if survival is Survival.MAYBE else Course.REFUSE


def what_survived(
    verdict: Verdict, aliases: Sequence[AliasEffects], *, judge: Judge, kind_of: KindOf
) -> Survivor:
    """The worst that can have survived of an attempt that ended with ``verdict``."""
    found = [_NOTHING]
    for effects in aliases:
        found += _completed(effects, kind_of)
        found += _failed(effects, judge, kind_of)
    if verdict.action is Action.AMBIGUOUS and not _is_explained(verdict, aliases):
        found.append(_maybe("ambiguous_commit", verdict.why))
    return max(found, key=lambda survivor: survivor.survival)


def _is_explained(verdict: Verdict, aliases: Iterable[AliasEffects]) -> bool:
    """The COMMIT that failed was recorded, or had nothing to commit and was not."""
    return verdict.at_commit and any(
        effects.commit_failures or (effects.is_sql_server and effects.statements)
        for effects in aliases
    )


def _completed(effects: AliasEffects, kind_of: KindOf) -> Iterable[Survivor]:
    """What was done for good before the fault."""
    where = f"on {effects.alias!r}"
    if effects.callbacks:
        yield _something("callbacks_run", f"on_commit functions {where} have been called")
    if _writes(effects.writes_committed, effects, kind_of):
        yield _something("already_committed", f"a transaction {where} was committed before")
    if _writes(effects.writes_outside, effects, kind_of):
        yield _something(
            "already_written", f"something was written {where} outside a transaction before"
        )
    if _writes(effects.writes_in_outer, effects, kind_of):
        yield _something("outer_block", f"something was written {where} in an outer atomic block")
    if not effects.is_sql_server and _writes(effects.writes_open, effects, kind_of):
        yield _something("open_elsewhere", f"a transaction {where} is still open")


def _failed(effects: AliasEffects, judge: Judge, kind_of: KindOf) -> Iterable[Survivor]:
    """What failed, and may have been done all the same."""
    for exc in effects.commit_failures:
        verdict = judge(exc)
        if verdict is None or not verdict.definite_abort:
            yield _maybe("ambiguous_commit", f"the COMMIT on {effects.alias!r} was not answered")
    for text, exc in effects.failures_outside:
        kind = kind_of(text, effects)
        if kind == READ:
            continue
        if kind not in (WRITE, WRITE_THEN_READ):
            yield _maybe(
                "ambiguous_batch",
                f"a batch on {effects.alias!r} failed outside a transaction, and parts of it may "
                "have been done",
            )
        elif not _did_nothing(judge(exc), exc, alone=kind == WRITE):
            yield _maybe(
                "ambiguous_write",
                f"the answer to a write on {effects.alias!r} outside a transaction was lost",
            )


def _did_nothing(verdict: Verdict | None, exc: BaseException, *, alone: bool) -> bool:
    """One plain write outside a transaction failed with ``exc``: certainly without effect?

    Not ``alone``: something that only reads follows in the same batch, and may be what failed.
    """
    if verdict is None:
        return any(base.__name__ in _OF_THE_STATEMENT for base in type(exc).__mro__)
    if verdict.definite_abort:
        return True
    error = verdict.error
    if not error.is_from_server:
        # What the driver refuses to send does not end the connection; a time-out leaves that open.
        return error.phase.value == "connect" or error.is_connection_dead is False
    # A session that ends may end in the middle of its own commit, unless it was turned away.
    return error.is_connection_dead is not True or (alone and verdict.floor > 0)


def _writes(texts: Iterable[str], effects: AliasEffects, kind_of: KindOf) -> bool:
    return any(kind_of(text, effects) != READ for text in texts)


def _something(reason: str, why: str) -> Survivor:
    return Survivor(survival=Survival.SOMETHING, reason=reason, why=why)


def _maybe(reason: str, why: str) -> Survivor:
    return Survivor(survival=Survival.MAYBE, reason=reason, why=why)
