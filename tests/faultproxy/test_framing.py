"""Message boundaries in a stream of bytes, however it is cut."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.faultproxy.framing import Framing, payload_of
from django_mssql_ops.tds import PacketType, packetize

payloads = st.lists(st.binary(min_size=1, max_size=3_000), min_size=1, max_size=5)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(edges)]


@given(payloads, st.lists(st.integers(0, 20_000), max_size=20))
def test_messages_are_counted_however_the_stream_is_cut(
    contents: list[bytes], places: list[int]
) -> None:
    stream = b"".join(packetize(PacketType.RPC, content, packet_size=512) for content in contents)
    framing = Framing()
    for piece in cut(stream, places):
        framing.track(piece)
    assert framing.ended == len(contents)
    assert not framing.in_message
    framing.track(stream[:3])
    assert framing.in_message


@given(payloads, st.lists(st.integers(0, 20_000), max_size=20))
def test_the_end_of_the_first_message_is_found(contents: list[bytes], places: list[int]) -> None:
    messages = [packetize(PacketType.RPC, content, packet_size=512) for content in contents]
    framing, first, seen = Framing(), messages[0], b""
    for piece in cut(b"".join(messages), places):
        size = framing.end_of_message(piece)
        seen += piece[:size]
        framing.track(piece[:size])
        if not framing.in_message:
            break
    assert seen == first
    assert framing.ended == 1


def test_a_message_of_a_header_alone_ends() -> None:
    attention = packetize(PacketType.ATTENTION, b"")
    framing = Framing()
    assert framing.end_of_message(attention + b"\x04") == len(attention)
    framing.track(attention)
    assert (framing.ended, framing.in_message) == (1, False)
    framing.track(attention[:4])
    framing.track(attention[4:])
    assert (framing.ended, framing.in_message) == (2, False)


@given(st.binary(max_size=200))
def test_what_is_no_packet_passes_unjudged(data: bytes) -> None:
    framing = Framing()
    framing.track(b"\x01\x01\x00\x07")
    framing.track(b"\x00" * 4)
    assert framing.opaque
    framing.track(data)
    assert framing.end_of_message(data) == len(data)


@given(st.binary(min_size=1, max_size=3_000), st.integers(0, 3_100))
def test_payload_is_read_as_far_as_it_came(content: bytes, size: int) -> None:
    raw = packetize(PacketType.SQL_BATCH, content, packet_size=512)
    assert payload_of(raw) == content
    assert content.startswith(payload_of(raw[:size]))
