"""What becomes of one call after its first fault: facts gathered, ruled, counted and announced."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.retry import budget
from django_mssql_ops.retry.decision import Course, Decision, Ruling, rule
from django_mssql_ops.retry.delays import delay_before
from django_mssql_ops.retry.effects import AliasEffects
from django_mssql_ops.retry.log import announce
from django_mssql_ops.retry.outcome import OutcomeUnknown
from django_mssql_ops.retry.signals import Event
from django_mssql_ops.retry.transient import verdict_on
from django_mssql_ops.retry.verdict import FaultKind, Verdict
from django_mssql_ops.retry.verification import Verified

if TYPE_CHECKING:
    from django_mssql_ops.retry.tries import Tries

#: On an exception whose tries are used up: a layer further out does not begin again.
EXHAUSTED: Final = "mssql_ops_retries_exhausted"
_MAX_CAUSES: Final = 16


class Judgement:
    """The memory of one call, from its first fault on."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._call = tries.call
        self._retries = 0
        self._of_kind: Counter[FaultKind] = Counter()
        self._of_error: Counter[tuple[object, object]] = Counter()
        self._went_at_once = False
        self._lookups = 0
        #: The last attempt's fault, and the fault of an attempt that may have been applied.
        self._exc: BaseException = RuntimeError("no attempt has failed")
        self._verdict: Verdict | None = None
        self._used: tuple[AliasEffects, ...] = ()
        self._doubt: str = ""

    def failed(self, exc: BaseException, obstacle: tuple[str, str] | None = None) -> Decision:
        self._exc, self._verdict = exc, verdict_on(exc)
        self._used = self._tries.used()
        verdict = self._verdict
        if verdict is None or not verdict.is_transient:
            return self._permanent()
        ruling = self._rule(verdict)
        if obstacle is not None and ruling.course is Course.REPLAY:
            ruling = Ruling(course=Course.REFUSE, reason=obstacle[0], why=obstacle[1])
        self._reset()
        if ruling.in_doubt:
            self._doubt = ruling.why
        return self._follow(ruling, verdict)

    def verified(self, answer: object) -> Decision:
        if isinstance(answer, Verified) or answer is True:
            result = answer.result if isinstance(answer, Verified) else None
            return self._decide("applied", "verify says that it was applied", value=result)
        if answer is not False:
            return self.verify_failed(
                TypeError(
                    f"verify returned a {type(answer).__name__}; it must be a bool or Verified"
                )
            )
        self._doubt = ""
        return self._again(waited=True)

    def verify_failed(self, exc: BaseException) -> Decision:
        verdict = verdict_on(exc)
        again = verdict is not None and verdict.is_transient and verdict.kind is not None
        if again and self._lookups <= self._call.policy.max_retries:
            self._reset()
            return self._look_up(verdict)
        self._exc.add_note(f"verify failed with {type(exc).__qualname__}")
        return self._unknown("verify_failed", "verify could not tell whether it was applied")

    def _rule(self, verdict: Verdict) -> Ruling:
        return rule(
            verdict,
            self._used,
            idempotent=self._call.idempotent,
            can_verify=self._call.can_verify,
            judge=verdict_on,
            kind_of=_kind_of,
        )

    def _reset(self) -> None:
        from django_mssql_ops.retry.reset import hard_reset

        spared = {used.alias for used in self._used if used.in_outer_block}
        for alias in self._sql_server_aliases():
            if alias not in spared:
                hard_reset(alias)

    def _sql_server_aliases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(used.alias for used in self._used if used.is_sql_server))

    def _permanent(self) -> Decision:
        if self._verdict is not None and self._verdict.error.is_connection_dead is True:
            self._reset()
        if self._doubt:
            self._exc.add_note(f"an earlier attempt may have been applied: {self._doubt}")
        return self._decide("permanent", "" if self._verdict is None else self._verdict.why)

    def _follow(self, ruling: Ruling, verdict: Verdict) -> Decision:
        if _is_exhausted(self._exc):
            return self._give_up("exhausted_inside", "a call within has used up its tries")
        if ruling.course is Course.REFUSE:
            return self._refuse(ruling)
        if ruling.course is Course.UNKNOWN:
            return self._unknown(ruling.reason, ruling.why)
        if ruling.course is Course.VERIFY:
            return self._look_up(verdict)
        return self._again()

    def _look_up(self, verdict: Verdict | None) -> Decision:
        delay = None if verdict is None else self._delay(verdict, self._lookups + 1)
        self._lookups += 1
        return self._decide(
            "verify", "whether it was applied is looked up", verify=True, delay=delay or 0.0
        )

    def _refuse(self, ruling: Ruling) -> Decision:
        self._exc.add_note(f"not retried: {ruling.why}")
        decision = self._decide(ruling.reason, ruling.why)
        self._announce("retry_refused", decision)
        return decision

    def _unknown(self, reason: str, why: str) -> Decision:
        if isinstance(self._exc, OutcomeUnknown):
            return self._decide(reason, why)
        error = OutcomeUnknown(
            why,
            driver_error=None if self._verdict is None else self._verdict.error,
            token=self._tries.token,
        )
        error.__cause__ = self._exc
        error.add_note(f"not retried: {why}")
        decision = self._decide(reason, why, error=error)
        self._announce("outcome_unknown", decision)
        return decision

    def _again(self, *, waited: bool = False) -> Decision:
        verdict = self._verdict
        assert verdict is not None  # noqa: S101 - only a transient verdict leads here
        spent = self._spent(verdict)
        if spent:
            return self._give_up(*spent)
        at_once = waited or self._goes_at_once(verdict)
        delay = 0.0 if at_once else self._delay(verdict, self._of_kind[_kind(verdict)] + 1)
        if delay is None:
            return self._give_up("deadline", "the next attempt would begin after the deadline")
        timed_out = verdict.error.is_timeout
        if not budget.take(
            self._sql_server_aliases(), ops_settings().retry_budget, timed_out=timed_out
        ):
            return self._give_up("budget", "this process has used up its budget of retries")
        self._count(verdict, at_once=at_once and not waited)
        decision = self._decide("transient", verdict.why, retry=True, delay=delay)
        self._announce("retry_attempted", decision)
        return decision

    def _spent(self, verdict: Verdict) -> tuple[str, str] | None:
        """The reason why no retry is left for this fault."""
        enclosing = tuple(self._tries.enclosing())
        made_before = max((tries.inside_before for tries in enclosing), default=0)
        if self._retries + made_before >= self._call.policy.max_retries:
            once = not self._call.policy.max_retries
            return "max_retries", "it may be tried once only" if once else "the tries are used up"
        limit = verdict.max_retries
        if limit is not None and self._of_error[_error_key(verdict)] >= limit:
            return "limited", "this error deserves no more tries"
        remaining = self._tries.remaining
        if remaining is not None and remaining <= 0:
            return "deadline", "the deadline has passed"
        return None

    def _goes_at_once(self, verdict: Verdict) -> bool:
        """The connection was idle or pooled and is dead: another one may well be fine."""
        if self._went_at_once or verdict.kind is not FaultKind.CONNECTION:
            return False
        error = verdict.error
        if error.is_from_server or error.phase.value == "connect" or error.is_timeout:
            return False
        ours = [used for used in self._used if used.is_sql_server]
        return bool(ours) and all(used.statements == 0 for used in ours)

    def _delay(self, verdict: Verdict, retry: int) -> float | None:
        return delay_before(
            _kind(verdict),
            retry,
            self._call.policy,
            floor=verdict.floor,
            remaining=self._tries.remaining,
            random=self._call.random,
        )

    def _count(self, verdict: Verdict, *, at_once: bool) -> None:
        self._retries += 1
        self._went_at_once = self._went_at_once or at_once
        self._of_error[_error_key(verdict)] += 1
        if not at_once:
            self._of_kind[_kind(verdict)] += 1
        for tries in self._tries.enclosing():
            tries.inside += 1

    def _give_up(self, reason: str, why: str) -> Decision:
        setattr(self._exc, EXHAUSTED, True)
        if self._doubt:
            return self._unknown(reason, self._doubt)
        self._exc.add_note(f"not retried: {why}")
        decision = self._decide(reason, why)
        self._announce("retry_exhausted", decision)
        return decision

    def _decide(
        self,
        reason: str,
        why: str,
        *,
        error: BaseException | None = None,
        retry: bool = False,
        verify: bool = False,
        delay: float = 0.0,
        value: object = None,
    ) -> Decision:
        return Decision(
            error=error or self._exc,
            reason=reason,
            why=why,
            retry=retry,
            verify=verify,
            delay=delay,
            done=reason == "applied",
            value=value,
            verdict=self._verdict,
        )

    def _announce(self, name: str, decision: Decision) -> None:
        verdict = decision.verdict
        error = None if verdict is None else verdict.error
        event = Event(
            name=name,
            function=self._call.name,
            attempt=self._tries.attempt,
            reason=decision.reason,
            why=decision.why,
            delay=decision.delay,
            elapsed=self._tries.elapsed,
            aliases=tuple(dict.fromkeys(used.alias for used in self._used)),
            kind=None if verdict is None or verdict.kind is None else verdict.kind.value,
            number=None if error is None else error.number,
            sqlstate=None if error is None else error.sqlstate,
            phase=None if error is None else error.phase.value,
            exception_class=f"{type(self._exc).__module__}.{type(self._exc).__qualname__}",
        )
        announce(event, type(self._tries))


def _kind(verdict: Verdict) -> FaultKind:
    return verdict.kind or FaultKind.CONNECTION


def _error_key(verdict: Verdict) -> tuple[object, object]:
    return verdict.error.number, verdict.error.sqlstate


def _is_exhausted(exc: BaseException) -> bool:
    link: BaseException | None = exc
    for _ in range(_MAX_CAUSES):
        if link is None:
            return False
        if getattr(link, EXHAUSTED, False):
            return True
        link = link.__cause__
    return False


def _kind_of(text: str, used: AliasEffects) -> str:
    from django_mssql_ops.retry.statements import kind_of

    allowed = ops_settings().read_only_functions
    return kind_of(text, allowed, sql_server=used.is_sql_server).value
