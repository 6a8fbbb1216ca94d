"""One TCP connect an address. Outcomes that loopback cannot produce come from a replaced socket."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator

import pytest

from django_mssql_ops.diagnostics.facts import Outcome
from django_mssql_ops.diagnostics.probes.tcp import probe_tcp
from tests.diagnostics.probes.listeners import LOOPBACK, closed_port, silent

LIMIT = 5.0


@pytest.mark.socket
def test_an_open_port_is_open() -> None:
    with silent() as place:
        found = probe_tcp([LOOPBACK], place.port, limit=LIMIT)
    (attempt,) = found.attempts
    assert found.port == place.port
    assert (attempt.address, attempt.port) == place
    assert (attempt.outcome, attempt.error) == (Outcome.OK, "")
    assert 0 < attempt.milliseconds < LIMIT * 1000
    assert found.reached == attempt


@pytest.mark.socket
def test_a_closed_port_refuses_at_once() -> None:
    with closed_port() as place:
        found = probe_tcp([LOOPBACK], place.port, limit=LIMIT)
    (attempt,) = found.attempts
    assert (attempt.outcome, attempt.error) == (Outcome.REFUSED, os.strerror(errno.ECONNREFUSED))
    assert attempt.milliseconds < 1000
    assert found.reached is None


@pytest.mark.socket
def test_every_address_is_tried_and_reported_in_the_order_asked() -> None:
    """All of 127.0.0.0/8 is this machine on Linux: only the address that listens accepts."""
    with silent() as place:
        found = probe_tcp(["127.0.0.2", LOOPBACK, "127.0.0.3"], place.port, limit=LIMIT)
    outcomes = [(attempt.address, attempt.outcome) for attempt in found.attempts]
    assert outcomes == [
        ("127.0.0.2", Outcome.REFUSED),
        (LOOPBACK, Outcome.OK),
        ("127.0.0.3", Outcome.REFUSED),
    ]
    assert found.reached is not None
    assert found.reached.address == LOOPBACK


@pytest.fixture
def full_backlog() -> Iterator[int]:
    """A port whose queue is full: Linux drops further connects in silence, as firewalls do."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.socket
def test_an_address_that_drops_packets_times_out_at_the_limit(full_backlog: int) -> None:
    found = probe_tcp([LOOPBACK], full_backlog, limit=0.05)
    (attempt,) = found.attempts
    assert (attempt.outcome, attempt.error) == (Outcome.TIMED_OUT, "no answer within 0.05 s")
    assert 50 <= attempt.milliseconds < 1000


@pytest.mark.socket
def test_dead_addresses_share_one_limit(full_backlog: int) -> None:
    found = probe_tcp([LOOPBACK, "127.0.0.2", "127.0.0.3"], full_backlog, limit=0.05)
    outcomes = [attempt.outcome for attempt in found.attempts]
    assert outcomes == [Outcome.TIMED_OUT, Outcome.REFUSED, Outcome.REFUSED]
    assert all(attempt.milliseconds < 1000 for attempt in found.attempts)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (errno.ECONNREFUSED, Outcome.REFUSED),
        (errno.ETIMEDOUT, Outcome.TIMED_OUT),
        (errno.EHOSTUNREACH, Outcome.UNREACHABLE),
        (errno.ENETUNREACH, Outcome.UNREACHABLE),
        (errno.EADDRNOTAVAIL, Outcome.UNREACHABLE),
        (errno.EACCES, Outcome.UNREACHABLE),
        (errno.EPERM, Outcome.UNREACHABLE),
        (errno.ECONNRESET, Outcome.RESET),
        (errno.EINVAL, Outcome.FAILED),
    ],
)
def test_each_errno_has_its_outcome(
    code: int, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda _self, _place: code)
    (attempt,) = probe_tcp(["192.0.2.7"], 1433, limit=LIMIT).attempts
    assert (attempt.outcome, attempt.error) == (outcome, os.strerror(code))


def test_a_connect_that_raises_is_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_self: socket.socket, _place: tuple[str, int]) -> int:
        raise OSError(errno.ENETUNREACH, "no route")

    monkeypatch.setattr(socket.socket, "connect_ex", unreachable)
    (attempt,) = probe_tcp(["192.0.2.7"], 1433, limit=LIMIT).attempts
    assert attempt.outcome is Outcome.UNREACHABLE


def test_a_machine_without_ipv6_is_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    families: list[int] = []

    def refuse(family: int, *_arguments: int) -> socket.socket:
        families.append(family)
        raise OSError(errno.EAFNOSUPPORT, "not supported")

    monkeypatch.setattr(socket, "socket", refuse)
    found = probe_tcp(["2001:db8::7"], 1433, limit=LIMIT)
    assert families == [socket.AF_INET6]
    assert found.attempts[0].outcome is Outcome.FAILED
    assert found.attempts[0].error == os.strerror(errno.EAFNOSUPPORT)


def test_no_address_is_no_attempt() -> None:
    found = probe_tcp([], 1433, limit=LIMIT)
    assert (found.attempts, found.reached) == ((), None)
