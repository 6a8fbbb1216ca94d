"""LOGIN7: every field, both ways; nothing secret shown; nothing too long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds import (
    Feature,
    FeatureId,
    Login7,
    obfuscate_password,
    reveal_password,
)

#: MS-TDS chapter 4, "Login Request", without its packet header.
SPECIFICATION_SAMPLE = bytes.fromhex(
    "88000000 02000972 00100000 00000007 00010000 00000000 e0 03 00 00 00000000 09040000"
    "5e000800 6e000200 72000000 72000700 80000000 80000000 80000400 88000000 88000000"
    "00508be2b78f 88000000 88000000 88000000 00000000"
    "73006b006f00730074006f0076003100 73006100 4f00530051004c002d0033003200 4f00440042004300"
)

FULL = Login7(
    hostname="ws",
    username="alice",
    password="Made-up 1!",
    app_name="orders",
    server_name="db.example,1433",
    client_interface="ODBC",
    language="us_english",
    database="shop",
    client_id=b"\x01\x02\x03\x04\x05\x06",
    sspi=b"\x01\x02\x03",
    attach_db_file="C:\\x.mdf",
    change_password="néw😀",
    packet_size=8000,
    client_program_version=0x07000000,
    client_pid=4711,
    connection_id=9,
    option_flags2=0x83,
    option_flags3=0x10,
    type_flags=0x20,
    time_zone=-120,
    lcid=0x0407,
    features=(
        Feature(FeatureId.UTF8_SUPPORT, b"\x01"),
        Feature(FeatureId.FEDAUTH, b"TOKEN"),
        Feature(0x7E, b""),
    ),
)


def test_the_sample_of_the_specification_is_read_and_written() -> None:
    login = Login7.decode(SPECIFICATION_SAMPLE)
    assert (login.hostname, login.username, login.password) == ("skostov1", "sa", "")
    assert (login.app_name, login.client_interface) == ("OSQL-32", "ODBC")
    assert (login.tds_version, login.packet_size, login.client_pid) == (0x72090002, 4096, 256)
    assert login.client_id.hex() == "00508be2b78f"
    assert login.encode() == SPECIFICATION_SAMPLE


def test_every_field_comes_back() -> None:
    assert Login7.decode(FULL.encode()) == FULL


def test_an_sspi_longer_than_a_ushort_uses_the_long_field() -> None:
    login = replace(FULL, sspi=bytes(70_000))
    assert Login7.decode(login.encode()).sspi == bytes(70_000)


def test_nothing_secret_is_shown() -> None:
    login = replace(FULL, sspi=b"HASH")
    for secret in (FULL.password, FULL.change_password, "HASH", "TOKEN"):
        assert secret not in repr(login)


def test_the_obfuscation_is_the_known_one() -> None:
    # "a": 61 00 -> swap nibbles 16 00 -> xor A5: B3 A5.
    assert obfuscate_password("a") == b"\xb3\xa5"
    assert reveal_password(b"\xb3\xa5") == "a"


@given(st.text(max_size=40))
def test_any_password_comes_back(password: str) -> None:
    assert reveal_password(obfuscate_password(password)) == password


@pytest.mark.parametrize(
    "login",
    [
        replace(FULL, username="x" * 129),
        replace(FULL, attach_db_file="x" * 261),
        replace(FULL, password="p" * 129),
        replace(FULL, client_id=b""),
        replace(FULL, client_pid=-1),
        replace(FULL, sspi=bytes(140_000)),
        replace(FULL, features=(Feature(255),)),
    ],
)
def test_a_login_that_cannot_be_written_is_our_own_error(login: Login7) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        login.encode()
    assert "ppp" not in str(caught.value)


def _patched(offset: int, content: bytes) -> bytes:
    data = bytearray(FULL.encode())
    data[offset : offset + len(content)] = content
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "0 bytes"),
        (bytes(93), "93 bytes"),
        (bytes(1 << 17), "131072 bytes"),
        (FULL.encode() + b"\x00", "but"),
        (_patched(0, b"\xff"), "says"),
        (_patched(36, b"\xff\xff"), "hostname ends at"),
        (_patched(38, b"\xff\xff"), "65535 characters"),
        (_patched(44, b"\xff\xff"), "password ends at"),
        (_patched(56, b"\xff\xff"), "extension ends at"),
        (_patched(78, b"\xff\xff\xff\xff"), "sspi ends at"),
    ],
)
def test_what_is_no_login_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(RemoteProtocolError, match=reason):
        Login7.decode(data)


def test_a_feature_list_inside_the_fixed_part_is_refused() -> None:
    data = bytearray(FULL.encode())
    at = int.from_bytes(data[56:58], "little")
    data[at : at + 4] = (40).to_bytes(4, "little")
    with pytest.raises(RemoteProtocolError, match="inside the fixed part"):
        Login7.decode(bytes(data))


@given(st.integers(0, len(FULL.encode()) - 1), st.binary(min_size=1, max_size=4))
def test_a_mutated_login_is_a_login_or_a_protocol_error(at: int, content: bytes) -> None:
    data = bytearray(FULL.encode())
    data[at : at + len(content)] = content
    try:
        Login7.decode(bytes(data))
    except RemoteProtocolError:
        return
