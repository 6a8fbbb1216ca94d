"""The probers of this process: which there are, all asked at once, and none left behind."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler
from django.test import override_settings

from django_mssql_ops import connections as ops_connections
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing import opening, registry
from tests.health.conftest import LIMIT
from tests.health.probing.scripted import rejected

ENTRY = {"ENGINE": "mssql", "NAME": "shop", "HOST": "db", "USER": "app", "PASSWORD": "hunter2"}
ALIASES = ("default", "replica", "other")


class _Connection:
    """A driver's connection that answers when it may."""

    def __init__(self, server: _Server) -> None:
        self.server = server
        server.open_ones += 1

    def cursor(self) -> _Connection:
        return self

    def execute(self, _statement: str) -> _Connection:
        with self.server.lock:
            self.server.selects += 1
        assert self.server.answers.wait(LIMIT)
        return self

    def fetchone(self) -> tuple[int]:
        return (1,)

    def close(self) -> None:
        with self.server.lock:
            self.server.open_ones -= 1


class _Server:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answers = threading.Event()
        self.answers.set()
        self.fails: Exception | None = None
        self.open_ones = self.logins = self.selects = 0

    def open_raw(self, alias: str, **_timeouts: int) -> Any:
        with self.lock:
            self.logins += 1
        if self.fails is not None:
            raise self.fails
        return _Connection(self)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    entries: dict[str, Any] = {alias: dict(ENTRY) for alias in ALIASES}
    entries["other"]["USER"] = "other"
    entries["lite"] = {"ENGINE": "django.db.backends.sqlite3"}
    monkeypatch.setattr(ops_connections, "connections", ConnectionHandler(entries))
    made = _Server()
    monkeypatch.setattr(opening, "open_raw", made.open_raw)
    yield made
    made.answers.set()
    registry.close_all()
    for thread in threading.enumerate():
        if thread.name.startswith("mssql-ops-health"):
            thread.join(LIMIT)
    assert made.open_ones == 0


def own_threads() -> list[str]:
    names = (thread.name for thread in threading.enumerate())
    return sorted(name for name in names if name.startswith("mssql-ops-health"))


ask = functools.partial(registry.ask, limit=LIMIT, max_age=0.0)


def test_each_alias_has_one_prober(server: _Server) -> None:
    prober = registry.prober_for("default")
    assert registry.prober_for("default") is prober
    assert registry.prober_for("replica") is not prober
    assert own_threads() == []


@pytest.mark.parametrize(
    ("alias", "sentence"), [("nowhere", "has no alias 'nowhere'"), ("lite", "is not SQL Server")]
)
def test_what_cannot_be_asked_is_a_configuration_error(
    server: _Server, alias: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        registry.prober_for(alias)
    with pytest.raises(ConfigurationError, match=sentence):
        ask(["default", alias])


def test_all_are_asked(server: _Server) -> None:
    found = ask(ALIASES)
    assert list(found) == list(ALIASES)
    assert all(answer.is_reachable for answer in found.values())
    assert own_threads() == sorted(f"mssql-ops-health {alias}" for alias in ALIASES)


def test_all_are_waited_for_together(server: _Server) -> None:
    server.answers.clear()
    begun = time.monotonic()
    found = registry.ask(ALIASES, limit=0.2, max_age=0.0)
    assert time.monotonic() - begun < 0.2 + 0.3
    assert {answer.word for answer in found.values()} == {Word.NO_ANSWER}


def test_closing_leaves_nothing_and_the_next_question_opens_anew(server: _Server) -> None:
    ask(ALIASES)
    registry.close_all()
    assert (own_threads(), server.open_ones) == ([], 0)
    assert ask(["default"])["default"].is_reachable
    assert server.logins == len(ALIASES) + 1


def test_closing_does_not_wait_for_what_hangs(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "CLOSE_LIMIT", 0.05)
    server.answers.clear()
    registry.ask(["default"], limit=0.01, max_age=0.0)
    begun = time.monotonic()
    registry.close_all()
    assert time.monotonic() - begun < 0.5
    server.answers.set()


def test_aliases_of_one_login_share_a_rejection(server: _Server) -> None:
    server.fails = rejected()
    for _ in range(3):
        for alias in ALIASES:
            assert ask([alias])[alias].word is Word.LOGIN_REJECTED
    # default and replica are one user of one server.
    assert server.logins == 2


def test_a_rejection_is_known_to_other_processes(server: _Server) -> None:
    """And to this one when it begins anew."""
    server.fails = rejected()
    assert not registry.is_login_held("default")
    ask(["default"])
    registry.close_all()
    assert registry.is_login_held("default")
    assert not registry.is_login_held("other")
    assert ask(["default"])["default"].word is Word.LOGIN_REJECTED
    assert server.logins == 1


def test_without_a_secret_key_nothing_is_shared(server: _Server, turns_directory: Path) -> None:
    server.fails = rejected()
    with override_settings(SECRET_KEY=""):
        for _ in range(2):
            assert ask(["default"])["default"].word is Word.LOGIN_REJECTED
        assert server.logins == 1
        registry.close_all()
        ask(["default"])
    assert server.logins == 2
    assert not turns_directory.exists()


def test_a_password_that_was_changed_is_tried_at_once(server: _Server) -> None:
    server.fails = rejected()
    ask(["default"])
    server.fails = None
    assert ask(["default"])["default"].word is Word.LOGIN_REJECTED
    vars(ops_connections)["connections"].settings["default"]["PASSWORD"] = "hunter3"
    assert ask(["default"])["default"].is_reachable


def test_the_settings_bound_a_prober(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def open_raw(alias: str, **timeouts: int) -> Any:
        seen.append((alias, timeouts))
        return server.open_raw(alias)

    monkeypatch.setattr(opening, "open_raw", open_raw)
    with override_settings(MSSQL_OPS={"HEALTH": {"LOGIN_TIMEOUT": 7, "QUERY_TIMEOUT": 3}}):
        ask(["default"])
    assert seen == [("default", {"login_timeout": 7, "query_timeout": 3})]


def test_many_threads_share_one_connection_and_one_thread(server: _Server) -> None:
    """Begun together while the server is slow: one question for all of them."""
    server.answers.clear()
    crowd = 50
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(crowd))
        asked = [pool.submit(ask, ["default"]) for _ in range(crowd)]
        deadline = time.monotonic() + LIMIT
        while server.selects == 0:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        assert own_threads() == ["mssql-ops-health default"]
        server.answers.set()
        assert all(each.result(LIMIT)["default"].is_reachable for each in asked)
    assert server.logins == 1
    # Those who came late may have needed one more question, never one each.
    assert server.selects < crowd


def test_a_storm_of_probes_looks_and_broken_connections(server: _Server) -> None:
    """Nobody waits longer than allowed, and every answer is one of this alias's."""
    prober = registry.prober_for("default")
    wrong: list[object] = []

    def storm(number: int) -> None:
        for turn in range(100):
            if (number + turn) % 10 == 0:
                found: object = prober.look(
                    f"look {turn % 3}", lambda own: own.connection, limit=LIMIT, max_age=0.0
                )
                is_wrong = not isinstance(found, _Connection)
            else:
                answer = prober.answer(limit=LIMIT, max_age=0.0 if turn % 2 else 0.001)
                is_wrong, found = not answer.is_reachable, answer
            if is_wrong:
                wrong.append(found)

    threads = [threading.Thread(target=storm, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()
    assert wrong == []
    assert server.logins == 1
    assert own_threads() == ["mssql-ops-health default"]


def test_a_child_of_the_process_begins_anew(server: _Server) -> None:
    """As after a fork: the lock may be held by a thread that is not there."""
    ask(["default"])
    prober = registry.prober_for("default")
    registry._lock.acquire()
    prober._hands.stop(LIMIT)  # The thread is the parent's alone.
    registry._after_fork_in_child()
    assert registry.prober_for("default") is prober
    assert registry.prober_for("replica") is not prober
    assert ask(["default"])["default"].is_reachable


def test_a_fork_waits_for_what_is_on_its_way(
    server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SETTLE_LIMIT", 0.02)
    server.answers.clear()
    prober = registry.prober_for("default")
    prober.begin(max_age=0)
    begun = time.monotonic()
    registry._before_fork()
    assert time.monotonic() - begun < 0.5
    server.answers.set()
    monkeypatch.setattr(registry, "SETTLE_LIMIT", LIMIT)
    registry._before_fork()
    assert prober._flight is None
