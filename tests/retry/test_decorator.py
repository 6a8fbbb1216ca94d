"""The decorator and the call: with faults that are made up, so without a server."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.test import override_settings

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry import (
    OutcomeUnknown,
    RetryPolicy,
    Verified,
    budget,
    retry_on_transient,
    signals,
)
from django_mssql_ops.retry.effects import AliasEffects, current
from django_mssql_ops.retry.retrying import Retrying, declared
from django_mssql_ops.retry.signals import Event
from django_mssql_ops.retry.tokens import ExactlyOnce
from tests.retry.faults import fault


class Clock:
    """Time passes while somebody sleeps, and when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Work:
    """A function that fails with these in turn, and then returns what it was given."""

    def __init__(self, *faults: str | BaseException) -> None:
        self.faults = list(faults)
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.faults:
            one = self.faults.pop(0)
            raise fault(one) if isinstance(one, str) else one
        return args, kwargs


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events() -> Iterator[list[Event]]:
    found: list[Event] = []

    def note(*, event: Event, **kwargs: object) -> None:
        found.append(event)

    every = (
        signals.retry_attempted,
        signals.retry_exhausted,
        signals.retry_refused,
        signals.outcome_unknown,
    )
    for signal in every:
        signal.connect(note)
    yield found
    for signal in every:
        signal.disconnect(note)


@pytest.fixture(autouse=True)
def _full_buckets() -> Iterator[None]:
    budget.refill()
    yield
    budget.refill()
    assert current() is None, "a level was left open"


def retrying(clock: Clock, **options: Any) -> Retrying:
    """Without jitter: the random number is always 0."""
    return retry_on_transient(
        clock=clock, sleep=clock.sleep, random=lambda: options.pop("luck", 0.0), **options
    )


def did(*aliases: AliasEffects) -> Callable[[], None]:
    """Makes the running attempt look as if it had done this."""

    def note() -> None:
        level = current()
        assert level is not None
        level.by_alias.update({effects.alias: effects for effects in aliases})

    return note


def on_sql_server(**done: Any) -> AliasEffects:
    return AliasEffects(alias="default", is_sql_server=True, **done)


class TestRetried:
    def test_bare_and_with_arguments(self) -> None:
        @retry_on_transient
        def bare(x: int, *, y: int) -> tuple[int, int]:
            """What it does."""
            return x, y

        @retry_on_transient(2, 0.5, 10)
        def told(x: int) -> int:
            return x

        assert bare(1, y=2) == (1, 2)
        assert told(3) == 3
        assert (bare.__name__, bare.__doc__) == ("bare", "What it does.")

    @pytest.mark.parametrize("name", ["deadlock", "busy", "failover", "reset", "slow", "suspect"])
    def test_until_it_works(self, clock: Clock, name: str) -> None:
        work = Work(name)
        assert retrying(clock).call(work, 1, a=2) == ((1,), {"a": 2})
        assert work.calls == 2

    @pytest.mark.parametrize("name", ["login rejected", "duplicate"])
    def test_never(self, clock: Clock, events: list[Event], name: str) -> None:
        work = Work(name)
        with pytest.raises(Error) as caught:
            retrying(clock).call(work)
        assert (work.calls, clock.slept, events) == (1, [], [])
        assert not getattr(caught.value, "__notes__", ())

    @pytest.mark.parametrize("exc", [ValueError("x"), KeyError(), IntegrityError("(40501)")])
    def test_what_is_no_fault_passes(self, clock: Clock, exc: Exception) -> None:
        work = Work(exc)
        with pytest.raises(type(exc)) as caught:
            retrying(clock).call(work)
        assert caught.value is exc
        assert work.calls == 1

    @pytest.mark.parametrize("exc", [KeyboardInterrupt(), SystemExit(), GeneratorExit()])
    def test_what_ends_the_program_passes(self, clock: Clock, exc: BaseException) -> None:
        with pytest.raises(type(exc)):
            retrying(clock).call(Work(exc))

    def test_gives_up_with_the_last_fault(self, clock: Clock, events: list[Event]) -> None:
        work = Work(*["failover"] * 9)
        with pytest.raises(Error) as caught:
            retrying(clock).call(work)
        assert work.calls == 4
        assert "not retried: the tries are used up" in traceback.format_exception(caught.value)[-1]
        assert [event.name for event in events] == ["retry_attempted"] * 3 + ["retry_exhausted"]
        assert caught.value.__context__ is None

    def test_attempts_are_not_chained(self, clock: Clock) -> None:
        """Or the second fault would be judged by the first one's errors too."""
        with pytest.raises(IntegrityError) as caught:
            retrying(clock).call(Work("deadlock", "duplicate"))
        assert "40001" not in "".join(traceback.format_exception(caught.value))

    def test_methods(self) -> None:
        class Shop:
            name = "shop"

            @retry_on_transient
            def method(self) -> str:
                return self.name

            @classmethod
            @retry_on_transient
            def inner(cls) -> str:
                return cls.name

            @retry_on_transient
            @classmethod
            def outer(cls) -> str:
                return cls.name

            @retry_on_transient()
            @staticmethod
            def plain() -> str:
                return "plain"

        assert Shop().method() == Shop.inner() == Shop.outer() == "shop"
        assert Shop.plain() == Shop().plain() == "plain"


class TestDelays:
    def test_failover_from_five_seconds(self, clock: Clock) -> None:
        retrying(clock).call(Work("failover", "failover", "failover"))
        assert clock.slept == [5.0, 5.0, 5.0]

    def test_jitter_doubles(self, clock: Clock) -> None:
        half = retry_on_transient(clock=clock, sleep=clock.sleep, random=lambda: 0.5)
        half.call(Work("failover", "failover", "failover"))
        assert clock.slept == [7.5, 10.0, 15.0]

    def test_concurrency_in_milliseconds(self, clock: Clock) -> None:
        whole = retry_on_transient(clock=clock, sleep=clock.sleep, random=lambda: 1.0)
        whole.call(Work("deadlock", "deadlock", "deadlock"))
        assert clock.slept == [0.025, 0.05, 0.1]

    def test_throttling_has_a_floor_that_nothing_scales(self, clock: Clock) -> None:
        retrying(clock, base_delay=0, max_delay=1).call(Work("busy"))
        assert clock.slept == [10.0]

    def test_base_delay_is_the_unit(self, clock: Clock) -> None:
        retrying(clock, base_delay=0.1).call(Work("failover"))
        assert clock.slept == [0.5]

    def test_an_idle_connection_goes_at_once_and_only_once(self, clock: Clock) -> None:
        note = did(on_sql_server(was_open=True))
        faults = ["reset", "reset"]

        def work() -> str:
            note()
            if faults:
                raise fault(faults.pop())
            return "done"

        assert retrying(clock).call(work) == "done"
        assert clock.slept == [0.0, 5.0]

    def test_not_after_something_was_answered(self, clock: Clock) -> None:
        note = did(on_sql_server(was_open=True, statements=1))
        faults = ["reset"]

        def work() -> str:
            note()
            if faults:
                raise fault(faults.pop())
            return "done"

        assert retrying(clock).call(work) == "done"
        assert clock.slept == [5.0]


class TestLimits:
    @pytest.mark.parametrize(("name", "calls"), [("slow", 2), ("read-only", 2), ("suspect", 3)])
    def test_errors_that_deserve_few_tries(self, clock: Clock, name: str, calls: int) -> None:
        work = Work(*[name] * 9)
        with pytest.raises(Error):
            retrying(clock, max_retries=8).call(work)
        assert work.calls == calls

    def test_no_retries_at_all(self, clock: Clock) -> None:
        work = Work("deadlock")
        with pytest.raises(Error):
            retrying(clock, max_retries=0).call(work)
        assert work.calls == 1

    def test_a_floor_that_does_not_fit_is_not_waited_for(
        self, clock: Clock, events: list[Event]
    ) -> None:
        with pytest.raises(Error):
            retrying(clock, deadline=9).call(Work("busy"))
        assert clock.slept == []
        assert [event.reason for event in events] == ["deadline"]

    def test_a_delay_leaves_half_of_the_rest_for_the_attempt(self, clock: Clock) -> None:
        retry_on_transient(
            clock=clock, sleep=clock.sleep, random=lambda: 1.0, deadline=7
        ).call(Work("failover"))  # fmt: skip
        assert clock.slept == [6.0]

    def test_the_time_of_attempts_counts(self, clock: Clock) -> None:
        work = Work("failover")

        def slow() -> object:
            clock.now += 3
            return work()

        with pytest.raises(Error):
            retrying(clock, deadline=8).call(slow)
        assert retrying(clock, deadline=8.5).call(slow) == ((), {})

    def test_a_bucket_that_is_empty(self, clock: Clock, events: list[Event]) -> None:
        note = did(on_sql_server(statements=1))

        def work() -> None:
            note()
            raise fault("failover")

        with override_settings(MSSQL_OPS={"RETRY_BUDGET": {"CAPACITY": 12}}), pytest.raises(Error):
            retrying(clock).call(work)
        assert [event.reason for event in events] == ["transient", "transient", "budget"]

    def test_a_success_refunds(self, clock: Clock) -> None:
        note = did(on_sql_server(statements=1))
        faults = ["deadlock", "deadlock"]

        def work() -> None:
            note()
            if faults:
                raise fault(faults.pop())

        figures = {"CAPACITY": 20, "RETRY": 5, "REFUND": 3}
        with override_settings(MSSQL_OPS={"RETRY_BUDGET": figures}):
            from django_mssql_ops.conf import ops_settings

            retrying(clock).call(work)
            assert budget.tokens("default", ops_settings().retry_budget) == 13


class TestSafety:
    def test_a_lost_commit(self, clock: Clock, events: list[Event]) -> None:
        work = Work("lost commit")
        with pytest.raises(OutcomeUnknown) as caught:
            retrying(clock).call(work)
        assert work.calls == 1
        error = caught.value
        assert isinstance(error, OperationalError)
        assert error.driver_error is not None
        assert error.driver_error.number == 104
        assert isinstance(error.__cause__, OperationalError)
        assert [event.name for event in events] == ["outcome_unknown"]
        again = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert (str(again), again.driver_error) == (str(error), error.driver_error)

    def test_a_lost_commit_of_something_idempotent(self, clock: Clock) -> None:
        assert retrying(clock, idempotent=True).call(Work("lost commit")) == ((), {})

    def test_doubt_is_told_when_the_tries_end(self, clock: Clock) -> None:
        """The first attempt may have been applied, though the last one cannot have been."""
        with pytest.raises(OutcomeUnknown):
            retrying(clock, idempotent=True).call(Work("lost commit", *["failover"] * 9))

    def test_doubt_is_told_beside_an_error_that_stays(self, clock: Clock) -> None:
        with pytest.raises(IntegrityError) as caught:
            retrying(clock, idempotent=True).call(Work("lost commit", "duplicate"))
        assert "an earlier attempt may have been applied" in caught.value.__notes__[0]

    @pytest.mark.parametrize(
        ("done", "reason"),
        [
            ({"writes_outside": ["INSERT INTO t VALUES (1)"]}, "already_written"),
            ({"writes_committed": ["INSERT INTO t VALUES (1)"]}, "already_committed"),
            ({"callbacks": 1}, "callbacks_run"),
            ({"in_outer_block": True}, "outer_block"),
        ],
    )
    def test_refused(
        self,
        clock: Clock,
        events: list[Event],
        monkeypatch: pytest.MonkeyPatch,
        done: dict[str, Any],
        reason: str,
    ) -> None:
        resets: list[str] = []
        monkeypatch.setattr("django_mssql_ops.retry.reset.hard_reset", resets.append)
        note, calls = did(on_sql_server(**done)), []

        def work() -> None:
            calls.append(1)
            note()
            raise fault("failover")

        with pytest.raises(Error) as caught:
            retrying(clock).call(work)
        assert len(calls) == 1
        assert caught.value.__notes__[0].startswith("not retried: ")
        assert [(event.name, event.reason) for event in events] == [("retry_refused", reason)]
        assert resets == ([] if reason == "outer_block" else ["default"])

    def test_a_real_write_on_sqlite_forbids_it(self, clock: Clock) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE retried (n INTEGER)")
        work = Work("failover")

        def write() -> None:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO retried VALUES (1)")
            work()

        def read() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT n FROM retried")
            work()

        with pytest.raises(Error):
            retrying(clock).call(write)
        work.faults = ["failover"]
        retrying(clock).call(read)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE retried")

    def test_a_real_outer_block_runs_it_once(self, clock: Clock) -> None:
        work = Work("failover")

        def use() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            work()

        with pytest.raises(Error), transaction.atomic():
            retrying(clock).call(use)
        assert work.calls == 1

    def test_the_projects_own_exception(self, clock: Clock) -> None:
        """Raised from a fault it counts, raised while one was handled it does not."""
        faults = [True]

        def from_it() -> None:
            try:
                if faults.pop():
                    raise fault("deadlock")
            except Error as exc:
                raise LookupError from exc
            except IndexError:
                pass

        def beside_it() -> None:
            try:
                raise fault("deadlock")
            except Error:
                raise LookupError  # noqa: B904 - that is the point

        retrying(clock).call(from_it)
        with pytest.raises(LookupError):
            retrying(clock).call(beside_it)


class TestVerify:
    def test_applied(self, clock: Clock) -> None:
        work = Work("lost commit")
        assert retrying(clock, verify=lambda: True).call(work) is None
        assert retrying(clock, verify=lambda: Verified(7)).call(Work("lost commit")) == 7
        assert work.calls == 1
        assert clock.slept == [5.0, 5.0]

    def test_not_applied(self, clock: Clock) -> None:
        work = Work("lost commit")
        assert retrying(clock, verify=lambda: False).call(work, 1) == ((1,), {})
        assert work.calls == 2
        assert clock.slept == [5.0, 0.0]

    def test_not_applied_and_no_try_left(self, clock: Clock) -> None:
        with pytest.raises(OperationalError) as caught:
            retrying(clock, verify=lambda: False, max_retries=0).call(Work("lost commit"))
        assert not isinstance(caught.value, OutcomeUnknown)

    def test_not_asked_when_nothing_survived(self, clock: Clock) -> None:
        asked: list[int] = []
        retrying(clock, verify=lambda: asked.append(1)).call(Work("deadlock"))
        assert asked == []

    def test_its_own_fault_is_waited_out(self, clock: Clock) -> None:
        ask = Work("failover", "failover")
        assert retrying(clock, verify=lambda: bool(ask())).call(Work("lost commit")) is None
        assert ask.calls == 3

    def test_its_own_faults_end(self, clock: Clock) -> None:
        ask = Work(*["failover"] * 20)
        with pytest.raises(OutcomeUnknown):
            retrying(clock, verify=lambda: bool(ask())).call(Work("lost commit"))
        assert ask.calls == 4

    @pytest.mark.parametrize("answer", [ValueError("no table"), "yes", 1, None])
    def test_no_answer(self, clock: Clock, answer: object) -> None:
        def ask() -> object:
            if isinstance(answer, Exception):
                raise answer
            return answer

        with pytest.raises(OutcomeUnknown, match="verify could not tell"):
            retrying(clock, verify=ask).call(Work("lost commit"))

    def test_a_verifier_makes_a_claim_for_each_call(self, clock: Clock) -> None:
        steps: list[str] = []

        class Claim:
            token = "t1"

            def record(self) -> None:
                assert connection.in_atomic_block
                steps.append("record")

            def applied(self) -> bool:
                steps.append("applied")
                return False

        class Tokens:
            def begin(self, using: tuple[str, ...]) -> Claim:
                steps.append(f"begin {using}")
                return Claim()

        work = Work("lost commit", "lost commit")
        ours = retrying(clock, verify=Tokens(), atomic=True, max_retries=1)
        with pytest.raises(OperationalError):
            ours.call(work)
        assert steps == ["begin ('default',)", "record", "applied", "record", "applied"]

    def test_the_token_travels_with_the_error(self, clock: Clock) -> None:
        class Claim:
            token = "t1"

            def record(self) -> None: ...

            def applied(self) -> bool:
                raise LookupError

        class Tokens:
            def begin(self, using: tuple[str, ...]) -> Claim:
                return Claim()

        with pytest.raises(OutcomeUnknown) as caught:
            retrying(clock, verify=Tokens(), atomic=True).call(Work("lost commit"))
        assert caught.value.token == "t1"


class TestNested:
    def test_an_exhausted_fault_is_not_begun_again(self, clock: Clock) -> None:
        work = Work(*["failover"] * 99)
        inner = retrying(clock, max_retries=2)(work)
        with pytest.raises(Error):
            retrying(clock, max_retries=5).call(inner)
        assert work.calls == 3

    def test_also_when_it_is_raised_from(self, clock: Clock) -> None:
        work = Work(*["failover"] * 99)
        inner = retrying(clock, max_retries=2)(work)

        def between() -> None:
            try:
                inner()
            except Error as exc:
                raise LookupError from exc

        with pytest.raises(LookupError):
            retrying(clock, max_retries=5).call(between)
        assert work.calls == 3

    def test_layers_add(self, clock: Clock) -> None:
        """Each try of the outer one finds the inner one's tries used already."""
        inner_work = Work(*["deadlock", "deadlock"] * 99)
        calls = 0

        def flaky() -> object:
            nonlocal calls
            calls += 1
            return inner_work() if calls % 3 else "through"

        inner = retrying(clock, max_retries=3)(flaky)

        def outer() -> None:
            inner()
            raise fault("failover")

        with pytest.raises(Error):
            retrying(clock, max_retries=4).call(outer)
        assert calls <= 1 + 3 + 4
        assert calls == 3 + 2

    def test_what_is_refused_within_is_retried_further_out(self, clock: Clock) -> None:
        work = Work("failover")

        def use() -> object:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return work()

        inner = retrying(clock)(use)
        assert retrying(clock, atomic=True).call(inner) == ((), {})
        assert work.calls == 2


class TestCoroutines:
    def test_retried(self, clock: Clock) -> None:
        work = Work("deadlock")

        @retrying(clock)
        async def place(x: int) -> object:
            await asyncio.sleep(0)
            return work(x)

        assert asyncio.run(place(1)) == ((1,), {})
        assert work.calls == 2
        assert len(clock.slept) == 1

    def test_called(self, clock: Clock) -> None:
        async def place(x: int) -> int:
            return x

        assert asyncio.run(retrying(clock).call(place, 5)) == 5

    def test_sleeps_in_the_loop(self, clock: Clock) -> None:
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        work = Work("failover")

        async def place() -> object:
            return work()

        ours = retry_on_transient(clock=clock, sleep=sleep, random=lambda: 0.0)
        assert asyncio.run(ours.call(place)) == ((), {})
        assert waited == [5.0]

    def test_cancelled(self, clock: Clock) -> None:
        work = Work(asyncio.CancelledError())

        async def place() -> object:
            return work()

        with pytest.raises(asyncio.CancelledError):
            asyncio.run(retrying(clock).call(place))
        assert work.calls == 1

    @pytest.mark.parametrize("asynchronous", [False, True])
    def test_verified(self, clock: Clock, asynchronous: bool) -> None:
        async def ask() -> bool:
            return True

        async def place() -> object:
            raise fault("lost commit")

        ours = retrying(clock, verify=ask if asynchronous else lambda: True)
        assert asyncio.run(ours.call(place)) is None

    def test_an_objects_call(self, clock: Clock) -> None:
        work = Work("deadlock")

        class Place:
            async def __call__(self) -> object:
                return work()

        assert asyncio.run(retrying(clock).call(Place())) == ((), {})


class TestConfiguration:
    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"max_retries": -1}, "max_retries is -1; it must be a whole number"),
            ({"max_retries": 2.5}, "max_retries is 2.5; it must be a whole number"),
            ({"max_retries": True}, "max_retries is True; it must be a whole number"),
            ({"base_delay": -1}, "base_delay is -1; it must be seconds"),
            ({"max_delay": float("inf")}, "max_delay is inf; it must be seconds"),
            ({"deadline": 0}, "deadline is 0; it must be seconds, above 0"),
            ({"deadline": "20"}, "deadline is a str; it must be seconds"),
            ({"using": ["default", 5]}, "using holds a int; it must be an alias"),
            ({"using": 5}, "using is a int; it must be an alias"),
            ({"verify": 5}, "verify is a int; it must be a callable"),
            ({"verify": ExactlyOnce, "atomic": True}, "verify is the class ExactlyOnce"),
            ({"policy": 5}, "policy is a int; it must be a RetryPolicy"),
            ({"policy": RetryPolicy, "atomic": True}, "policy is a type; it must be a Retry"),
            ({"policy": RetryPolicy(), "max_retries": 5}, "policy stands in place of max_retries"),
        ],
    )
    def test_one_sentence(self, options: dict[str, Any], sentence: str) -> None:
        with pytest.raises(ConfigurationError, match=sentence.replace("(", r"\(")):
            retry_on_transient(**options)

    def test_an_alias_that_there_is_not(self) -> None:
        with pytest.raises(ConfigurationError, match="DATABASES has no alias 'nope'; it has"):
            retry_on_transient(using="nope").call(lambda: 5)

    def test_a_token_needs_a_transaction(self) -> None:
        class Tokens:
            def begin(self, using: tuple[str, ...]) -> Any: ...

        with pytest.raises(ConfigurationError, match="it needs atomic=True"):
            retry_on_transient(verify=Tokens())

    @pytest.mark.parametrize("value", [5, None, "place"])
    def test_what_is_no_function(self, value: Any) -> None:
        for run in (retry_on_transient.call, retry_on_transient(max_retries=1)):
            with pytest.raises(ConfigurationError, match="hand the function over"):
                run(value)

    def test_generators(self) -> None:
        def rows() -> Iterator[int]:
            yield 1

        async def more() -> Any:
            yield 1

        for function in (rows, more):
            with pytest.raises(ConfigurationError, match="is a generator function"):
                retry_on_transient(function)

    def test_a_transaction_in_a_coroutine(self) -> None:
        async def place() -> None: ...

        with pytest.raises(ConfigurationError, match="sync_to_async"):
            retry_on_transient(atomic=True)(place)

    def test_too_many_by_position(self) -> None:
        with pytest.raises(ConfigurationError, match="has 4 arguments by position"):
            retry_on_transient(1, 2, 3, 4)  # type: ignore[call-overload]

    def test_a_policy(self) -> None:
        policy = RetryPolicy(max_retries=7, connection=1)
        assert retry_on_transient(policy=policy).policy is policy

    def test_what_is_decorated_can_be_asked_for(self) -> None:
        ours = retry_on_transient(max_retries=9)

        @ours
        def listed() -> None: ...

        found = [one for one in declared() if one is ours]
        assert found[0].functions == [f"{__name__}.{listed.__qualname__}"]


class TestAtomic:
    def test_each_attempt_has_its_transaction(self, clock: Clock) -> None:
        inside: list[bool] = []
        work = Work("deadlock")

        def place() -> object:
            inside.append(connection.in_atomic_block)
            return work()

        retrying(clock, atomic=True).call(place)
        assert inside == [True, True]
        assert not connection.in_atomic_block


class TestLog:
    def test_a_record_for_each_event(self, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG, "django_mssql_ops.retry"):
            retrying(clock).call(Work("failover"))
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert record.__dict__["mssql_ops_event"] == "retry_attempted"
        assert record.__dict__["number"] == 40613
        assert record.__dict__["attempt"] == 1
        assert record.__dict__["kind"] == "connection"
        assert record.__dict__["phase"] == "connect"
        assert "Work" in record.getMessage()

    def test_a_receiver_that_raises_changes_nothing(self, clock: Clock) -> None:
        def broken(**kwargs: object) -> None:
            raise ValueError

        signals.retry_attempted.connect(broken)
        try:
            logging.getLogger("django.dispatch").disabled = True
            assert retrying(clock).call(Work("deadlock")) == ((), {})
        finally:
            logging.getLogger("django.dispatch").disabled = False
            signals.retry_attempted.disconnect(broken)
