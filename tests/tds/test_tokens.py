"""Every token, both ways, however its bytes come."""

from __future__ import annotations

import pytest

from django_mssql_ops import tds
from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from tests.tds.feeding import assert_parses_however_fed, drain
from tests.tds.token_cases import TOKEN_CASES, TokenCase

_IDS = [case.name for case in TOKEN_CASES]


@pytest.mark.parametrize("case", TOKEN_CASES, ids=_IDS)
def test_a_token_is_written_as_the_specification_says(case: TokenCase) -> None:
    assert tds.encode_token(case.token).hex() == case.data.hex()


@pytest.mark.parametrize("case", TOKEN_CASES, ids=_IDS)
def test_a_token_is_read_however_it_is_fed(case: TokenCase) -> None:
    assert_parses_however_fed(
        tds.TokenReader, tds.TokenReader.next_token, case.data, [case.token], tail=b"\xfd\x00"
    )


@pytest.mark.parametrize("case", TOKEN_CASES, ids=_IDS)
def test_a_token_cut_by_the_end_of_the_message_is_an_error(case: TokenCase) -> None:
    for size in range(1, len(case.data)):
        reader = tds.TokenReader()
        reader.receive(case.data[:size])
        assert reader.next_token() is None
        with pytest.raises(RemoteProtocolError, match="inside a token"):
            reader.end_of_message()


def test_tokens_follow_each_other_in_one_stream() -> None:
    tokens = [case.token for case in TOKEN_CASES]
    data = b"".join(case.data for case in TOKEN_CASES)
    assert_parses_however_fed(tds.TokenReader, tds.TokenReader.next_token, data, tokens)


def test_the_end_of_a_message_between_tokens_is_no_error() -> None:
    reader = tds.TokenReader()
    reader.receive(tds.encode_token(tds.Done()))
    assert drain(reader.next_token) == [tds.Done()]
    reader.end_of_message()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("00", "does not exist"),
        ("88", "ALTMETADATA"),
        ("d3", "ALTROW"),
        ("a3", "DATACLASSIFICATION"),
        ("78", "OFFSET"),
        ("d1", "before any column"),
        ("d2", "before any column"),
        ("81 0000 d1", "before any column"),
        ("81 0110", "4097 columns"),
        ("81 0100 00000000 0000 1f", "NULLTYPE"),
        ("81 0100 00000000 0000 f3", "table-valued"),
        ("81 0100 00000000 0008", "Always Encrypted"),
        ("81 0100 00000000 0000 26 03", "INTN of 3 bytes"),
        ("81 0100 00000000 0000 01", "0x01 does not exist"),
        ("81 0100 00000000 0000 22 10000000 05", "table name of 5 parts"),
        ("aa 0100 00", "ERROR of 1 bytes"),
        ("a9 0100 00", "odd length"),
        ("ad 0f00 01 74000004 02 61006200 10 00 1027 00", "follow its end"),
        ("e4 01001000", "1048577 bytes"),
        ("ee 04000000 ffffffff", "4294967295 entries"),
        ("ee 0d000000 01000000 01 02000000 ff000000", "behind its token"),
        ("ae 0a 01000200", "expected at most"),
        ("ae" + "0000000000" * 65, "more than 64 features"),
        ("ac 0000 00 01 00000000 0008", "Always Encrypted"),
    ],
)
def test_what_a_server_may_not_send_is_refused_at_once_and_for_good(data: str, reason: str) -> None:
    for step in (len(data), 1):
        reader = tds.TokenReader()
        raw = bytes.fromhex(data)
        with pytest.raises(RemoteProtocolError, match=reason):
            for start in range(0, len(raw), step):
                reader.receive(raw[start : start + step])
                drain(reader.next_token)
        with pytest.raises(RemoteProtocolError, match="already refused"):
            reader.next_token()


@pytest.mark.parametrize(
    "token",
    [
        tds.Row((1,)),
        tds.ServerError(1 << 31, "x"),
        tds.ServerError(1, "x" * 70_000),
        tds.ServerError(1, "x", server="x" * 256),
        tds.ServerInfo(1, "x", state=256),
        tds.Done(row_count=-1),
        tds.ReturnStatus(1 << 31),
        tds.LoginAck("x", (16, 0, 1 << 16)),
        tds.EnvChange(tds.EnvChangeType.DATABASE, b"x"),
        tds.EnvChange(tds.EnvChangeType.COLLATION, "x"),
        tds.EnvChange(tds.EnvChangeType.ROUTING, "x"),
        tds.EnvChange(tds.EnvChangeType.COLLATION, bytes(256)),
        tds.Order((1 << 16,)),
        tds.TabName((("a",) * 5,)),
        tds.ColMetadata((tds.Column("x" * 256, tds.int_type()),)),
        tds.ColMetadata((tds.Column("x", tds.int_type()),) * 4097),
        tds.FeatureExtAck((tds.Feature(255),)),
        tds.ReturnValue("@x", tds.int_type(), "x"),
    ],
)
def test_what_no_token_can_carry_is_our_own_error(token: tds.Token) -> None:
    with pytest.raises(LocalProtocolError):
        tds.encode_token(token)


def test_undefined_bits_of_a_done_are_dropped() -> None:
    reader = tds.TokenReader()
    reader.receive(bytes.fromhex("fd 10fe 0000 0000000000000000"))
    assert reader.next_token() == tds.Done(status=tds.DoneStatus.COUNT)


def test_a_message_with_half_a_surrogate_pair_can_be_printed() -> None:
    reader = tds.TokenReader()
    reader.receive(bytes.fromhex("aa 1000 01000000 01 10 0100 00d8 00 00 00000000"))
    token = reader.next_token()
    assert isinstance(token, tds.ServerError)
    assert token.message == "\ufffd"


def test_secrets_of_tokens_are_not_shown() -> None:
    shown = repr(
        [
            tds.SspiMessage(b"SECRET"),
            tds.SessionState(1, True, ((1, b"SECRET"),)),
            tds.Feature(tds.FeatureId.FEDAUTH, b"SECRET"),
            tds.ReturnValue("@x", tds.nvarchar(9), "SECRET"),
        ]
    )
    assert "SECRET" not in shown
