"""Packets and messages: cut, joined and refused, however the bytes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, ProtocolError, RemoteProtocolError
from tests.tds.feeding import assert_parses_however_fed, drain

EOM = tds.PacketStatus.END_OF_MESSAGE
RESET = tds.PacketStatus.RESET_CONNECTION
SKIP = tds.PacketStatus.RESET_CONNECTION_SKIP_TRAN
BATCH = tds.PacketType.SQL_BATCH

PACKETS = [
    (tds.Packet(tds.PacketType.PRELOGIN, EOM, b"\xff"), "12 01 0009 0000 00 00 ff"),
    (tds.Packet(tds.PacketType.ATTENTION, EOM, b"", packet_id=1), "06 01 0008 0000 01 00"),
    (tds.Packet(BATCH, RESET, b"ab", 0x1234, 7, 9), "01 08 000a 1234 07 09 6162"),
    (
        tds.Packet(tds.PacketType.TABULAR_RESULT, tds.PacketStatus.NORMAL, b"x"),
        "04 00 0009 0000 00 00 78",
    ),
]


@pytest.mark.parametrize(("packet", "data"), PACKETS)
def test_a_packet_is_written_and_read_however_it_is_fed(packet: tds.Packet, data: str) -> None:
    raw = bytes.fromhex(data)
    assert packet.encode() == raw
    assert_parses_however_fed(
        tds.PacketReader, tds.PacketReader.next_packet, raw, [packet], tail=b"\x04\x01"
    )


def test_what_follows_the_last_packet_can_be_had() -> None:
    reader = tds.PacketReader()
    reader.receive(PACKETS[0][0].encode() + b"\x04\x01")
    drain(reader.next_packet)
    assert reader.trailing == b"\x04\x01"
    assert reader.take_trailing() == b"\x04\x01"
    assert reader.trailing == b""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"GET / HTTP/1.1\r\n", "0x47"),
        (b"\x16\x03\x01\x02\x00", "speaks TLS"),
        (b"\x02", "0x02"),
        (bytes.fromhex("01 01 0007 0000 00 00"), "7 bytes"),
        (bytes.fromhex("01 01 8000 0000 00 00"), "32768 bytes"),
    ],
)
def test_what_is_no_packet_is_refused_at_its_header(data: bytes, reason: str) -> None:
    reader = tds.PacketReader()
    reader.receive(data)
    with pytest.raises(RemoteProtocolError, match=reason):
        reader.next_packet()


def test_undefined_status_bits_are_ignored() -> None:
    reader = tds.PacketReader()
    reader.receive(bytes.fromhex("04 e5 0008 0000 00 00"))
    packet = reader.next_packet()
    assert packet is not None
    assert packet.status == EOM


def test_a_packet_too_long_for_its_header_is_our_own_error() -> None:
    with pytest.raises(LocalProtocolError):
        tds.Packet(BATCH, EOM, bytes(32760)).encode()


@given(st.binary(min_size=1, max_size=300), st.integers(9, 64))
def test_a_message_comes_back_whatever_the_packet_size(payload: bytes, size: int) -> None:
    data = tds.packetize(BATCH, payload, packet_size=size, status=RESET)
    assert_parses_however_fed(
        tds.MessageReader,
        tds.MessageReader.next_message,
        data,
        [tds.Message(BATCH, payload, RESET)],
        tail=b"\x01",
    )


def test_packets_of_a_message_are_numbered_and_only_the_first_resets() -> None:
    reader = tds.PacketReader()
    reader.receive(tds.packetize(BATCH, bytes(600), packet_size=10, status=RESET, spid=53))
    packets = drain(reader.next_packet)
    assert [p.packet_id for p in packets] == [n & 0xFF for n in range(1, 301)]
    assert [p.status for p in packets] == [RESET, *[tds.PacketStatus.NORMAL] * 298, EOM]
    assert {p.spid for p in packets} == {53}


def test_an_ignored_message_says_so() -> None:
    reader = tds.MessageReader()
    reader.receive(tds.packetize(BATCH, b"ab", status=tds.PacketStatus.IGNORE))
    message = reader.next_message()
    assert message is not None
    assert message.is_ignored
    assert not message.resets_connection


def test_a_message_without_a_payload_is_written_for_attention_only() -> None:
    assert tds.packetize(tds.PacketType.ATTENTION, b"").hex() == "0601000800000100"
    with pytest.raises(LocalProtocolError, match="hang"):
        tds.packetize(BATCH, b"")


@pytest.mark.parametrize(
    ("packet_type", "status", "size"),
    [
        (BATCH, RESET | SKIP, 4096),
        (tds.PacketType.PRELOGIN, RESET, 4096),
        (BATCH, tds.PacketStatus.NORMAL, 8),
        (BATCH, tds.PacketStatus.NORMAL, 32768),
    ],
)
def test_packets_that_ms_tds_does_not_know_are_our_own_error(
    packet_type: tds.PacketType, status: tds.PacketStatus, size: int
) -> None:
    with pytest.raises(LocalProtocolError):
        tds.packetize(packet_type, b"x", status=status, packet_size=size)


def test_a_message_of_two_types_is_refused() -> None:
    reader = tds.MessageReader()
    reader.receive(tds.Packet(BATCH, tds.PacketStatus.NORMAL, b"a").encode())
    reader.receive(tds.Packet(tds.PacketType.RPC, EOM, b"a").encode())
    with pytest.raises(RemoteProtocolError, match="RPC packet inside a SQL_BATCH"):
        reader.next_message()


def test_both_resets_at_once_are_refused() -> None:
    reader = tds.MessageReader()
    reader.receive(tds.Packet(BATCH, EOM | RESET | SKIP, b"a").encode())
    with pytest.raises(RemoteProtocolError, match="exclude"):
        reader.next_message()


def test_a_message_above_the_limit_is_refused_before_it_is_held() -> None:
    reader = tds.MessageReader(max_size=10)
    reader.receive(tds.packetize(BATCH, bytes(10)))
    assert reader.next_message() is not None
    reader.receive(tds.packetize(BATCH, bytes(11)))
    with pytest.raises(RemoteProtocolError, match="more than 10 bytes"):
        reader.next_message()


def test_a_reader_knows_whether_it_is_inside_a_message() -> None:
    reader = tds.MessageReader()
    seen = [reader.in_message]
    data = tds.packetize(BATCH, b"abcdef", packet_size=10)
    reader.receive(data[:10])
    assert reader.next_message() is None
    seen.append(reader.in_message)
    reader.receive(data[10:])
    assert reader.next_message() is not None
    seen.append(reader.in_message)
    assert seen == [False, True, False]


def test_what_a_message_holds_is_not_shown() -> None:
    assert "secret" not in repr(tds.Packet(BATCH, EOM, b"secret"))
    assert "secret" not in repr(tds.Message(BATCH, b"secret"))


@given(st.binary(max_size=400))
def test_any_bytes_are_packets_or_a_protocol_error(data: bytes) -> None:
    reader = tds.MessageReader()
    reader.receive(data)
    try:
        drain(reader.next_message)
    except ProtocolError:
        return
