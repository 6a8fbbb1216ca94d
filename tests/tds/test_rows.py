"""Rows: every type in ROW and NBCROW, whole and cut anywhere, quick path and careful path."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from tests.tds.feeding import assert_parses_however_fed, drain, pieces
from tests.tds.hostile import hostile_streams, repeated
from tests.tds.value_cases import VALUE_CASES, ValueCase


def _columns(cases: Sequence[ValueCase]) -> tuple[tds.Column, ...]:
    return tuple(tds.Column(f"c{i}", case.type) for i, case in enumerate(cases))


def _stream(columns: Sequence[tds.Column], *rows: bytes) -> bytes:
    return tds.encode_token(tds.ColMetadata(tuple(columns))) + b"".join(rows)


@pytest.mark.parametrize("case", VALUE_CASES, ids=[case.name for case in VALUE_CASES])
def test_a_value_in_a_row_is_read_however_it_is_fed(case: ValueCase) -> None:
    columns = _columns([case])
    row = tds.encode_row(columns, [case.value])
    assert row == b"\xd1" + bytes.fromhex(case.row)
    # Three rows: the first of a result goes the careful way, the others the quick one.
    expected = [tds.ColMetadata(columns), *[tds.Row((case.value,))] * 3]
    assert_parses_however_fed(
        tds.TokenReader,
        tds.TokenReader.next_token,
        _stream(columns, row, row, row),
        expected,
        tail=row[:-1],
    )


def test_a_row_of_every_type_is_read_however_it_is_fed() -> None:
    columns = _columns(VALUE_CASES)
    values = tuple(case.value for case in VALUE_CASES)
    row = tds.encode_row(columns, values)
    compressed = tds.encode_row(columns, values, null_bitmap=True)
    expected = [tds.ColMetadata(columns), *[tds.Row(values)] * 4, tds.Done()]
    data = _stream(columns, row, compressed, compressed, row, tds.encode_token(tds.Done()))
    assert_parses_however_fed(tds.TokenReader, tds.TokenReader.next_token, data, expected)


def test_a_null_bitmap_leaves_the_nulls_out() -> None:
    columns = [tds.Column("", tds.int_type(1), flags=9)] * 10
    values = [1, None, None, None, None, None, None, None, None, 2]
    row = tds.encode_row(columns, values, null_bitmap=True)
    assert row.hex() == "d2" + "fe01" + "0101" + "0102"


def test_bits_behind_the_last_column_mean_nothing() -> None:
    columns = (tds.Column("", tds.int_type(1)),)
    for bitmap in (0x00, 0xFE):
        reader = tds.TokenReader(columns)
        row = bytes((0xD2, bitmap, 1, 7))
        reader.receive(row + row)
        assert drain(reader.next_token) == [tds.Row((7,))] * 2


def test_rows_without_metadata_have_the_columns_known_before() -> None:
    reader = tds.TokenReader([tds.Column("a", tds.int_type(1))])
    reader.receive(bytes.fromhex("81 ffff d1 01 05"))
    assert drain(reader.next_token) == [tds.ColMetadata(None), tds.Row((5,))]


def test_the_latest_metadata_counts() -> None:
    number, text = tds.Column("a", tds.int_type(1)), tds.Column("b", tds.varchar(9))
    numbers = _stream([number], b"\xd1\x01\x05" * 2)
    texts = _stream([text], b"\xd1\x01\x00\x61" * 2)
    reader = tds.TokenReader()
    reader.receive(numbers + texts)
    rows = [token for token in drain(reader.next_token) if isinstance(token, tds.Row)]
    assert rows == [tds.Row((5,)), tds.Row((5,)), tds.Row(("a",)), tds.Row(("a",))]
    assert reader.columns == (text,)


def test_a_null_bitmap_means_the_columns_of_its_own_result() -> None:
    eight, five = ([tds.Column("", tds.int_type(1))] * count for count in (8, 5))
    data = _stream(
        eight, b"\xd2\x00" + b"\x01\x07" * 8, _stream(five, b"\xd2\x00" + b"\x01\x07" * 5)
    )
    reader = tds.TokenReader()
    reader.receive(data)
    rows = [token for token in drain(reader.next_token) if isinstance(token, tds.Row)]
    assert rows == [tds.Row((7,) * 8), tds.Row((7,) * 5)]


def test_a_row_needs_as_many_values_as_columns() -> None:
    with pytest.raises(LocalProtocolError, match="1 values for 2 columns"):
        tds.encode_row([tds.Column("a", tds.bit_type())] * 2, [True])


@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize(
    ("info", "raw"),
    [
        (tds.int_type(4), "03000000"),
        (tds.bit_type(), "020000"),
        (tds.decimal(9, 2), "050200000000"),
        (tds.datetime2(7), "08ffffffffff000000"),
        (tds.datetime2(7), "080000000000ffffff"),
        (tds.time_type(0), "03ffffff"),
        (tds.nvarchar(5), "0300610062"),
        (tds.nvarchar(None), "0500000000000000 01000000 61 00000000"),
        (tds.varbinary(None), "0500000000000000 01000000 61 00000000"),
        (tds.variant_type(), "ffffffff"),
        (tds.variant_type(), "0200000000ff"),
    ],
)
def test_a_bad_value_is_refused_in_the_first_row_and_in_later_ones(
    info: tds.TypeInfo, raw: str, repeat: int
) -> None:
    columns = [tds.Column("", info)]
    good = tds.encode_row(columns, [None])
    reader = tds.TokenReader()
    reader.receive(_stream(columns, good * (repeat - 1), b"\xd1" + bytes.fromhex(raw)))
    with pytest.raises(RemoteProtocolError):
        drain(reader.next_token)


@pytest.mark.parametrize("rows", [0, 1], ids=["first row", "later row"])
@pytest.mark.parametrize("content", [b"", bytes(17) + bytes(4)], ids=["announced", "sent"])
@pytest.mark.parametrize(
    ("info", "length"),
    [
        (tds.varbinary(None), "feffffffffffffff 11000000"),
        (tds.TypeInfo(tds.DataType.IMAGE, 99), f"01 00 {'00' * 8} 11000000"),
    ],
    ids=["varbinary(max)", "image"],
)
def test_a_value_above_the_limit_is_refused(
    info: tds.TypeInfo, length: str, content: bytes, rows: int
) -> None:
    columns = [tds.Column("", info)]
    reader = tds.TokenReader(max_value_size=16)
    good = tds.encode_row(columns, [bytes(16)])
    reader.receive(_stream(columns, good * rows, b"\xd1" + bytes.fromhex(length) + content))
    with pytest.raises(RemoteProtocolError, match="16"):
        drain(reader.next_token)


def test_a_large_value_is_collected_from_inside_its_chunks() -> None:
    columns = [tds.Column("", tds.varbinary(None))]
    value = bytes(range(256)) * 40
    data = _stream(columns, tds.encode_row(columns, [value]))
    reader = tds.TokenReader()
    tokens: list[tds.Token] = []
    for piece in pieces(data, 100):
        reader.receive(piece)
        tokens += drain(reader.next_token)
    assert tokens[1:] == [tds.Row((value,))]


@given(st.lists(st.integers(1, 40), min_size=1), st.integers(0, 3))
def test_wherever_a_stream_is_cut_it_reads_the_same(cuts: list[int], rows: int) -> None:
    columns = _columns(VALUE_CASES[::7])
    values = tuple(case.value for case in VALUE_CASES[::7])
    row = tds.encode_row(columns, values)
    data = _stream(columns, row * rows, tds.encode_token(tds.Done()))
    reader = tds.TokenReader()
    tokens: list[tds.Token] = []
    start = 0
    while start < len(data):
        size = cuts[start % len(cuts)]
        reader.receive(data[start : start + size])
        tokens += drain(reader.next_token)
        start += size
    assert tokens == [tds.ColMetadata(columns), *[tds.Row(values)] * rows, tds.Done()]


def _feed(data: bytes, size: int) -> int:
    """Read everything without keeping it; how many tokens there were."""
    reader = tds.TokenReader()
    count = 0
    try:
        for piece in pieces(data, size):
            reader.receive(piece)
            while reader.next_token() is not None:
                count += 1
    except RemoteProtocolError:
        pass
    return count


HOSTILE = hostile_streams(64)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [1, 512, 1 << 20], ids=["by byte", "by packet", "whole"])
def test_work_grows_with_the_bytes_and_not_with_how_they_come(name: str, size: int) -> None:
    """Counted in calls, not in seconds; seconds are measured by tests.fuzz."""
    head, unit = HOSTILE[name]
    small, large = len(head) + 1_000, len(head) + 3_000
    few = _steps(lambda: _feed(repeated(head, unit, small), size))
    many = _steps(lambda: _feed(repeated(head, unit, large), size))
    assert many < max(few, 100) * (large / small) * 2


def _steps(work: Callable[[], object]) -> int:
    """Python-level calls, which are what a repeated attempt costs."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_memory_follows_the_bytes(name: str) -> None:
    head, unit = HOSTILE[name]
    data = repeated(head, unit, 1 << 14)
    tracemalloc.start()
    try:
        _feed(data, 4096)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The promise is 64 MB for 1 MB; a 64th of the bytes gets a 64th of it.
    assert peak < 1024 * 1024
