"""What the fuzzer feeds: true messages of every kind, changed a little, joined, repeated, cut."""

from __future__ import annotations

import json
import random
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


Recipe = tuple[str, bytes, int]


def large_recipes() -> st.SearchStrategy[Recipe]:
    """A megabyte as a short description, so that a failure can be read."""
    return st.one_of(
        st.tuples(st.just("repeated"), small_inputs(), st.integers(0, 2**32)),
        st.tuples(st.sampled_from(sorted(hostile_streams(4096))), st.just(b""), st.just(0)),
        st.tuples(st.just("noise"), st.just(b""), st.integers(0, 2**32)),
    )


def large_input(recipe: Recipe) -> bytes:
    """The megabyte: a mutated message again and again, a hostile stream, or noise."""
    kind, unit, number = recipe
    if kind == "noise":
        return random.Random(number).randbytes(LARGE)
    if kind != "repeated":
        return repeated(*hostile_streams(4096)[kind], LARGE)
    data = (unit or b"\x00") * (LARGE // max(1, len(unit)) + 1)
    if number % 2:
        noise = random.Random(number).randbytes(LARGE // 4)
        data = data[: LARGE // 2] + noise + data[LARGE // 2 :]
    return data[:LARGE]
