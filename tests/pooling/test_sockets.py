"""The sockets of this process, and what those of one login show."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from django_mssql_ops.pooling import SocketWatch, open_sockets, sockets

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@on_linux
@pytest.mark.socket
def test_a_socket_of_this_process_is_seen_until_it_is_closed() -> None:
    with socket.socket() as mine:
        inode = f"socket:[{os.fstat(mine.fileno()).st_ino}]"
        seen = open_sockets()
        assert seen is not None
        assert inode in seen
    left = open_sockets()
    assert left is not None
    assert inode not in left


def test_elsewhere_no_socket_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_OPEN_FILES", Path("/no/such/directory"))
    assert open_sockets() is None
    watch = SocketWatch()
    watch.logged_in()
    assert watch.outlived() is None


def outlived(monkeypatch: pytest.MonkeyPatch, *moments: set[str] | None) -> bool | None:
    """What a watch says that sees these sockets before, after the login and after the close."""
    seen = iter([None if moment is None else frozenset(moment) for moment in moments])
    monkeypatch.setattr(sockets, "open_sockets", lambda: next(seen))
    watch = SocketWatch()
    watch.logged_in()
    return watch.outlived()


@pytest.mark.parametrize(
    ("before", "after_login", "after_close", "expected"),
    [
        ({"a"}, {"a", "b"}, {"a"}, False),
        ({"a"}, {"a", "b"}, {"a", "b"}, True),
        (set(), {"b", "c"}, {"c"}, True),
        ({"a"}, {"a"}, {"a"}, True),
        (set(), set(), set(), None),
        ({"a"}, {"a", "b"}, {"a", "c"}, False),
        (None, None, None, None),
        ({"a"}, None, {"a"}, None),
        ({"a"}, {"a", "b"}, None, None),
    ],
)
def test_a_socket_of_the_login_that_stays_open_is_a_pools(
    monkeypatch: pytest.MonkeyPatch,
    before: set[str] | None,
    after_login: set[str] | None,
    after_close: set[str] | None,
    expected: bool | None,
) -> None:
    assert outlived(monkeypatch, before, after_login, after_close) is expected


def test_a_watch_that_saw_no_login_says_nothing() -> None:
    assert SocketWatch().outlived() is None
