"""PRELOGIN and what its two ENCRYPTION options come to."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds import Encryption, Prelogin, SessionEncryption, negotiate

#: MS-TDS 4.1, "Pre-Login Request", without its packet header.
SPECIFICATION_SAMPLE = bytes.fromhex(
    "00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0004 04 0026 0001 ff"
    "090000000000 01 00 b80d0000 01"
)

EVERYTHING = Prelogin(
    version=(18, 6, 2, 513),
    encryption=Encryption.REQ,
    client_certificate=True,
    instance=b"SQLEXPRESS",
    thread_id=77,
    mars=False,
    trace_id=bytes(range(36)),
    fedauth_required=1,
    nonce=bytes(32),
    unknown=((0x55, b"new"),),
)


def test_the_sample_of_the_specification_is_read_and_written() -> None:
    prelogin = Prelogin(
        version=(9, 0, 0, 0), encryption=Encryption.ON, instance=b"", thread_id=0x0DB8, mars=True
    )
    assert Prelogin.decode(SPECIFICATION_SAMPLE) == prelogin
    assert prelogin.encode() == SPECIFICATION_SAMPLE


def test_every_option_comes_back() -> None:
    assert Prelogin.decode(EVERYTHING.encode()) == EVERYTHING


def test_a_server_says_that_the_instance_is_another() -> None:
    answer = Prelogin(instance_mismatch=True)
    assert Prelogin.decode(answer.encode()) == answer


def test_an_instance_name_may_be_given_as_text() -> None:
    assert Prelogin.decode(Prelogin(instance="é").encode()).instance == "é".encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "needed at least"),
        ("ff", "without the VERSION"),
        ("00 0006", "needed at least"),
        ("00 0006 0006 ff 0000", "ends at 12"),
        ("00 0006 0005 ff 0000000000", "VERSION has 5 bytes"),
        ("00 000b 0006 00 000b 0006 ff 000000000000", "twice"),
        ("00 000b 0006 01 0011 0001 ff 000000000000 04", "expected 00 to 03"),
        ("00 000b 0006 01 0011 0000 ff 000000000000", "expected 00 to 03"),
        ("00 000b 0006 04 0011 0000 ff 000000000000", "MARS"),
        ("00 000b 0006 06 0011 0000 ff 000000000000", "FEDAUTHREQUIRED"),
        ("00 000b 0006 07 0011 0000 ff 000000000000", "NONCEOPT"),
    ],
)
def test_what_is_no_prelogin_is_refused(data: str, reason: str) -> None:
    with pytest.raises(RemoteProtocolError, match=reason):
        Prelogin.decode(bytes.fromhex(data))


@pytest.mark.parametrize(
    "prelogin",
    [
        Prelogin(version=(256, 0, 0, 0)),
        Prelogin(version=(1, 0, 0, 1 << 16)),
        Prelogin(version=(1, 0, 0, -1)),
        Prelogin(trace_id=b"short"),
        Prelogin(nonce=b"short"),
        Prelogin(instance=b"a\x00b"),
        Prelogin(thread_id=-1),
        Prelogin(fedauth_required=256),
        Prelogin(unknown=((0x55, bytes(70_000)),)),
    ],
)
def test_a_prelogin_that_cannot_be_written_is_our_own_error(prelogin: Prelogin) -> None:
    with pytest.raises(LocalProtocolError):
        prelogin.encode()


def test_the_nonce_is_not_shown() -> None:
    assert "nonce" not in repr(EVERYTHING)


@pytest.mark.parametrize(
    ("client", "server", "result"),
    [
        (Encryption.OFF, Encryption.OFF, SessionEncryption.LOGIN_ONLY),
        (Encryption.OFF, Encryption.NOT_SUP, SessionEncryption.NONE),
        (Encryption.OFF, Encryption.REQ, SessionEncryption.FULL),
        (Encryption.OFF, Encryption.ON, SessionEncryption.FULL),
        (Encryption.ON, Encryption.ON, SessionEncryption.FULL),
        (Encryption.ON, Encryption.NOT_SUP, SessionEncryption.REFUSED),
        (Encryption.NOT_SUP, Encryption.OFF, SessionEncryption.NONE),
        (Encryption.NOT_SUP, Encryption.REQ, SessionEncryption.REFUSED),
    ],
)
def test_the_two_encryption_options_come_to(
    client: Encryption, server: Encryption, result: SessionEncryption
) -> None:
    assert negotiate(client, server) is result


def test_a_client_that_insists_never_ends_up_in_the_clear() -> None:
    for client, server in itertools.product((Encryption.ON, Encryption.REQ), Encryption):
        assert negotiate(client, server) in (SessionEncryption.FULL, SessionEncryption.REFUSED)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_prelogin_or_a_protocol_error(data: bytes) -> None:
    try:
        prelogin = Prelogin.decode(data)
    except RemoteProtocolError:
        return
    assert Prelogin.decode(prelogin.encode()) == prelogin
