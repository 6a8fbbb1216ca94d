"""SQL Server Browser: the question on the wire, and answers of every quality."""

from __future__ import annotations

import errno
import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import BrowserFacts, Outcome
from django_mssql_ops.diagnostics.probes import browser
from django_mssql_ops.diagnostics.probes.browser import parse_answer, probe_browser
from tests.diagnostics.probes.listeners import LOOPBACK, Place, closed_port, datagrams

PATIENCE = 10.0
TYPICAL = (
    "ServerName;DB7;InstanceName;SALES;IsClustered;No;Version;15.0.2000.5;"
    "tcp;51433;np;\\\\DB7\\pipe\\MSSQL$SALES\\sql\\query;;"
)


def response(text: str, *, length: int | None = None) -> bytes:
    body = text.encode("ascii")
    return b"\x05" + (len(body) if length is None else length).to_bytes(2, "little") + body


def ask(place: Place, *, limit: float = PATIENCE, instance: str = "SALES") -> BrowserFacts:
    return probe_browser("db7", [place.address], instance, limit=limit, browser_port=place.port)


def judged(answer: bytes) -> BrowserFacts:
    """What the probe makes of ``answer``, without a socket."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser, "_ask_any", lambda *_arguments: answer)
        return probe_browser("db7", [LOOPBACK], "SALES", limit=PATIENCE)


@pytest.mark.socket
def test_the_instance_is_asked_for_as_the_specification_says_and_its_port_is_read() -> None:
    with datagrams(response(TYPICAL)) as (place, questions):
        found = ask(place)
    assert questions == [b"\x04SALES\x00"]
    assert (found.host, found.instance, found.outcome) == ("db7", "SALES", Outcome.OK)
    assert (found.port, found.version, found.error) == (51433, "15.0.2000.5", "")


@pytest.mark.socket
def test_a_browser_that_keeps_silent_is_given_up_at_the_limit() -> None:
    with datagrams(None) as (place, _):
        found = ask(place, limit=0.05)
    assert (found.outcome, found.port) == (Outcome.TIMED_OUT, None)
    assert found.error == "no answer within 0.05 s"
    assert 50 <= found.milliseconds < 1000


@pytest.mark.socket
def test_a_machine_without_a_browser_refuses() -> None:
    with closed_port(socket.SOCK_DGRAM) as place:
        found = ask(place)
    assert found.outcome is Outcome.REFUSED
    assert found.error == f"nothing listens on UDP port {place.port}"


@pytest.mark.socket
def test_the_next_address_is_asked_when_one_does_not_answer() -> None:
    with datagrams(response(TYPICAL)) as (place, questions):
        found = probe_browser(
            "db7", ["127.0.0.2", LOOPBACK], "SALES", limit=1.0, browser_port=place.port
        )
    assert (found.outcome, found.port, len(questions)) == (Outcome.OK, 51433, 1)


def test_each_address_still_to_come_keeps_its_share_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock stands still: three addresses share six seconds as 2, 3 and 6."""
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    shares: list[float] = []

    def time_out(_address: str, _port: int, _instance: str, seconds: float) -> bytes:
        shares.append(seconds)
        raise TimeoutError

    monkeypatch.setattr(browser, "_ask", time_out)
    found = probe_browser("db7", ["192.0.2.1", "192.0.2.2", "192.0.2.3"], "SALES", limit=6)
    assert shares == [2, 3, 6]
    assert found.outcome is Outcome.TIMED_OUT


def test_no_address_is_a_failure_and_not_a_crash() -> None:
    found = probe_browser("db7", [], "SALES", limit=PATIENCE)
    assert (found.outcome, found.error) == (Outcome.FAILED, "no address to ask")


def test_any_other_network_error_is_told_in_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_arguments: object) -> bytes:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(browser, "_ask", unreachable)
    found = probe_browser("db7", [LOOPBACK], "SALES", limit=PATIENCE)
    assert found.outcome is Outcome.FAILED
    assert "Network is unreachable" in found.error


@pytest.mark.socket
def test_an_instance_name_that_is_not_ascii_is_a_failure_and_not_a_crash() -> None:
    with datagrams(response(TYPICAL)) as (place, questions):
        found = ask(place, instance="VERKÄUFE")
    assert found.outcome is Outcome.FAILED
    assert questions == []


def test_keys_come_in_any_case_and_in_lower_case_out() -> None:
    assert parse_answer(response("TCP;1;VERSION;2;;")) == {"tcp": "1", "version": "2"}


def test_what_comes_after_the_first_instance_is_left_alone() -> None:
    two = response("InstanceName;A;tcp;1111;;InstanceName;B;tcp;2222;;")
    assert parse_answer(two)["tcp"] == "1111"


def test_the_length_in_the_answer_bounds_what_is_read() -> None:
    assert parse_answer(response("tcp;1433;;", length=7)) == {"tcp": "143"}


def test_a_length_that_promises_more_than_came_is_no_problem() -> None:
    assert parse_answer(response("tcp;1433;;", length=65_535)) == {"tcp": "1433"}


@pytest.mark.parametrize("answer", [b"", b"\x05", b"\x05\x00", b"\x04\x09\x00tcp;1433;;"])
def test_what_is_no_response_has_no_pairs(answer: bytes) -> None:
    assert parse_answer(answer) == {}


@pytest.mark.parametrize("port", ["", "0", "65536", "-1", "1433x", "0x599", " 1433", "9" * 5_000])
def test_a_port_that_is_none_is_not_used(port: str) -> None:
    found = judged(response(f"InstanceName;SALES;tcp;{port};;"))
    assert (found.outcome, found.port) == (Outcome.NOT_FOUND, None)
    assert found.error == "the answer names no TCP port"


@pytest.mark.parametrize("port", [1, 65535])
def test_the_ends_of_the_port_range_are_used(port: int) -> None:
    found = judged(response(f"tcp;{port};;"))
    assert (found.outcome, found.port) == (Outcome.OK, port)


@given(st.binary(max_size=300))
@example(b"\x05\xff\xfftcp;" + b"9" * 60_000)
def test_no_datagram_can_break_the_probe(datagram: bytes) -> None:
    for answer in (datagram, b"\x05\xff\xff" + datagram):
        found = judged(answer)
        assert found.outcome in (Outcome.OK, Outcome.NOT_FOUND)
        assert (found.port is not None) == (found.outcome is Outcome.OK)
