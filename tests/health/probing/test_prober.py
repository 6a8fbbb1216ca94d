"""What a prober answers, and what it asks for that; the clock and the thread are the test's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.answer import Answer, Word
from django_mssql_ops.health.probing.looks import STILL_OPEN
from django_mssql_ops.health.probing.opening import Own
from django_mssql_ops.health.probing.rejections import Rejections
from django_mssql_ops.health.probing.worker import Job
from tests.health.probing.scripted import (
    QUERY_TIMEOUT,
    Clock,
    Scene,
    Server,
    driver_error,
    lost,
    refused,
    rejected,
    timed_out,
)

#: Seconds that a probe may take in these tests: none passes.
LIMIT = 0.0


def ask(scene: Scene, max_age: float = 0.0) -> Answer:
    return scene.prober.answer(limit=LIMIT, max_age=max_age)


def test_a_probe_opens_a_connection_and_the_next_one_uses_it() -> None:
    scene = Scene()
    assert ask(scene).is_reachable
    assert ask(scene).is_reachable
    assert (scene.server.logins, scene.server.selects) == (1, 2)


def test_the_latency_is_that_of_the_question_alone() -> None:
    scene = Scene()

    def opened() -> Own:
        scene.clock.now += 5
        return scene.server.open()

    scene.prober._line._opener = opened
    scene.server.during_select = lambda: setattr(scene.clock, "now", scene.clock.now + 0.25)
    assert ask(scene) == Answer(alias="shop", at=1005.25, latency=0.25)


class TestCache:
    def test_an_answer_counts_for_its_age(self) -> None:
        scene = Scene()
        first = ask(scene)
        scene.clock.now += 1
        assert ask(scene, max_age=1) is first
        scene.clock.now += 0.001
        assert ask(scene, max_age=1) is not first
        assert scene.server.selects == 2

    def test_each_who_asks_has_an_age_of_its_own(self) -> None:
        scene = Scene()
        first = ask(scene)
        scene.clock.now += 5
        assert ask(scene, max_age=10) is first
        assert ask(scene, max_age=1) is not first

    def test_without_an_age_everything_is_asked(self) -> None:
        scene = Scene()
        for _ in range(3):
            ask(scene)
        assert scene.server.selects == 3

    def test_a_failure_counts_as_well(self) -> None:
        scene = Scene()
        scene.server.login_fails = refused()
        first = ask(scene)
        assert first.word is Word.CANNOT_CONNECT
        assert ask(scene, max_age=1) is first
        assert scene.server.logins == 1


class TestFailures:
    def test_each_failed_probe_tries_once(self) -> None:
        scene = Scene()
        scene.server.login_fails = refused()
        for _ in range(3):
            ask(scene)
        assert (scene.server.logins, scene.server.selects) == (3, 0)
        scene.server.login_fails = None
        assert ask(scene).is_reachable

    def test_a_connection_that_broke_while_it_was_idle_is_replaced_at_once(self) -> None:
        scene = Scene()
        ask(scene)
        scene.server.cut()
        assert ask(scene).is_reachable
        assert (scene.server.logins, scene.server.selects) == (2, 3)
        assert [own.is_closed for own in scene.server.made] == [True, False]

    def test_a_new_connection_that_breaks_is_not_replaced_at_once(self) -> None:
        scene = Scene()
        scene.server.select_fails = lost()
        assert ask(scene).word is Word.CONNECTION_LOST
        assert scene.server.logins == 1
        assert ask(scene).word is Word.CONNECTION_LOST
        assert scene.server.logins == 2
        assert not scene.server.open_ones

    def test_a_broken_one_that_cannot_be_replaced_says_why_it_cannot(self) -> None:
        scene = Scene()
        ask(scene)
        scene.server.cut()
        scene.server.login_fails = refused()
        assert ask(scene).word is Word.CANNOT_CONNECT
        assert scene.server.logins == 2

    def test_a_question_that_timed_out_is_not_asked_again(self) -> None:
        scene = Scene()
        ask(scene)
        scene.server.select_fails = timed_out()
        assert ask(scene).word is Word.TIMED_OUT
        assert (scene.server.logins, scene.server.selects) == (1, 2)
        assert not scene.server.open_ones

    def test_an_answer_that_comes_later_than_the_driver_waits_is_none(self) -> None:
        """What is left of one whose connection was ended, or of half a one that was waited for."""
        scene = Scene()
        late = QUERY_TIMEOUT + 0.1
        scene.server.during_select = lambda: setattr(scene.clock, "now", scene.clock.now + late)
        assert ask(scene).word is Word.TIMED_OUT
        assert not scene.server.open_ones

    def test_what_cannot_be_understood_is_unexpected(self) -> None:
        scene = Scene()
        scene.server.select_fails = TypeError("a bug")
        assert ask(scene).word is Word.UNEXPECTED
        scene.server.select_fails = None
        assert ask(scene).is_reachable

    def test_the_answer_is_out_before_the_connection_is_closed(self) -> None:
        scene = Scene()
        ask(scene)
        scene.server.select_fails = timed_out()
        seen: list[Answer] = []
        scene.server.during_close = lambda: seen.append(ask(scene, max_age=1))
        assert ask(scene) is seen[0]

    @pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, TimeoutError])
    def test_who_is_interrupted_leaves_nothing_open(self, error: type[BaseException]) -> None:
        """By a signal whose handler raises, before or behind the beginning of the question."""
        scene = Scene()
        works = scene.hands.submit

        def before(_job: object) -> None:
            raise error

        def behind(job: Job) -> None:
            works(job)
            raise error

        for submit in (before, behind):
            scene.hands.submit = submit  # type: ignore[method-assign]
            with pytest.raises(error):
                ask(scene)
            with pytest.raises(error):
                scene.prober.look("facts", lambda own: 1, limit=LIMIT, max_age=0)
            scene.hands.submit = works  # type: ignore[method-assign]
            assert ask(scene).is_reachable
            assert scene.prober.look("facts", lambda own: 2, limit=LIMIT, max_age=0) == 2

    @pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
    def test_no_thread_to_ask_in(self, error: Exception) -> None:
        scene = Scene()

        def fail(_job: object) -> None:
            raise error

        works, scene.hands.submit = scene.hands.submit, fail  # type: ignore[method-assign]
        assert ask(scene).word is Word.UNEXPECTED
        found = scene.prober.look("facts", lambda own: 1, limit=LIMIT, max_age=1)
        assert isinstance(found, Unreadable)
        scene.hands.submit = works  # type: ignore[method-assign]
        assert ask(scene).is_reachable


class TestRejectedLogins:
    def test_no_login_is_made_until_it_may_be(self) -> None:
        scene = Scene()
        scene.server.login_fails = rejected()
        first = ask(scene)
        assert (first.word, first.number) == (Word.LOGIN_REJECTED, 18456)
        assert first.next_login == scene.clock.now + 60
        for _ in range(59):
            scene.clock.now += 1
            again = ask(scene)
            assert (again.word, again.next_login) == (first.word, first.next_login)
        assert scene.server.logins == 1
        scene.clock.now += 1
        assert ask(scene).next_login == scene.clock.now + 120
        assert scene.server.logins == 2

    def test_a_login_that_succeeds_ends_it(self) -> None:
        scene = Scene()
        scene.server.login_fails = rejected()
        ask(scene)
        scene.clock.now += 60
        scene.server.login_fails = None
        assert ask(scene).is_reachable
        scene.server.select_fails, scene.server.login_fails = lost(), rejected()
        assert ask(scene).next_login == scene.clock.now + 60

    def test_a_missing_database_is_none(self) -> None:
        scene = Scene()
        scene.server.login_fails = driver_error("42000", 4060, 'Cannot open database "shop".')
        for _ in range(3):
            assert ask(scene).word is Word.CANNOT_OPEN_DATABASE
        assert scene.server.logins == 3

    def test_aliases_that_log_in_as_one_user_share_it(self) -> None:
        clock, server, rejections = Clock(), Server(), Rejections()
        scenes = [
            Scene(alias=alias, clock=clock, server=server, rejections=rejections)
            for alias in ("shop", "replica")
        ]
        server.login_fails = rejected()
        assert [ask(scene).alias for scene in scenes] == ["shop", "replica"]
        assert [ask(scene).word for scene in scenes] == [Word.LOGIN_REJECTED] * 2
        assert server.logins == 1


class TestOneQuestionAtATime:
    def test_those_who_ask_meanwhile_join_it(self) -> None:
        scene = Scene(at_once=False)
        begun = [scene.prober.begin(max_age=0) for _ in range(10)]
        assert len(scene.hands.jobs) == 1
        scene.hands.work()
        answers = {id(scene.prober.wait(each, limit=LIMIT, max_age=0)) for each in begun}
        assert len(answers) == 1
        assert scene.server.selects == 1

    def test_who_asks_behind_it_begins_the_next_one(self) -> None:
        scene = Scene(at_once=False)
        for _ in range(2):
            scene.prober.begin(max_age=0)
            scene.hands.work()
        assert scene.server.selects == 2


class TestOverdue:
    def test_it_is_no_answer(self) -> None:
        scene = Scene(at_once=False)
        assert ask(scene) == Answer(
            alias="shop", at=scene.clock.now, word=Word.NO_ANSWER, is_overdue=True
        )

    def test_it_counts_for_its_age_like_any_answer(self) -> None:
        scene = Scene(at_once=False)
        first = ask(scene)
        scene.clock.now += 1
        assert scene.prober.answer(limit=1000, max_age=1) is first

    def test_the_question_goes_on_and_nobody_asks_a_second_one(self) -> None:
        scene = Scene(at_once=False)
        for _ in range(1000):
            assert ask(scene).is_overdue
        assert len(scene.hands.jobs) == 1
        scene.hands.work()
        assert scene.server.selects == 1
        assert ask(scene, max_age=1).is_reachable

    def test_what_has_no_end_is_made_to_fail(self) -> None:
        scene = Scene()
        seen: list[int] = []

        def stuck() -> None:
            scene.hands.at_once = False
            for seconds in (13.0, 0.001):
                scene.clock.now += seconds
                assert ask(scene).is_overdue
                seen.append(scene.hands.unblocked)

        scene.server.during_select = stuck
        scene.prober.begin(max_age=0)
        assert seen == [0, 1]

    def test_a_limit_that_is_over_already_does_not_wait(self) -> None:
        scene = Scene(at_once=False)
        assert scene.prober.answer(limit=-5, max_age=0).is_overdue


class TestLook:
    def test_it_is_put_on_the_own_connection_behind_a_probe(self) -> None:
        scene = Scene()
        seen: list[object] = []

        def question(own: object) -> str:
            seen.append((own, scene.server.selects))
            return "found"

        assert self.look(scene, question) == "found"
        assert seen == [(scene.server.made[0], 1)]

    def test_it_counts_for_its_age(self) -> None:
        scene = Scene()
        assert self.look(scene, lambda own: 1, max_age=60) == 1
        scene.clock.now += 60
        assert self.look(scene, lambda own: 2, max_age=60) == 1
        scene.clock.now += 0.001
        assert self.look(scene, lambda own: 2, max_age=60) == 2

    def test_two_questions_do_not_share_an_answer(self) -> None:
        scene = Scene()
        assert self.look(scene, lambda own: 1, name="facts") == 1
        assert self.look(scene, lambda own: 2, name="reuse") == 2

    def test_last_asks_nothing(self) -> None:
        scene = Scene()
        assert scene.prober.last("facts") is None
        self.look(scene, lambda own: 1)
        scene.clock.now += 10_000
        assert scene.prober.last("facts") == 1
        assert scene.server.selects == 1

    def test_a_database_that_is_not_reached_is_not_asked_and_not_remembered(self) -> None:
        scene = Scene()
        scene.server.login_fails = refused()
        found = self.look(scene, lambda own: 1)
        assert found == Unreadable("not asked: cannot-connect (08001/10061)")
        scene.server.login_fails = None
        assert self.look(scene, lambda own: 1) == 1

    def test_a_login_that_is_rejected_in_a_question_holds_the_next_one(self) -> None:
        """A question may close the connection and open it again."""
        scene = Scene()

        def question(own: Any) -> None:
            own.is_opening = True
            raise rejected()

        found = self.look(scene, question)
        assert found == Unreadable("login-rejected (28000/18456)")
        assert ask(scene).word is Word.LOGIN_REJECTED
        assert scene.server.logins == 1

    def test_an_error_is_a_word_and_keeps_the_connection_that_works(self) -> None:
        scene = Scene()
        denied = driver_error("42000", 297, "The user does not have it.", function="SQLExecDirectW")
        assert self.look(scene, raising(denied)) == Unreadable("unexpected (42000/297)")
        assert self.look(scene, lambda own: 1) == Unreadable("unexpected (42000/297)")
        assert len(scene.server.open_ones) == 1

    @pytest.mark.parametrize("make", [lost, lambda: TypeError("a bug")], ids=["lost", "bug"])
    def test_an_error_that_may_have_broken_the_connection_closes_it(
        self, make: Callable[[], Exception]
    ) -> None:
        scene = Scene()
        assert isinstance(self.look(scene, raising(make())), Unreadable)
        assert not scene.server.open_ones
        assert ask(scene).is_reachable

    def test_a_time_out_counts_ten_times_as_long(self) -> None:
        scene = Scene()
        found = self.look(scene, raising(timed_out()), max_age=60)
        assert found == Unreadable("timed-out (HYT00)", timed_out=True)
        scene.clock.now += 600
        assert self.look(scene, lambda own: 1, max_age=60) == found
        scene.clock.now += 1
        assert self.look(scene, lambda own: 1, max_age=60) == 1

    def test_while_it_is_on_its_way_the_last_one_stands_in(self) -> None:
        scene = Scene()
        self.look(scene, lambda own: 1, max_age=60)
        scene.hands.at_once = False
        scene.clock.now += 120
        assert self.look(scene, lambda own: 2, max_age=60) == 1
        scene.clock.now += 1
        assert self.look(scene, lambda own: 2, max_age=60) == STILL_OPEN
        assert len(scene.hands.jobs) == 1
        scene.hands.work()
        assert self.look(scene, lambda own: 3, max_age=60) == 2

    def test_what_timed_out_stands_in_for_nothing(self) -> None:
        scene = Scene()
        self.look(scene, raising(timed_out()), max_age=6)
        scene.hands.at_once = False
        scene.clock.now += 61
        assert self.look(scene, lambda own: 2, max_age=6) == STILL_OPEN

    def test_a_probe_that_waits_behind_it_takes_the_last_answer(self) -> None:
        scene = Scene()
        first = ask(scene)
        ages: list[tuple[bool, bool]] = []
        silence = 3 * QUERY_TIMEOUT

        def slow(own: object) -> None:
            scene.hands.at_once = False
            for age in (1.0, 2.0 + silence, 2.001 + silence):
                scene.clock.now = began + age
                answer = scene.prober.answer(limit=0.0, max_age=2.0)
                ages.append((answer.is_reachable, answer.is_overdue))

        began = scene.clock.now
        self.look(scene, slow, limit=0.0)
        assert first.at == began
        # The first from the cache, the second though it is too old for that.
        assert ages == [(True, False), (True, False), (False, True)]

    @staticmethod
    def look(
        scene: Scene,
        question: Callable[[Own], object],
        *,
        name: str = "facts",
        limit: float = 0.0,
        max_age: float = 60.0,
    ) -> object:
        return scene.prober.look(name, question, limit=limit, max_age=max_age)


def raising(error: Exception) -> Callable[[Own], object]:
    def question(own: Own) -> object:
        raise error

    return question


class TestLog:
    @pytest.fixture
    def lines(self, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
        caplog.set_level(logging.INFO, "django_mssql_ops.health")
        return caplog

    def test_one_line_when_it_goes_and_one_when_it_is_back(
        self, lines: pytest.LogCaptureFixture
    ) -> None:
        scene = Scene()
        for _ in range(3):
            ask(scene)
        assert not lines.records
        scene.server.select_fails, scene.server.login_fails = lost(), rejected()
        for _ in range(5):
            scene.clock.now += 1
            ask(scene)
        scene.server.select_fails = scene.server.login_fails = None
        scene.clock.now += 60
        for _ in range(5):
            ask(scene)
        assert [(record.levelname, record.getMessage()) for record in lines.records] == [
            (
                "WARNING",
                "shop is unreachable: login-rejected (28000/18456); "
                "`manage.py mssql_check --database shop` says more",
            ),
            ("INFO", "shop is reachable again"),
        ]
        assert lines.records[0].__dict__["mssql_ops_event"] == "unreachable"

    def test_an_alias_that_was_never_reached_is_a_line_too(
        self, lines: pytest.LogCaptureFixture
    ) -> None:
        scene = Scene(at_once=False)
        ask(scene)
        ask(scene)
        assert [record.levelname for record in lines.records] == ["WARNING"]

    def test_nothing_of_the_driver_is_in_it(self, lines: pytest.LogCaptureFixture) -> None:
        scene = Scene()
        scene.server.login_fails = driver_error("28000", 18456, "Login of 'app' from 10.1.2.3.")
        ask(scene)
        [record] = lines.records
        assert record.exc_info is None
        assert "app" not in record.getMessage()
        assert "10.1.2.3" not in str(record.__dict__)


class TestChild:
    def test_it_begins_anew_and_leaves_the_parents_connection_alone(self) -> None:
        scene = Scene()
        ask(scene)
        scene.prober._lock.acquire()
        scene.prober.after_fork()
        assert scene.hands.was_forked
        assert ask(scene, max_age=1000).is_reachable
        assert len(scene.server.open_ones) == 2

    def test_a_question_that_was_on_its_way_is_the_parents(self) -> None:
        scene = Scene(at_once=False)
        ask(scene)
        scene.prober.look("facts", lambda own: 1, limit=0.0, max_age=1)
        scene.prober.after_fork()
        scene.hands.at_once = True
        assert ask(scene).is_reachable
        assert scene.prober.look("facts", lambda own: 2, limit=0.0, max_age=1) == 2

    def test_it_remembers_a_rejected_login(self) -> None:
        scene = Scene()
        scene.server.login_fails = rejected()
        ask(scene)
        scene.prober.after_fork()
        assert ask(scene).word is Word.LOGIN_REJECTED
        assert scene.server.logins == 1
