"""What calls Django in this process: the first request tells."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.signals import request_started

from django_mssql_ops.pooling import serving
from django_mssql_ops.pooling.facts import ServedBy


@pytest.fixture(autouse=True)
def _watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process that has had no request yet."""
    monkeypatch.setattr(serving, "_seen", ServedBy.NOTHING_YET)
    # A receiver of another test may close this thread's connections; nothing is open.
    serving.watch_first_request()
    serving.watch_first_request()
    yield
    serving.watch_first_request()


def listens() -> int:
    return sum(receiver[0][0] == serving._UID for receiver in request_started.receivers)


@pytest.mark.parametrize(
    ("argument", "expected"), [("scope", ServedBy.ASGI), ("environ", ServedBy.WSGI)]
)
def test_the_first_request_tells_and_the_others_cost_nothing(
    argument: str, expected: ServedBy
) -> None:
    assert (serving.served_by(), listens()) == (ServedBy.NOTHING_YET, 1)
    request_started.send(sender=object, **{argument: {}})
    assert (serving.served_by(), listens()) == (expected, 0)


def test_a_signal_that_tells_neither_is_not_a_request() -> None:
    request_started.send(sender=object)
    assert (serving.served_by(), listens()) == (ServedBy.NOTHING_YET, 1)
