"""Several who log in with the same credentials, and what they find in the temporary directory."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing import turns
from django_mssql_ops.health.probing.rejections import Rejections
from django_mssql_ops.health.probing.turns import Note, turn
from django_mssql_ops.health.probing.wording import Failure

NAME = "0" * 64
NO = Failure(word=Word.LOGIN_REJECTED, number=18456, sqlstate="28000", is_rejected=True)
LIMIT = 10.0


def never() -> bool:
    return False


class Clocks:
    """The one of all processes and that of one."""

    def __init__(self) -> None:
        self.passed = 0.0

    def wall(self) -> float:
        return 1.7e9 + self.passed

    def monotonic(self) -> float:
        return 50.0 + self.passed


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def log_in(rejections: Rejections, clocks: Clocks, *, is_wrong: bool = True) -> Failure | None:
    """Why it was not, or that it was in vain; None when it was successful."""
    with rejections.attempt(clocks.monotonic) as attempt:
        if attempt.held is not None:
            return attempt.held
        if is_wrong:
            return attempt.rejected(NO, clocks.monotonic())
        attempt.succeeded()
    return None


def worker(clocks: Clocks, name: str = NAME) -> Rejections:
    """As another process has it."""
    return Rejections(name, wall=clocks.wall)


def is_held(rejections: Rejections, clocks: Clocks) -> bool:
    with rejections.attempt(clocks.monotonic) as attempt:
        return attempt.held is not None


class TestAmongProcesses:
    def test_one_that_begins_later_is_held_as_well_and_says_the_same(self, clocks: Clocks) -> None:
        first = log_in(worker(clocks), clocks)
        clocks.passed = 20
        later = worker(clocks)
        assert log_in(later, clocks) == first
        assert is_held(later, clocks)

    def test_each_makes_its_share_of_ever_rarer_logins(self, clocks: Clocks) -> None:
        for wait in (60, 120, 240, 480, 960, 1920, 3600, 3600):
            failure = log_in(worker(clocks), clocks)
            assert failure is not None
            assert failure.next_login == clocks.monotonic() + wait
            clocks.passed += wait - 0.5
            assert is_held(worker(clocks), clocks)
            clocks.passed += 0.5

    def test_a_login_that_succeeds_begins_anew(self, clocks: Clocks, turns_directory: Path) -> None:
        log_in(worker(clocks), clocks)
        clocks.passed = 60
        assert log_in(worker(clocks), clocks, is_wrong=False) is None
        assert list(turns_directory.iterdir()) == []
        failure = log_in(worker(clocks), clocks)
        assert failure is not None
        assert failure.next_login == clocks.monotonic() + 60

    def test_other_credentials_are_not_held(self, clocks: Clocks) -> None:
        log_in(worker(clocks), clocks)
        assert not is_held(worker(clocks, "1" * 64), clocks)

    def test_a_clock_that_is_set_back_holds_nobody_for_long(self, clocks: Clocks) -> None:
        log_in(worker(clocks), clocks)
        clocks.passed = -86_400 * 30
        assert not is_held(worker(clocks), clocks)

    def test_what_was_yesterday_does_not_count(self, clocks: Clocks) -> None:
        for wait in (60, 120):
            log_in(worker(clocks), clocks)
            clocks.passed += wait
        clocks.passed += 86_401
        failure = log_in(worker(clocks), clocks)
        assert failure is not None
        assert failure.next_login == clocks.monotonic() + 60

    def test_one_that_was_rejected_without_a_turn_tells_the_others(self, clocks: Clocks) -> None:
        """A question may log in again."""
        worker(clocks).note(NO, clocks.monotonic())
        assert is_held(worker(clocks), clocks)
        again = worker(clocks).note(NO, clocks.monotonic())
        assert again.next_login == clocks.monotonic() + 60


class TestTurns:
    def test_others_wait_for_the_first_login(self, clocks: Clocks) -> None:
        found: list[Any] = []
        other = worker(clocks)
        thread = threading.Thread(target=lambda: found.append(is_held(other, clocks)))
        with worker(clocks).attempt(clocks.monotonic) as attempt:
            thread.start()
            time.sleep(0.1)
            assert found == []
            attempt.rejected(NO, clocks.monotonic())
        thread.join(LIMIT)
        assert found == [True]

    def test_nobody_waits_for_one_that_was_rejected_before(self, clocks: Clocks) -> None:
        log_in(worker(clocks), clocks)
        clocks.passed = 60
        began = time.monotonic()
        with worker(clocks).attempt(clocks.monotonic) as attempt:
            assert attempt.held is None
            assert is_held(worker(clocks), clocks)
        assert time.monotonic() - began < 0.4

    def test_all_go_when_the_first_one_succeeds(self) -> None:
        """At the same time, not one after the other."""
        crowd = 5
        inside, began = threading.Barrier(crowd), time.monotonic()

        def go() -> None:
            with turn(NAME, patience=LIMIT, gives_up=never):
                inside.wait(LIMIT)

        threads = [threading.Thread(target=go) for _ in range(crowd)]
        with turn(NAME, patience=0, gives_up=never) as first:
            for thread in threads:
                thread.start()
            time.sleep(0.1)
            first.remove()
        for thread in threads:
            thread.join(LIMIT)
        assert time.monotonic() - began < LIMIT / 2
        assert not inside.broken

    def test_one_that_takes_too_long_is_not_waited_for(self) -> None:
        began = time.monotonic()
        with (
            turn(NAME, patience=0, gives_up=never) as first,
            turn(NAME, patience=0.05, gives_up=never) as second,
            turn(NAME, patience=LIMIT, gives_up=lambda: True) as third,
        ):
            assert (first.is_ours, second.is_ours, third.is_ours) == (True, False, False)
        assert time.monotonic() - began < LIMIT / 2

    def test_one_that_died_has_none(self) -> None:
        child = os.fork()
        if child == 0:
            with turn(NAME, patience=0, gives_up=never):
                os._exit(0)
        os.waitpid(child, 0)
        with turn(NAME, patience=0, gives_up=never) as mine:
            assert mine.is_ours


class TestWhatLiesThere:
    def test_it_is_private(self, turns_directory: Path) -> None:
        with turn(NAME, patience=0, gives_up=never) as mine:
            mine.write(Note(times=1, next_login=2.0))
        [file] = turns_directory.iterdir()
        assert turns_directory.stat().st_mode & 0o777 == 0o700
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_text() == "[1, 2.0, null, null]"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[",
            "[" * 300,
            "7",
            "null",
            "{}",
            "[1, 2]",
            "[null, 1, 2, null]",
            '["x", 1, 2, ""]',
            "[1, NaN, 2, null]",
            "[1, 1e999, 2, null]",
            "[1, true, {}, null]",
            "\udcff\udcfe",
        ],
    )
    def test_what_nobody_wrote_is_nothing(self, text: str, turns_directory: Path) -> None:
        turns_directory.mkdir(mode=0o700)
        (turns_directory / NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
        with turn(NAME, patience=0, gives_up=never) as mine:
            assert mine.is_ours
            assert mine.note is None

    def test_a_shorter_note_leaves_nothing_of_a_longer_one(self) -> None:
        for note in (
            Note(times=10, next_login=1.5e9, number=18456, sqlstate="28000"),
            Note(times=1, next_login=2.0),
        ):
            with turn(NAME, patience=0, gives_up=never) as mine:
                mine.write(note)
            with turn(NAME, patience=0, gives_up=never) as mine:
                assert mine.note == note


class TestWithoutSharing:
    """Each process is then on its own."""

    def check(self, clocks: Clocks) -> None:
        one = worker(clocks)
        failure = log_in(one, clocks)
        assert failure is not None
        assert failure.next_login == clocks.monotonic() + 60
        assert is_held(one, clocks)
        assert not is_held(worker(clocks), clocks)

    def test_a_directory_that_others_may_enter(self, clocks: Clocks, turns_directory: Path) -> None:
        turns_directory.mkdir(mode=0o700)
        turns_directory.chmod(0o711)
        self.check(clocks)
        assert list(turns_directory.iterdir()) == []

    def test_a_link(self, clocks: Clocks, turns_directory: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        turns_directory.symlink_to(elsewhere)
        self.check(clocks)
        assert list(elsewhere.iterdir()) == []

    def test_a_file_that_is_a_link(
        self, clocks: Clocks, turns_directory: Path, tmp_path: Path
    ) -> None:
        turns_directory.mkdir(mode=0o700)
        (turns_directory / NAME).symlink_to(tmp_path / "aim")
        self.check(clocks)
        assert not (tmp_path / "aim").exists()

    def test_a_directory_of_somebody_else(
        self, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        someone = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: someone)
        self.check(clocks)

    def test_a_file_in_its_place(self, clocks: Clocks, turns_directory: Path) -> None:
        turns_directory.write_text("")
        self.check(clocks)

    def test_no_place_at_all(self, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turns, "place_of_turns", lambda: Path("/proc/nowhere/at all"))
        self.check(clocks)

    def test_a_system_without_locks(self, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turns, "_fcntl", None)
        self.check(clocks)

    def test_a_full_disk(self, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_anything: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "pwrite", full)
        self.check(clocks)


def test_no_descriptor_is_left(clocks: Clocks) -> None:
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        log_in(worker(clocks), clocks)
        clocks.passed += 60
    assert os.listdir("/proc/self/fd") == before
