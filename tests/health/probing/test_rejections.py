"""How seldom a login is tried that the server has turned down."""

from __future__ import annotations

from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing.rejections import Rejections
from django_mssql_ops.health.probing.wording import Failure

NO = Failure(word=Word.LOGIN_REJECTED, number=18456, is_rejected=True)


def test_nothing_is_held_at_first() -> None:
    assert Rejections().holding(0.0) is None


def test_the_first_wait_is_a_minute_and_each_further_one_twice_as_long() -> None:
    rejections, now, waits = Rejections(), 500.0, []
    for _ in range(9):
        held = rejections.note(NO, now)
        assert held.next_login is not None
        waits.append(held.next_login - now)
        assert rejections.holding(held.next_login - 0.001) == held
        assert rejections.holding(held.next_login) is None
        now = held.next_login
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_a_login_that_succeeds_begins_anew() -> None:
    rejections = Rejections()
    rejections.note(NO, 0.0)
    rejections.note(NO, 60.0)
    rejections.forget()
    assert rejections.holding(61.0) is None
    assert rejections.note(NO, 100.0).next_login == 160.0


def test_two_rejections_at_once_count_as_one() -> None:
    rejections = Rejections()
    first = rejections.note(NO, 0.0)
    assert rejections.note(NO, 0.1).next_login == first.next_login
    assert rejections.note(NO, 60.0).next_login == 180.0
