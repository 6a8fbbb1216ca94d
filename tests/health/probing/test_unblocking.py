"""A thread that waits for a server for ever, and is made to stop."""

from __future__ import annotations

import os
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from django_mssql_ops.health.probing.unblocking import end_wait_of
from tests.health.conftest import LIMIT

pytestmark = [
    pytest.mark.socket,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a TCP connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
        with ours, theirs:
            yield ours, theirs


def poll(ours: socket.socket) -> bytes:
    waiting = select.poll()
    waiting.register(ours, select.POLLIN)
    waiting.poll()
    return ours.recv(1)


def started(call: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    result: list[object] = []
    thread = threading.Thread(target=lambda: result.append(call()), daemon=True)
    thread.start()
    return thread, result


def ended(thread: threading.Thread) -> bool:
    """Whether its wait could be ended, once it waits."""
    assert thread.native_id is not None
    deadline = time.monotonic() + LIMIT
    while not end_wait_of(thread.native_id):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


@pytest.mark.parametrize("wait", [lambda ours: ours.recv(1), poll], ids=["recv", "poll"])
def test_it_goes_on_as_if_the_server_had_left(
    pair: tuple[socket.socket, socket.socket], wait: Callable[[socket.socket], object]
) -> None:
    ours, theirs = pair
    thread, result = started(lambda: wait(ours))
    assert ended(thread)
    thread.join(LIMIT)
    assert result == [b""]
    assert theirs.recv(1) == b""


def test_what_is_no_tcp_connection_is_left_alone() -> None:
    reading, writing = os.pipe()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        waits: list[tuple[Callable[[], object], Callable[[], object]]] = [
            (lambda: os.read(reading, 1), lambda: os.write(writing, b"x")),
            (lambda: ours.recv(1), lambda: theirs.send(b"x")),
        ]
        for call, end in waits:
            thread, result = started(call)
            assert thread.native_id is not None
            for _ in range(20):
                assert not end_wait_of(thread.native_id)
                time.sleep(0.001)
            end()
            thread.join(LIMIT)
            assert result == [b"x"]
    os.close(reading)
    os.close(writing)


def test_a_thread_that_is_not_there_or_runs_is_left_alone() -> None:
    assert not end_wait_of(threading.get_native_id())
    assert not end_wait_of(2**22 + 1)
