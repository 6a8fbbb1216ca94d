"""What the fuzzer feeds: true messages of every kind, changed a little, joined, repeated, cut."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from django_mssql_ops import tds
from tests.tds.hostile import hostile_streams, metadata, repeated
from tests.tds.token_cases import TOKEN_CASES
from tests.tds.value_cases import VALUE_CASES

#: Bytes of the large inputs: what the promise of a second and 64 MB is about.
LARGE = 1 << 20
#: Numbers at which lengths and counts go wrong.
_EDGES = [
    bytes.fromhex(edge)
    for edge in (
        "00",
        "01",
        "7f",
        "80",
        "ff",
        "0000",
        "ffff",
        "fffe",
        "00000000",
        "ffffffff",
        "ffffff7f",
        "feffffffffffffff",
        "ffffffffffffffff",
    )
]


@cache
def corpus() -> tuple[bytes, ...]:
    """Payloads and streams that are right, or were meant to be."""
    captured = json.loads((Path(__file__).parent.parent / "tds" / "driver_bytes.json").read_text())
    payloads = [bytes.fromhex(record["hex"]) for record in captured]
    framed = [
        tds.packetize(tds.PacketType[record["type"]], payload, packet_size=600)
        for record, payload in zip(captured, payloads, strict=True)
        if payload
    ]
    tokens = [case.data for case in TOKEN_CASES]
    rows = []
    for case in VALUE_CASES:
        row = tds.encode_row([tds.Column("", case.type)], [case.value])
        rows.append(metadata(case.type) + row * 2 + tds.encode_token(tds.Done()))
    everything = metadata(*[case.type for case in VALUE_CASES])
    columns = [tds.Column("", case.type) for case in VALUE_CASES]
    values = [case.value for case in VALUE_CASES]
    for null_bitmap in (False, True):
        everything += tds.encode_row(columns, values, null_bitmap=null_bitmap) * 2
    hostile = [repeated(head, unit, 4096) for head, unit in hostile_streams(64).values()]
    return (*payloads, *framed, *tokens, *rows, everything, *hostile)


def _change(data: bytes, change: tuple[int, float, bytes, int]) -> bytes:
    kind, where, content, count = change
    at = int(where * len(data))
    if kind == 0:
        return data[:at] + content + data[at + len(content) :]
    if kind == 1:
        return data[:at] + content + data[at:]
    if kind == 2:
        return data[:at] + data[at + count :]
    if kind == 3:
        return data[:at] + data[at : at + count] * 3 + data[at + count :]
    return data[:at]


_CHANGES = st.tuples(
    st.integers(0, 4),
    st.floats(0, 1, exclude_max=True),
    st.one_of(st.sampled_from(_EDGES), st.binary(max_size=8)),
    st.integers(1, 64),
)


def _apply(data: bytes, changes: list[tuple[int, float, bytes, int]]) -> bytes:
    for change in changes:
        data = _change(data, change)
    return data


def small_inputs() -> st.SearchStrategy[bytes]:
    """Mutated messages, two of them joined, or bytes of no origin."""
    mutated = st.builds(_apply, st.sampled_from(corpus()), st.lists(_CHANGES, max_size=4))
    return st.one_of(mutated, st.builds(bytes.__add__, mutated, mutated), st.binary(max_size=200))


def _fill(unit: bytes, seed: int) -> bytes:
    """A megabyte of it; every other time with a run of noise in the middle."""
    data = (unit or b"\x00") * (LARGE // max(1, len(unit)) + 1)
    if seed % 2:
        noise = (seed.to_bytes(8, "little") * 64)[: LARGE // 4]
        data = data[: LARGE // 2] + noise + data[LARGE // 2 :]
    return data[:LARGE]


def large_inputs() -> st.SearchStrategy[bytes]:
    """A megabyte made of a mutated message again and again, of a hostile stream, or of noise."""
    hostile = st.builds(
        lambda pair, changes: _apply(repeated(pair[0], pair[1], LARGE), changes),
        st.sampled_from(list(hostile_streams(4096).values())),
        st.lists(_CHANGES, max_size=1),
    )
    noise = st.integers(0, 2**32).map(_noise)
    return st.one_of(st.builds(_fill, small_inputs(), st.integers(0, 2**32)), hostile, noise)


def _noise(seed: int) -> bytes:
    import random

    return random.Random(seed).randbytes(LARGE)
