"""Name resolution with the resolver replaced: no name server is asked in a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import Outcome
from django_mssql_ops.diagnostics.probes.dns import MAX_ADDRESSES, probe_dns

PATIENCE = 10.0

Resolver = Callable[..., list[tuple[Any, ...]]]


def answer(*addresses: str) -> list[tuple[Any, ...]]:
    return [
        (
            socket.AF_INET6 if ":" in address else socket.AF_INET,
            socket.SOCK_STREAM,
            6,
            "",
            (address, 0, 0, 0) if ":" in address else (address, 0),
        )
        for address in addresses
    ]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names the resolver is asked for; each one is 192.0.2.7."""
    names: list[str] = []

    def resolve(name: str, *_arguments: Any, **_options: Any) -> list[tuple[Any, ...]]:
        names.append(name)
        return answer("192.0.2.7")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


def failing(error: BaseException) -> Resolver:
    def resolve(*_arguments: Any, **_options: Any) -> list[tuple[Any, ...]]:
        raise error

    return resolve


def test_a_name_gives_its_addresses_and_the_resolver_is_asked_once(asked: list[str]) -> None:
    found = probe_dns("db.example.com", limit=PATIENCE)
    assert (found.host, found.outcome, found.error) == ("db.example.com", Outcome.OK, "")
    assert found.addresses == ("192.0.2.7",)
    assert asked == ["db.example.com"]


def test_all_addresses_are_kept_once_in_the_resolvers_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several = answer("2001:db8::7", "192.0.2.9", "192.0.2.7", "192.0.2.9", "2001:db8::7")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_o: several)
    found = probe_dns("db.example.com", limit=PATIENCE)
    assert found.addresses == ("2001:db8::7", "192.0.2.9", "192.0.2.7")


def test_no_more_addresses_are_kept_than_a_driver_would_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = answer(*(f"198.51.100.{number}" for number in range(200)))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_o: crowd)
    found = probe_dns("db.example.com", limit=PATIENCE)
    assert len(found.addresses) == MAX_ADDRESSES == 64
    assert found.addresses[-1] == "198.51.100.63"


@pytest.mark.parametrize("spelling", ["", ".", "(local)", "(LOCAL)"])
def test_a_host_that_means_this_machine_is_asked_for_as_localhost(
    spelling: str, asked: list[str]
) -> None:
    assert probe_dns(spelling, limit=PATIENCE).host == "localhost"
    assert asked == ["localhost"]


def test_an_unknown_name_is_not_found_in_the_resolvers_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    monkeypatch.setattr(socket, "getaddrinfo", failing(unknown))
    found = probe_dns("nowhere.invalid", limit=PATIENCE)
    assert (found.outcome, found.addresses) == (Outcome.NOT_FOUND, ())
    assert found.error == "Name or service not known"


def test_a_name_server_that_fails_is_told_from_an_unknown_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    monkeypatch.setattr(socket, "getaddrinfo", failing(again))
    found = probe_dns("db.example.com", limit=PATIENCE)
    assert found.outcome is Outcome.FAILED
    assert found.error == "Temporary failure in name resolution"


def test_an_error_without_words_still_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", failing(OSError("resolver exploded")))
    assert probe_dns("db.example.com", limit=PATIENCE).error == "resolver exploded"


@pytest.mark.parametrize("host", ["a" * 64 + ".example.com", "a..b", "db\ud800"])
def test_what_cannot_be_a_host_name_is_a_fact_and_not_a_crash(host: str) -> None:
    """The real resolver refuses these before it asks anybody."""
    found = probe_dns(host, limit=PATIENCE)
    assert (found.outcome, found.error) == (Outcome.NOT_FOUND, "not a valid host name")


@pytest.fixture
def stuck_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    released = threading.Event()

    def wait(*_arguments: Any, **_options: Any) -> list[tuple[Any, ...]]:
        released.wait(PATIENCE)
        return answer("192.0.2.7")

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    yield
    released.set()


@pytest.mark.usefixtures("stuck_resolver")
def test_a_resolver_that_does_not_answer_is_given_up_at_the_limit() -> None:
    found = probe_dns("db.example.com", limit=0.01)
    assert (found.outcome, found.error) == (Outcome.TIMED_OUT, "no answer within 0.01 s")
    assert 10 <= found.milliseconds < 1000
