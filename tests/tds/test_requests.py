"""Requests: batches, procedure calls, transactions, attention; both ways."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, ProtocolError, RemoteProtocolError
from tests.tds.value_cases import VALUE_CASES, ValueCase

AUTO = "16000000 12000000 0200 0000000000000000 01000000"
IN_TRANSACTION = tds.RequestHeaders(0x0102, 1)
BY_REF = tds.ParameterStatus.BY_REFERENCE
KIND = tds.TransactionRequest
POINTS = tds.TableValue(
    (tds.Column("", tds.int_type(1), flags=0),),
    ((2,),),
)

#: (request, packet type, payload): the ones of the specification's chapter 4 say so.
REQUESTS = [
    (
        tds.SqlBatch("select 'foo' as 'bar'"),
        tds.PacketType.SQL_BATCH,
        AUTO + "select 'foo' as 'bar'".encode("utf-16-le").hex(),
    ),
    (
        tds.SqlBatch("x", IN_TRANSACTION),
        tds.PacketType.SQL_BATCH,
        "16000000 12000000 0200 0201000000000000 01000000 7800",
    ),
    (
        tds.SqlBatch("x", tds.RequestHeaders(0, 1, b"qn", bytes(20))),
        tds.PacketType.SQL_BATCH,
        f"38000000 08000000 0100 716e 12000000 0200 0000000000000000 01000000"
        f" 1a000000 0300 {bytes(20).hex()} 7800",
    ),
    (tds.SqlBatch("", tds.AUTOCOMMIT), tds.PacketType.SQL_BATCH, AUTO),
    (tds.Attention(), tds.PacketType.ATTENTION, ""),
    (
        # MS-TDS chapter 4, "RPC Client Request", but for the transaction descriptor.
        tds.RpcRequest(
            (
                tds.RpcCall(
                    "foo3",
                    (tds.Parameter("", tds.int_type(2), None, tds.ParameterStatus.DEFAULT),),
                ),
            )
        ),
        tds.PacketType.RPC,
        f"{AUTO} 0400 66006f006f003300 0000 00 02 26 02 00",
    ),
    (
        # MS-TDS chapter 4, "TVP Insert Statement", likewise.
        tds.RpcRequest(
            (tds.RpcCall("foo", (tds.Parameter("", tds.table_type("dbo", "tvptype"), POINTS),)),)
        ),
        tds.PacketType.RPC,
        f"{AUTO} 0300 66006f006f00 0000 00 00 f3 00 03 640062006f00 07"
        " 74007600700074007900700065 00 0100 00000000 0000 26 01 00 00 01 01 02 00",
    ),
    (
        tds.RpcRequest(
            (
                tds.RpcCall(
                    tds.ProcedureId.PREP_EXEC,
                    (tds.Parameter("@h", tds.int_type(4), None, BY_REF),),
                    flags=2,
                ),
                tds.RpcCall(tds.ProcedureId.UNPREPARE, no_execute=True),
                tds.RpcCall(777),
            )
        ),
        tds.PacketType.RPC,
        f"{AUTO} ffff 0d00 0200 02 40006800 01 26 04 00 ff ffff 0f00 0000 fe ffff 0903 0000",
    ),
    (
        tds.TransactionManagerRequest(KIND.BEGIN, "t", 2),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0500 02 02 7400",
    ),
    (
        tds.TransactionManagerRequest(KIND.COMMIT),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0700 00 00",
    ),
    (
        tds.TransactionManagerRequest(KIND.ROLLBACK, begin_new=True, new_isolation=5, new_name="n"),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0800 00 01 05 02 6e00",
    ),
    (
        tds.TransactionManagerRequest(KIND.SAVE, "s"),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0900 02 7300",
    ),
    (
        tds.TransactionManagerRequest(KIND.PROMOTE),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0600",
    ),
    (
        tds.TransactionManagerRequest(KIND.GET_DTC_ADDRESS),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0000 0000",
    ),
    (
        tds.TransactionManagerRequest(KIND.PROPAGATE, buffer=b"ab"),
        tds.PacketType.TRANSACTION_MANAGER,
        f"{AUTO} 0100 0200 6162",
    ),
    (tds.BulkLoad(b"\x81"), tds.PacketType.BULK_LOAD, "81"),
    (tds.SspiResponse(b"NTLM"), tds.PacketType.SSPI, "4e544c4d"),
    (tds.FedAuthToken(b"tok"), tds.PacketType.FEDAUTH_TOKEN, "07000000 03000000 746f6b"),
    (
        tds.FedAuthToken(b"tok", bytes(32)),
        tds.PacketType.FEDAUTH_TOKEN,
        f"27000000 03000000 746f6b {bytes(32).hex()}",
    ),
]


@pytest.mark.parametrize(("request_", "packet_type", "data"), REQUESTS)
def test_a_request_is_written_and_read(
    request_: tds.Request, packet_type: tds.PacketType, data: str
) -> None:
    raw = bytes.fromhex(data)
    assert request_.encode().hex() == raw.hex()
    assert tds.decode_request(tds.Message(packet_type, raw)) == request_


@pytest.mark.parametrize(
    ("request_", "packet_type", "data"),
    [case for case in REQUESTS if not isinstance(case[0], (tds.BulkLoad, tds.SspiResponse))],
)
def test_a_request_cut_short_is_no_other_kind_of_error(
    request_: tds.Request, packet_type: tds.PacketType, data: str
) -> None:
    raw = bytes.fromhex(data)
    for size in range(len(raw)):
        try:
            found = tds.decode_request(tds.Message(packet_type, raw[:size]))
        except RemoteProtocolError:
            continue
        assert found != request_


@pytest.mark.parametrize("case", VALUE_CASES, ids=[case.name for case in VALUE_CASES])
def test_every_type_can_be_a_parameter(case: ValueCase) -> None:
    info = case.type
    if info.type is tds.DataType.UDT:
        # A parameter names its CLR type without size and assembly (MS-TDS 2.2.5.5.2).
        info = tds.TypeInfo(info.type, user_type=tds.UserType("d", "sys", "hierarchyid"))
    call = tds.RpcCall(
        "p", (tds.Parameter("@a", info, case.value), tds.Parameter("@b", tds.bit_type(), True))
    )
    request = tds.RpcRequest((call, call))
    assert tds.RpcRequest.decode(request.encode()) == request


def test_a_table_without_rows_and_no_table_at_all_are_parameters() -> None:
    kind = tds.table_type("dbo", "t")
    columns = (tds.Column("", tds.int_type()), tds.Column("", tds.nvarchar(None)))
    table = tds.TableValue(columns, ((1, "a"), (None, None)), b"\x01\x00\x01", b"\x02\x00\x01\x00")
    parameters = (
        tds.Parameter("@a", kind, table),
        tds.Parameter("@b", kind, tds.TableValue(columns, ())),
        tds.Parameter("@c", kind, None),
    )
    request = tds.RpcRequest((tds.RpcCall("p", parameters),))
    assert tds.RpcRequest.decode(request.encode()) == request


@pytest.mark.parametrize(
    ("packet_type", "data", "reason"),
    [
        (tds.PacketType.SQL_BATCH, "", "needed at least"),
        (tds.PacketType.SQL_BATCH, "03000000", "ALL_HEADERS of 3 bytes"),
        (tds.PacketType.SQL_BATCH, "ffffffff", "needed at least"),
        (tds.PacketType.SQL_BATCH, "0a000000 05000000 0200", "of 5 bytes"),
        (tds.PacketType.SQL_BATCH, "0a000000 06000000 0200", "expected 12"),
        (tds.PacketType.SQL_BATCH, "10000000 06000000 0900 06000000 0900", "header 9"),
        (tds.PacketType.SQL_BATCH, f"{AUTO} 61", "odd length"),
        (tds.PacketType.ATTENTION, "00", "attention with 1 bytes"),
        (tds.PacketType.RPC, AUTO, "needed at least"),
        (tds.PacketType.RPC, f"{AUTO} 0104", "1025 characters"),
        (tds.PacketType.RPC, f"{AUTO} ffff 0a00 0000 00 08", "Always Encrypted"),
        (tds.PacketType.RPC, f"{AUTO} ffff 0a00 0000 00 00 1f", "NULLTYPE"),
        (tds.PacketType.RPC, f"{AUTO} ffff 0a00 0000 00 00 00", "0x00 does not exist"),
        (tds.PacketType.RPC, f"{AUTO} ffff 0a00 0000 00 00 26 04 04", "needed at least"),
        (tds.PacketType.RPC, f"{AUTO} ffff 0a00 0000" + "00 00 30 01" * 2117, "more than 2116"),
        (tds.PacketType.RPC, AUTO + "ffff 0a00 0000 ff" * 131_073, "more than 131072"),
        (tds.PacketType.RPC, f"{AUTO} 0000 0000 00 00 f3 00 00 00 0000", "of 0 columns"),
        (tds.PacketType.RPC, f"{AUTO} 0000 0000 00 00 f3 00 00 00 ffff 00 01", "token 0x01"),
        (tds.PacketType.RPC, f"{AUTO} 0000 0000 00 00 f3 00 00 00 ffff 99", "token 0x99"),
        (
            tds.PacketType.RPC,
            f"{AUTO} 0000 0000 00 00 f3 00 00 00 0100 00000000 0002 30 00 00 01",
            "without any byte",
        ),
        (tds.PacketType.TRANSACTION_MANAGER, f"{AUTO} 0200", "does not exist"),
        (tds.PacketType.TRANSACTION_MANAGER, f"{AUTO} 0700 00 00 00", "follow its end"),
        (tds.PacketType.TRANSACTION_MANAGER, f"{AUTO} 0500 00 01 61", "odd length"),
        (tds.PacketType.FEDAUTH_TOKEN, "05000000 00000000 00", "nonce of 1 bytes"),
        (tds.PacketType.TABULAR_RESULT, "fd", "is no request"),
        (tds.PacketType.LOGIN7, "00", "is no request"),
    ],
)
def test_what_a_client_may_not_ask_is_refused(
    packet_type: tds.PacketType, data: str, reason: str
) -> None:
    with pytest.raises(RemoteProtocolError, match=reason):
        tds.decode_request(tds.Message(packet_type, bytes.fromhex(data)))


@pytest.mark.parametrize(
    "request_",
    [
        tds.RpcRequest(()),
        tds.RpcRequest((tds.RpcCall("p", (tds.Parameter("@" * 254, tds.int_type(), 1),)),)),
        tds.RpcRequest((tds.RpcCall("p", (tds.Parameter("", tds.int_type(), 1),) * 2117),)),
        tds.RpcRequest((tds.RpcCall(1 << 16),)),
        tds.RpcRequest((tds.RpcCall("p", (tds.Parameter("", tds.table_type("", "t"), 1),)),)),
        tds.SqlBatch("x", tds.RequestHeaders(1 << 64)),
        tds.TransactionManagerRequest(KIND.SAVE),
        tds.TransactionManagerRequest(KIND.BEGIN, "x" * 128),
        tds.FedAuthToken(b"", b"short"),
    ],
)
def test_a_request_that_cannot_be_written_is_our_own_error(request_: tds.Request) -> None:
    with pytest.raises(LocalProtocolError):
        request_.encode()


def test_secrets_of_requests_are_not_shown() -> None:
    shown = repr(
        [
            tds.SqlBatch("SECRET"),
            tds.BulkLoad(b"SECRET"),
            tds.FedAuthToken(b"SECRET", b"SECRET"),
            tds.SspiResponse(b"SECRET"),
            tds.Parameter("@p", tds.nvarchar(9), "SECRET"),
            tds.TableValue((), (("SECRET",),)),
        ]
    )
    assert "SECRET" not in shown


def test_a_plain_value_finds_its_variant() -> None:
    values: list[object] = [
        True,
        1,
        1 << 40,
        1.5,
        Decimal("1.25"),
        "é",
        b"\x01",
        dt.date(2024, 2, 29),
        dt.time(1, 2),
        dt.datetime(2024, 2, 29),
        dt.datetime(2024, 2, 29, tzinfo=dt.UTC),
    ]
    for value in values:
        found = tds.decode_value(tds.variant_type(), tds.encode_value(tds.variant_type(), value))
        assert isinstance(found, tds.Variant)
        assert found.value == value


@given(st.sampled_from(REQUESTS), st.data())
def test_a_mutated_request_is_a_request_or_a_protocol_error(
    case: tuple[tds.Request, tds.PacketType, str], data: st.DataObject
) -> None:
    _, packet_type, hexadecimal = case
    raw = bytearray.fromhex(hexadecimal)
    at = data.draw(st.integers(0, len(raw)))
    raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=6))
    try:
        tds.decode_request(tds.Message(packet_type, bytes(raw)))
    except ProtocolError:
        return
