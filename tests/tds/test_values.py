"""Every type and its values, both ways, in rows and in parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from tests.tds.value_cases import VALUE_CASES, ValueCase

_IDS = [case.name for case in VALUE_CASES]


def _raw(text: str | None) -> bytes:
    return bytes.fromhex(text or "")


@pytest.mark.parametrize("case", VALUE_CASES, ids=_IDS)
def test_a_type_is_written_and_read_as_the_specification_says(case: ValueCase) -> None:
    assert tds.encode_type_info(case.type).hex() == _raw(case.type_hex).hex()
    reader = tds.TokenReader()
    column = tds.Column("c", case.type)
    reader.receive(bytes.fromhex("81 0100 00000000 0900") + _raw(case.type_hex) + b"")
    table = (
        b"\x00"
        if case.type.type in (tds.DataType.TEXT, tds.DataType.NTEXT, tds.DataType.IMAGE)
        else b""
    )
    reader.receive(table + bytes.fromhex("01 6300"))
    assert reader.next_token() == tds.ColMetadata((column,))


@pytest.mark.parametrize("case", VALUE_CASES, ids=_IDS)
def test_a_value_is_written_as_the_specification_says(case: ValueCase) -> None:
    assert tds.encode_value(case.type, case.value).hex() == _raw(case.row).hex()
    in_rpc = tds.encode_value(case.type, case.value, in_rpc=True)
    assert in_rpc.hex() == _raw(case.rpc or case.row).hex()


@pytest.mark.parametrize("case", VALUE_CASES, ids=_IDS)
def test_a_value_is_read_as_the_specification_says(case: ValueCase) -> None:
    value = tds.decode_value(case.type, _raw(case.row))
    assert value == case.value
    assert type(value) is type(case.value)
    assert tds.decode_value(case.type, _raw(case.rpc or case.row), in_rpc=True) == case.value


@pytest.mark.parametrize("case", VALUE_CASES, ids=_IDS)
def test_a_value_cut_short_is_an_error(case: ValueCase) -> None:
    raw = _raw(case.row)
    for size in range(len(raw)):
        with pytest.raises(RemoteProtocolError):
            tds.decode_value(case.type, raw[:size])
    with pytest.raises(RemoteProtocolError, match="follow its end"):
        tds.decode_value(case.type, raw + b"\x00")


def test_the_seventh_digit_of_a_time_is_cut_off_not_rounded() -> None:
    last = tds.decode_value(tds.time_type(7), bytes.fromhex("05 ffbf692ac9"))
    assert last == dt.time(23, 59, 59, 999999)


def test_a_plp_value_of_unknown_length_is_read_from_its_chunks() -> None:
    raw = bytes.fromhex("feffffffffffffff 01000000 61 02000000 6263 00000000")
    assert tds.decode_value(tds.varchar(None), raw) == "abc"


def test_xml_loses_its_byte_order_mark() -> None:
    raw = bytes.fromhex("feffffffffffffff 06000000 fffe3c006100 00000000")
    assert tds.decode_value(tds.xml_type(), raw) == "<a"


@pytest.mark.parametrize(
    ("info", "raw"),
    [
        (tds.int_type(4), "03 000000"),
        (tds.bit_type(), "02 0000"),
        (tds.guid_type(), "0f " + "00" * 15),
        (tds.float_type(), "05 0000000000"),
        (tds.decimal(9, 2), "01 01"),
        (tds.decimal(9, 2), "05 02 00000000"),
        (tds.decimal(9, 2), "12 01 " + "00" * 17),
        (tds.date_type(), "02 0000"),
        (tds.date_type(), "03 ffffff"),
        (tds.time_type(0), "03 805101"),
        (tds.time_type(7), "04 00000000"),
        (tds.datetime2(7), "08 ffffffffff 000000"),
        (tds.datetime2(7), "08 0000000000 ffffff"),
        (tds.datetime2(7), "02 0000"),
        (tds.datetimeoffset(0), "08 000000 000000 4903"),
        (tds.datetimeoffset(0), "08 000000 000000 c4ff"),
        (tds.datetimeoffset(0), "01 00"),
        (tds.datetime_type(), "08 00000000 00828b01"),
        (tds.datetime_type(), "08 ffffff7f 00000000"),
        (tds.datetime_type(4), "04 0000 a005"),
        (tds.nvarchar(9), "0300 610062"),
        (tds.nvarchar(None), "0200000000000000 01000000 61 00000000"),
        (tds.nvarchar(None), "feffffffffffffff ffffffff"),
        (tds.xml_type(), "feffffffffffffff 02000000 dfff 00000000"),
        (tds.TypeInfo(tds.DataType.TEXT, 9), f"01 00 {'00' * 8} ffffffff"),
        (tds.TypeInfo(tds.DataType.VECTOR, 9, scale=0), "0400 a9010200"),
        (tds.TypeInfo(tds.DataType.VECTOR, 9, scale=0), "0800 a9020000 00000000"),
        (tds.variant_type(), "01000000 38"),
        (tds.variant_type(), "02000000 3800"),
        (tds.variant_type(), "03000000 38 00 00"),
        (tds.variant_type(), "02000000 62 00"),
        (tds.variant_type(), "03000000 2a 01 08"),
        (tds.variant_type(), "04000000 6a 02 26 27"),
        (tds.variant_type(), "03000000 38 01 00"),
        (tds.variant_type(), "02000000 00 00"),
        (tds.variant_type(), "ffffffff"),
    ],
)
def test_bytes_that_are_no_value_of_their_type_are_refused(info: tds.TypeInfo, raw: str) -> None:
    with pytest.raises(RemoteProtocolError):
        tds.decode_value(info, bytes.fromhex(raw))


@pytest.mark.parametrize(
    ("info", "value"),
    [
        (tds.int_type(1), -1),
        (tds.int_type(2), 1 << 15),
        (tds.int_type(4), "1"),
        (tds.int_type(4), 1.0),
        (tds.bit_type(), 2),
        (tds.float_type(), float("nan")),
        (tds.float_type(4), 1e300),
        (tds.float_type(), "x"),
        (tds.decimal(4, 2), Decimal("123.45")),
        (tds.decimal(4, 2), Decimal("1.234")),
        (tds.decimal(4, 2), Decimal("NaN")),
        (tds.decimal(4, 2), Decimal("1e999999")),
        (tds.decimal(4, 2), 1.5),
        (tds.money_type(), Decimal("0.00001")),
        (tds.money_type(4), Decimal(10**9)),
        (tds.date_type(), "2024-01-01"),
        (tds.time_type(), dt.time(tzinfo=dt.UTC)),
        (tds.datetime2(), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),
        (tds.datetimeoffset(), dt.datetime(2024, 1, 1)),
        (tds.datetimeoffset(), dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))),
        (tds.datetimeoffset(), dt.datetime(9, 9, 9, tzinfo=dt.timezone(dt.timedelta(hours=15)))),
        (tds.datetimeoffset(), dt.datetime(9, 9, 9, tzinfo=dt.timezone(dt.timedelta(seconds=1)))),
        (tds.datetime_type(), dt.datetime(1752, 12, 31)),
        (tds.datetime_type(4), dt.datetime(2079, 6, 7)),
        (tds.datetime_type(), dt.date(2024, 1, 1)),
        (tds.nvarchar(1), "ab"),
        (tds.nvarchar(1), b"a"),
        (tds.varchar(5), "漢"),
        (tds.varbinary(1), b"ab"),
        (tds.varbinary(1), "a"),
        (tds.guid_type(), "x"),
        (tds.TypeInfo(tds.DataType.INT4), None),
        (tds.TypeInfo(tds.DataType.LEGACY_VARCHAR, 5), ""),
        (tds.TypeInfo(tds.DataType.TVP), 1),
        (tds.TypeInfo(tds.DataType.VECTOR, 16, scale=0), "12"),
        (tds.TypeInfo(tds.DataType.VECTOR, 16, scale=0), ["a"]),
        (tds.variant_type(), object()),
        (tds.variant_type(), Decimal("inf")),
        (tds.variant_type(), tds.Variant(tds.nvarchar(None), object())),
        (tds.variant_type(), tds.Variant(tds.xml_type(), "<a/>")),
    ],
)
def test_a_value_its_type_cannot_hold_is_our_own_error(info: tds.TypeInfo, value: object) -> None:
    with pytest.raises(LocalProtocolError):
        tds.encode_value(info, value)


@pytest.mark.parametrize(
    ("make", "bounds"),
    [
        (tds.decimal, (39, 0)),
        (tds.decimal, (5, 6)),
        (tds.nvarchar, (4001,)),
        (tds.nvarchar, (0,)),
        (tds.varchar, (8001,)),
        (tds.datetime2, (8,)),
        (tds.int_type, (3,)),
    ],
)
def test_a_type_outside_its_bounds_is_our_own_error(
    make: Callable[..., tds.TypeInfo], bounds: tuple[int, ...]
) -> None:
    with pytest.raises(LocalProtocolError):
        make(*bounds)


def test_an_error_about_a_value_does_not_show_it() -> None:
    with pytest.raises(LocalProtocolError) as caught:
        tds.encode_value(tds.int_type(4), "hunter2")
    assert "hunter2" not in str(caught.value)


_ROUND_TRIPS = st.one_of(
    st.tuples(st.just(tds.int_type(8)), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(tds.nvarchar(None)), st.text()),
    st.tuples(st.just(tds.nvarchar(4000)), st.text(max_size=2000)),
    st.tuples(st.just(tds.varbinary(None)), st.binary()),
    st.tuples(st.just(tds.float_type()), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just(tds.decimal(38, 5)), st.decimals(-(10**30), 10**30, places=5)),
    st.tuples(st.just(tds.datetime2(7)), st.datetimes()),
    st.tuples(st.just(tds.time_type(6)), st.times()),
    st.tuples(st.just(tds.date_type()), st.dates()),
    st.tuples(st.just(tds.guid_type()), st.uuids()),
    st.tuples(st.just(tds.bit_type()), st.booleans()),
)


@given(_ROUND_TRIPS)
def test_what_is_written_is_read_back(case: tuple[tds.TypeInfo, object]) -> None:
    info, value = case
    assert tds.decode_value(info, tds.encode_value(info, value)) == value


@given(st.binary(max_size=80).filter(lambda raw: len(raw) % 2 == 0))
def test_any_utf16_code_units_come_back_as_they_were(raw: bytes) -> None:
    data = len(raw).to_bytes(2, "little") + raw
    text = tds.decode_value(tds.nvarchar(80), data)
    assert tds.encode_value(tds.nvarchar(80), text) == data


@given(
    st.binary(max_size=80),
    st.sampled_from(
        [tds.DEFAULT_COLLATION, tds.Collation(0x419, 0, 0), tds.Collation(0x409, 0x40, 0)]
    ),
)
def test_any_bytes_of_a_varchar_come_back_as_they_were(
    raw: bytes, collation: tds.Collation
) -> None:
    info = tds.varchar(80, collation)
    data = len(raw).to_bytes(2, "little") + raw
    assert tds.encode_value(info, tds.decode_value(info, data)) == data


@given(st.dates(dt.date(1753, 1, 1)), st.integers(0, 300 * 86_400 - 1))
def test_any_datetime_of_a_server_comes_back_tick_for_tick(day: dt.date, ticks: int) -> None:
    days = day.toordinal() - dt.date(1900, 1, 1).toordinal()
    raw = b"\x08" + days.to_bytes(4, "little", signed=True) + ticks.to_bytes(4, "little")
    value = tds.decode_value(tds.datetime_type(), raw)
    assert tds.encode_value(tds.datetime_type(), value) == raw
