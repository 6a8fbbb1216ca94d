"""When a connection's time-out is lowered and restored, without a driver."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.retry.deadline import Level
from django_mssql_ops.retry.recording.connection import RecordingConnection


class Cursor:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, sql: str, *rows: object) -> Cursor:
        self.connection.seen.append(self.connection.timeout)
        return self

    executemany = execute


class Connection:
    """A driver's, which counts how often its time-out is set, as that is what costs."""

    def __init__(self) -> None:
        self.seconds = 10
        self.sets = 0
        self.seen: list[int] = []
        self.autocommit = True

    @property
    def timeout(self) -> int:
        return self.seconds

    @timeout.setter
    def timeout(self, seconds: int) -> None:
        self.seconds = seconds
        self.sets += 1

    def cursor(self) -> Cursor:
        self.seen.append(self.timeout)
        return Cursor(self)

    def commit(self) -> None:
        self.seen.append(self.timeout)

    rollback = close = commit


class Quiet:
    """A watch that nobody asks."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


@pytest.fixture
def raw() -> Connection:
    return Connection()


@pytest.fixture
def recorded(raw: Connection) -> Any:
    return RecordingConnection(raw, Quiet())  # type: ignore[arg-type]


def level(seconds: float | None) -> Level:
    return Level(until=seconds, clock=lambda: 0.0)


def test_a_level_that_uses_no_connection_touches_none(raw: Connection, recorded: Any) -> None:
    used = level(9)
    used.open()
    used.close()
    assert raw.sets == 0


@pytest.mark.parametrize("use", ["cursor", "commit", "rollback", "close"])
def test_the_first_use_lowers_and_the_end_restores(
    raw: Connection, recorded: Any, use: str
) -> None:
    used = level(9)
    used.open()
    getattr(recorded, use)()
    getattr(recorded, use)()
    used.close()
    getattr(recorded, use)()
    assert raw.seen == [3, 3, 10]
    assert raw.sets == 2


def test_the_end_of_a_transaction_is_a_use(raw: Connection, recorded: Any) -> None:
    used = level(9)
    used.open()
    recorded.autocommit = False
    assert raw.timeout == 3
    used.close()
    assert raw.timeout == 10


@pytest.mark.parametrize("rows", [(), ([(1,)],)], ids=["execute", "executemany"])
def test_a_cursor_may_be_older_than_the_level(
    raw: Connection, recorded: Any, rows: tuple[Any, ...]
) -> None:
    cursor = recorded.cursor()
    used = level(9)
    used.open()
    (cursor.executemany if rows else cursor.execute)("SELECT 1", *rows)
    used.close()
    assert raw.seen == [10, 3]


def test_levels_within_lower_further_and_restore_what_was(raw: Connection, recorded: Any) -> None:
    outer, inner = level(9), level(6)
    outer.open()
    recorded.cursor()
    inner.open()
    recorded.cursor()
    inner.close()
    recorded.cursor()
    outer.close()
    assert raw.seen == [3, 2, 3]
    assert raw.timeout == 10


def test_what_only_the_level_within_has_lowered_is_restored_with_it(
    raw: Connection, recorded: Any
) -> None:
    outer, inner = level(9), level(None)
    outer.open()
    inner.open()
    recorded.cursor()
    inner.close()
    assert raw.timeout == 10
    recorded.cursor()
    outer.close()
    assert raw.seen == [3, 3]
    assert raw.timeout == 10


def test_a_level_without_a_deadline_lowers_nothing(raw: Connection, recorded: Any) -> None:
    used = level(None)
    used.open()
    recorded.cursor().execute("SELECT 1")
    used.close()
    assert raw.sets == 0


def test_a_connection_that_is_gone_says_so_itself() -> None:
    class Gone:
        @property
        def timeout(self) -> int:
            raise RuntimeError("closed")

        def cursor(self) -> Cursor:
            raise ValueError("the driver's own word")

    gone: Any = RecordingConnection(Gone(), Quiet())  # type: ignore[arg-type]
    used = level(9)
    used.open()
    with pytest.raises(ValueError, match="own word"):
        gone.cursor()
    used.close()


@pytest.mark.parametrize(("before", "within"), [(2, 2), (0, 3), (3, 3), (4, 3)])
def test_a_time_out_is_never_raised(
    raw: Connection, recorded: Any, before: int, within: int
) -> None:
    """0 is for ever."""
    raw.seconds = before
    used = level(9)
    used.open()
    recorded.cursor()
    used.close()
    assert raw.seen == [within]
    assert raw.timeout == before


def test_a_level_lowers_a_connection_once(raw: Connection, recorded: Any) -> None:
    time = iter([0.0, 6.0])
    used = Level(until=9, clock=lambda: next(time))
    used.open()
    recorded.cursor()
    recorded.cursor()
    used.close()
    assert raw.seen == [3, 3]


def test_overlapping_levels_leave_the_projects_own_time_out(raw: Connection) -> None:
    """Two coroutines on one connection: the first to begin is the first to end."""
    first, second = level(18.0), level(12.0)
    first.lower(raw)
    second.lower(raw)
    assert raw.seconds == 4
    first.close()
    assert raw.seconds == 4
    second.close()
    assert raw.seconds == 10


def test_nested_levels_give_back_what_they_found(raw: Connection) -> None:
    outer, inner = level(18.0), level(12.0)
    outer.lower(raw)
    inner.lower(raw)
    inner.close()
    assert raw.seconds == 6
    outer.close()
    assert raw.seconds == 10


class KeepsNoTimeOut(Connection):
    """mssql-python's: only its connection time-out ends a wait for a silent server (measured)."""

    attribute = 0

    def set_attr(self, number: int, seconds: int) -> None:
        assert number == 113
        self.attribute = seconds


def test_a_short_time_out_that_is_not_kept_is_enforced() -> None:
    connection = KeepsNoTimeOut()
    attempt = level(60.0)
    attempt.lower(connection)
    assert (connection.seconds, connection.attribute) == (10, 10)
    attempt.close()
    assert connection.seconds == 10
