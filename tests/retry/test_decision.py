"""What can have survived of an attempt, and what follows from that."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.errors import DriverError, Phase
from django_mssql_ops.retry.decision import Course, Ruling, rule
from django_mssql_ops.retry.effects import AliasEffects
from django_mssql_ops.retry.judging import judge_one
from django_mssql_ops.retry.verdict import Action, TransientRules, Verdict


class Fault(Exception):
    """An exception that carries what would be classified."""

    def __init__(self, error: DriverError) -> None:
        self.error = error


def verdict(
    number: int = 1205, phase: Phase = Phase.EXECUTE, sqlstate: str | None = "42000"
) -> Verdict:
    origin: Any = "client" if sqlstate in ("08S01", "HYT00", "40003") else "server"
    error = DriverError(
        driver="pyodbc", number=number, origin=origin, sqlstate=sqlstate, phase=phase
    )
    return judge_one(error, TransientRules())


RESET = verdict(104, sqlstate="08S01")


def judge(exc: BaseException) -> Verdict | None:
    return judge_one(exc.error, TransientRules()) if isinstance(exc, Fault) else None


def ruled(
    *aliases: AliasEffects,
    of: Verdict = RESET,
    idempotent: bool = False,
    can_verify: bool = False,
) -> Ruling:
    return rule(
        of,
        aliases,
        idempotent=idempotent,
        can_verify=can_verify,
        judge=judge,
        kind_of=lambda text, _: text.partition(" ")[0].lower().replace("+", ", then "),
    )


def alias(name: str = "default", *, is_sql_server: bool = True, **done: Any) -> AliasEffects:
    return AliasEffects(alias=name, is_sql_server=is_sql_server, **done)


def failed(kind: str, number: int, sqlstate: str = "42000") -> dict[str, Any]:
    error = verdict(number, sqlstate=sqlstate).error
    return {"failures_outside": [(f"{kind} x", Fault(error))]}


#: Case -> what the attempt did, the course, and the reason.
CASES: dict[str, tuple[AliasEffects, Course, str]] = {
    "nothing": (alias(), Course.REPLAY, "transient"),
    "reads": (alias(statements=9, writes_outside=["read"]), Course.REPLAY, "transient"),
    "an open transaction goes with the connection": (
        alias(writes_open=["write"]), Course.REPLAY, "transient",
    ),
    "written before": (alias(writes_outside=["read", "write"]), Course.REFUSE, "already_written"),
    "not understood": (alias(writes_outside=["other"]), Course.REFUSE, "already_written"),
    "committed before": (alias(writes_committed=["write"]), Course.REFUSE, "already_committed"),
    "only read in a transaction": (
        alias(writes_committed=["read"]), Course.REPLAY, "transient",
    ),
    "callbacks": (alias(callbacks=1), Course.REFUSE, "callbacks_run"),
    "in an outer block": (alias(in_outer_block=True), Course.REFUSE, "outer_block"),
    "a COMMIT was lost": (
        alias(commit_failures=[Fault(RESET.error)]), Course.UNKNOWN, "ambiguous_commit",
    ),
    "a COMMIT was aborted": (
        alias(commit_failures=[Fault(verdict(1205).error)]), Course.REPLAY, "transient",
    ),
    "a COMMIT failed for no known reason": (
        alias(commit_failures=[ValueError()]), Course.UNKNOWN, "ambiguous_commit",
    ),
    "a read failed": (alias(**failed("read", 104, "08S01")), Course.REPLAY, "transient"),
    "the answer to a write was lost": (
        alias(**failed("write", 104, "08S01")), Course.UNKNOWN, "ambiguous_write",
    ),
    "a write timed out": (alias(**failed("write", 0, "HYT00")), Course.UNKNOWN, "ambiguous_write"),
    "a write was a deadlock's victim": (
        alias(**failed("write", 1205, "40001")), Course.REPLAY, "transient",
    ),
    "a write waited too long for a lock": (
        alias(**failed("write", 1222)), Course.REPLAY, "transient",
    ),
    "a write was turned away": (
        alias(**failed("write", 40501, "HY000")), Course.REPLAY, "transient",
    ),
    "a write met a failover": (
        alias(**failed("write", 40197)), Course.UNKNOWN, "ambiguous_write",
    ),
    "a write on the old primary": (
        alias(**failed("write", 3906, "25000")), Course.REPLAY, "transient",
    ),
    "a write that reads its key was a victim": (
        alias(**failed("write+read", 1205, "40001")), Course.REPLAY, "transient",
    ),
    "a write that reads its key was turned away": (
        alias(**failed("write+read", 40501, "HY000")), Course.UNKNOWN, "ambiguous_write",
    ),
    "a batch was a victim": (
        alias(**failed("other", 1205, "40001")), Course.UNKNOWN, "ambiguous_batch",
    ),
    "another vendor's open transaction": (
        alias(is_sql_server=False, writes_open=["write"]), Course.REFUSE, "open_elsewhere",
    ),
    "another vendor's reads": (
        alias(is_sql_server=False, writes_open=["read"]), Course.REPLAY, "transient",
    ),
    "another vendor's write": (
        alias(is_sql_server=False, writes_outside=["write"]), Course.REFUSE, "already_written",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_the_attempt_did(case: str) -> None:
    effects, course, reason = CASES[case]
    ruling = ruled(effects)
    assert (ruling.course, ruling.reason) == (course, reason)
    assert ruling.in_doubt is (course is Course.UNKNOWN)


@pytest.mark.parametrize("case", CASES)
def test_declared_idempotent(case: str) -> None:
    effects, course, reason = CASES[case]
    ruling = ruled(effects, idempotent=True)
    expected = Course.REFUSE if reason == "outer_block" else Course.REPLAY
    assert ruling.course is expected
    assert ruling.in_doubt is (course is Course.UNKNOWN)


@pytest.mark.parametrize("case", CASES)
def test_with_a_verification(case: str) -> None:
    effects, course, reason = CASES[case]
    expected = course if reason in ("outer_block", "transient") else Course.VERIFY
    assert ruled(effects, can_verify=True).course is expected


def test_the_worst_of_all_aliases_counts() -> None:
    lost = alias(commit_failures=[Fault(RESET.error)])
    written = alias("other", writes_outside=["write"])
    assert ruled(lost, written).reason == "already_written"
    assert ruled(written, lost).course is Course.REFUSE
    assert ruled(alias(), lost).course is Course.UNKNOWN


def test_one_alias_in_an_outer_block_is_enough() -> None:
    outer = alias("other", in_outer_block=True)
    ruling = ruled(alias(), outer, idempotent=True)
    assert ruling.reason == "outer_block"
    assert "'other'" in ruling.why


def test_an_ambiguous_error_that_the_recorder_did_not_see() -> None:
    at_commit = verdict(104, Phase.COMMIT, "08S01")
    assert at_commit.action is Action.AMBIGUOUS
    assert ruled(alias(), of=at_commit).course is Course.UNKNOWN
    other = alias("other", is_sql_server=False, statements=3)
    assert ruled(other, of=at_commit).course is Course.UNKNOWN
    assert ruled(of=at_commit).course is Course.UNKNOWN


def test_a_commit_with_nothing_to_commit() -> None:
    """The recorder notes only those that have written."""
    at_commit = verdict(104, Phase.COMMIT, "08S01")
    assert ruled(alias(statements=1), of=at_commit).course is Course.REPLAY
    told_by_state = verdict(0, Phase.COMMIT, "40003")
    assert ruled(alias(statements=1), of=told_by_state).course is Course.UNKNOWN


def test_an_error_of_another_vendors_statement_is_certain() -> None:
    class IntegrityError(Exception):
        pass

    certain = alias(is_sql_server=False, failures_outside=[("write", IntegrityError())])
    assert ruled(certain).course is Course.REPLAY
    lost = alias(is_sql_server=False, failures_outside=[("write", ConnectionError())])
    assert ruled(lost).course is Course.UNKNOWN
