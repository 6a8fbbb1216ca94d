"""Garbage on the socket ends its own connection; everyone else's transaction goes on."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from django_mssql_ops.tds import PacketType, SqlBatch, packetize
from tests.fuzz.inputs import corpus
from tests.standin import StandIn
from tests.test_standin.load.talker import Talker
from tests.test_standin.raw_client import PRELOGIN, RawClient

pytestmark = pytest.mark.socket

Attack = Callable[[StandIn, bytes], None]

_SEED = 3
_BATCH = packetize(PacketType.SQL_BATCH, SqlBatch("INSERT INTO t VALUES (666)").encode())


def _before_the_login(standin: StandIn, garbage: bytes) -> None:
    with RawClient(standin) as client:
        _send(client, garbage)


def _where_the_login_should_be(standin: StandIn, garbage: bytes) -> None:
    with RawClient(standin) as client:
        client.prelogin()
        _send(client, garbage)


def _after_the_login(standin: StandIn, garbage: bytes) -> None:
    with Talker(standin) as client:
        _send(client, garbage)


def _in_the_middle_of_a_request(standin: StandIn, garbage: bytes) -> None:
    with Talker(standin) as client:
        _send(client, _BATCH[: len(_BATCH) // 2] + garbage)


def _inside_a_request(standin: StandIn, garbage: bytes) -> None:
    with Talker(standin) as client:
        for packet_type in (PacketType.SQL_BATCH, PacketType.RPC, PacketType.TRANSACTION_MANAGER):
            _send(client, packetize(packet_type, garbage or b"\0"), end=False)
        _send(client, b"")


def _in_a_transaction_that_waits(standin: StandIn, garbage: bytes) -> None:
    with Talker(standin) as client:
        client.ask("BEGIN TRANSACTION; INSERT INTO t VALUES (667)")
        _send(client, garbage)


#: Attacks that take their time, for the server looks at a waiting client ten times a second.
_EVERY: dict[Attack, int] = {_in_a_transaction_that_waits: 6}


def _send(client: RawClient, garbage: bytes, *, end: bool = True) -> None:
    """Send it whole, as far as the server lets us, and read until it closes."""
    try:
        client.socket.sendall(garbage)
        if end:
            client.socket.shutdown(1)
    except OSError:
        return
    if end:
        assert client.closed_by_peer()


@pytest.mark.parametrize(
    "attack",
    [
        _before_the_login,
        _where_the_login_should_be,
        _after_the_login,
        _in_the_middle_of_a_request,
        _inside_a_request,
        _in_a_transaction_that_waits,
    ],
)
def test_others_go_on(standin: StandIn, attack: Attack) -> None:
    with Talker(standin) as witness:
        witness.run("CREATE TABLE t (n int)")
        witness.run("BEGIN TRANSACTION; INSERT INTO t VALUES (1)")
        for garbage in _samples()[:: _EVERY.get(attack, 1)]:
            attack(standin, garbage)
        witness.run("INSERT INTO t VALUES (2); COMMIT")
        assert witness.value("SELECT SUM(n) FROM t") == 3
    for record in standin.wait_until_idle():
        assert "fault" not in record.ended, record.ended


def _samples() -> list[bytes]:
    """The fuzzer's own inputs, bytes by chance, and what other servers' clients say."""
    dice = random.Random(_SEED)
    by_chance = [dice.randbytes(dice.randint(1, 400)) for _ in range(8)]
    known = [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 300, b"\xff" * 300, PRELOGIN, PRELOGIN[:-1]]
    return [*known, *by_chance, *dice.sample([data[:4000] for data in corpus()], 16)]
