"""Bytes this project did not make: samples of the specification and messages of real drivers.

``driver_bytes.json`` was captured on loopback from pyodbc and mssql-python (both with msodbcsql
18.6.2), python-tds and pymssql (FreeTDS), with a made-up user and password; host name, process
id, client id, trace id and kernel release were replaced.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from django_mssql_ops import tds
from tests.tds.feeding import assert_parses_however_fed, drain

CAPTURED: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("driver_bytes.json").read_text(encoding="utf-8")
)
#: MS-TDS chapter 4, "Login Response", with its packet header.
LOGIN_RESPONSE = """
04 01 01 61 00 00 01 00 E3 1B 00 01 06 6D 00 61 00 73 00 74 00 65 00 72 00 06 6D 00 61 00 73 00
74 00 65 00 72 00 AB 58 00 45 16 00 00 02 00 25 00 43 00 68 00 61 00 6E 00 67 00 65 00 64 00 20
00 64 00 61 00 74 00 61 00 62 00 61 00 73 00 65 00 20 00 63 00 6F 00 6E 00 74 00 65 00 78 00 74
00 20 00 74 00 6F 00 20 00 27 00 6D 00 61 00 73 00 74 00 65 00 72 00 27 00 2E 00 00 00 00 00 00
00 E3 08 00 07 05 09 04 D0 00 34 00 E3 17 00 02 0A 75 00 73 00 5F 00 65 00 6E 00 67 00 6C 00 69
00 73 00 68 00 00 E3 13 00 04 04 34 00 30 00 39 00 36 00 04 34 00 30 00 39 00 36 00 AB 5C 00 47
16 00 00 01 00 27 00 43 00 68 00 61 00 6E 00 67 00 65 00 64 00 20 00 6C 00 61 00 6E 00 67 00 75
00 61 00 67 00 65 00 20 00 73 00 65 00 74 00 74 00 69 00 6E 00 67 00 20 00 74 00 6F 00 20 00 75
00 73 00 5F 00 65 00 6E 00 67 00 6C 00 69 00 73 00 68 00 2E 00 00 00 00 00 00 00 AD 36 00 01 72
09 00 02 16 4D 00 69 00 63 00 72 00 6F 00 73 00 6F 00 66 00 74 00 20 00 53 00 51 00 4C 00 20 00
53 00 65 00 72 00 76 00 65 00 72 00 00 00 00 00 00 00 00 00 FD 00 00 00 00 00 00 00 00 00 00 00
00
"""
#: MS-TDS chapter 4, "SQL Batch Server Response".
BATCH_RESPONSE = """
04 01 00 33 00 00 01 00 81 01 00 00 00 00 00 20 00 A7 03 00 09 04 D0 00 34 03 62 00 61 00 72 00
D1 03 00 66 6F 6F FD 10 00 C1 00 01 00 00 00 00 00 00 00
"""
#: MS-TDS chapter 4, "RPC Server Response".
RPC_RESPONSE = """
04 01 00 27 00 00 01 00 FF 11 00 C1 00 01 00 00 00 00 00 00 00 79 00 00 00 00 FE 00 00 E0 00 00
00 00 00 00 00 00 00
"""
PARSERS: dict[str, Callable[[bytes], tds.Prelogin | tds.Login7]] = {
    "PRELOGIN": tds.Prelogin.decode,
    "LOGIN7": tds.Login7.decode,
}


def _payload(sample: str) -> bytes:
    reader = tds.MessageReader()
    reader.receive(bytes.fromhex(sample))
    message = reader.next_message()
    assert message is not None
    assert message.type is tds.PacketType.TABULAR_RESULT
    return message.payload


def _tokens(sample: str) -> list[tds.Token]:
    reader = tds.TokenReader()
    reader.receive(_payload(sample))
    tokens: list[tds.Token] = drain(reader.next_token)
    reader.end_of_message()
    return tokens


def test_the_login_response_of_the_specification() -> None:
    expected = [
        tds.EnvChange(tds.EnvChangeType.DATABASE, "master", "master"),
        tds.ServerInfo(5701, "Changed database context to 'master'.", 2, 0, line=0),
        tds.EnvChange(tds.EnvChangeType.COLLATION, bytes.fromhex("0904d00034"), b""),
        tds.EnvChange(tds.EnvChangeType.LANGUAGE, "us_english", ""),
        tds.EnvChange(tds.EnvChangeType.PACKET_SIZE, "4096", "4096"),
        tds.ServerInfo(5703, "Changed language setting to us_english.", 1, 0, line=0),
        tds.LoginAck("Microsoft SQL Server", (0, 0, 0), 0x72090002, 1),
        tds.Done(),
    ]
    assert _tokens(LOGIN_RESPONSE) == expected
    assert_parses_however_fed(
        tds.TokenReader, tds.TokenReader.next_token, _payload(LOGIN_RESPONSE), expected
    )


def test_the_batch_response_of_the_specification() -> None:
    column = tds.Column("bar", tds.varchar(3), 0, 0x20)
    counted = tds.Done(status=tds.DoneStatus.COUNT, command=0xC1, row_count=1)
    tokens: list[tds.Token] = [tds.ColMetadata((column,)), tds.Row(("foo",)), counted]
    assert _tokens(BATCH_RESPONSE) == tokens
    written = tds.encode_token(tokens[0]) + tds.encode_row((column,), ("foo",))
    assert tds.packetize(
        tds.PacketType.TABULAR_RESULT, written + tds.encode_token(counted)
    ) == bytes.fromhex(BATCH_RESPONSE)


def test_the_rpc_response_of_the_specification() -> None:
    status = tds.DoneStatus.MORE | tds.DoneStatus.COUNT
    tokens: list[tds.Token] = [
        tds.Done(tds.DoneKind.DONEINPROC, status, 0xC1, 1),
        tds.ReturnStatus(0),
        tds.Done(tds.DoneKind.DONEPROC, tds.DoneStatus.FINAL, 0xE0, 0),
    ]
    assert _tokens(RPC_RESPONSE) == tokens
    assert tds.packetize(
        tds.PacketType.TABULAR_RESULT, b"".join(map(tds.encode_token, tokens))
    ) == bytes.fromhex(RPC_RESPONSE)


def _decode(record: dict[str, Any]) -> tds.Prelogin | tds.Login7 | tds.Request:
    payload = bytes.fromhex(record["hex"])
    parser = PARSERS.get(record["type"])
    if parser is not None:
        return parser(payload)
    return tds.decode_request(tds.Message(tds.PacketType[record["type"]], payload))


def _records(*types: str) -> list[dict[str, Any]]:
    return [record for record in CAPTURED if record["type"] in types]


@pytest.mark.parametrize("number", range(len(CAPTURED)))
def test_a_message_of_a_driver_is_read_and_written_back_with_the_same_meaning(number: int) -> None:
    found = _decode(CAPTURED[number])
    assert type(found).decode(found.encode()) == found


@pytest.mark.parametrize("number", range(len(CAPTURED)))
def test_a_message_of_a_driver_is_written_back_byte_for_byte_where_order_is_fixed(
    number: int,
) -> None:
    """LOGIN7 fields may lie in any order and PLP lengths may be unknown; all else is fixed."""
    record = CAPTURED[number]
    raw = bytes.fromhex(record["hex"])
    if record["type"] in ("SQL_BATCH", "TRANSACTION_MANAGER", "ATTENTION"):
        assert _decode(record).encode() == raw
    if record["type"] == "RPC" and b"\xfe" + b"\xff" * 7 not in raw:
        assert _decode(record).encode() == raw


def test_every_driver_logs_in_with_the_made_up_password() -> None:
    logins = {record["driver"]: _decode(record) for record in _records("LOGIN7")}
    assert len(logins) == 4
    for login in logins.values():
        assert isinstance(login, tds.Login7)
        assert (login.username, login.password, login.database) == ("alice", "Made-up 1!", "shop")
        assert login.tds_version == tds.TDS_7_4


def test_the_odbc_driver_asks_for_the_features_it_is_known_to_ask_for() -> None:
    for record in _records("LOGIN7"):
        if "msodbcsql" in record["driver"]:
            login = _decode(record)
            assert isinstance(login, tds.Login7)
            assert [int(feature.id) for feature in login.features] == [0x10, 1, 9, 0x0A, 0x0B]


def test_every_driver_opens_with_a_prelogin_that_names_its_encryption() -> None:
    found = {record["driver"].split()[0]: _decode(record) for record in _records("PRELOGIN")}
    encryption = {
        driver: prelogin.encryption
        for driver, prelogin in found.items()
        if isinstance(prelogin, tds.Prelogin)
    }
    assert encryption == {
        "pyodbc": tds.Encryption.OFF,
        "mssql-python": tds.Encryption.OFF,
        "python-tds": tds.Encryption.NOT_SUP,
        "pymssql": tds.Encryption.OFF,
    }


def test_the_procedures_drivers_call_by_id_are_the_known_ones() -> None:
    called: Counter[object] = Counter()
    for record in _records("RPC"):
        request = _decode(record)
        assert isinstance(request, tds.RpcRequest)
        called.update(call.procedure for call in request.calls)
    assert called[tds.ProcedureId.PREP_EXEC] > 10
    assert called[tds.ProcedureId.EXECUTE_SQL] > 10
    assert called[tds.ProcedureId.UNPREPARE] >= 1
    assert called["sp_take"] == 1, "python-tds's table-valued parameter"
