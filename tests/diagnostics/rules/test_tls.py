"""Rules 413, 414, 415 and 465: the handshake and the certificate."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from django_mssql_ops.configuration.connection_settings import EncryptMode
from django_mssql_ops.diagnostics.facts import Outcome, Unreadable
from tests.diagnostics.rules.building import (
    ERROR,
    INFO,
    NOW,
    UNKNOWN,
    WARNING,
    certificate,
    facts,
    findings,
    loopback,
    only,
    prelogin,
    settings,
    severities,
    tls,
    unverified,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

SELF_SIGNED = unverified(18, "self-signed certificate")


def test_465_a_failed_handshake_is_an_error() -> None:
    found = only(465, facts(tls=tls(outcome=Outcome.FAILED, error="handshake failure")))
    assert found.severity is ERROR
    assert found.message == "the TLS handshake failed: handshake failure"


def test_465_a_server_that_speaks_only_old_tls_is_named_with_what_it_speaks() -> None:
    old = tls(
        outcome=Outcome.FAILED,
        error="unsupported protocol",
        legacy_only=True,
        protocol="TLSv1",
        cipher="AES128-SHA",
    )
    found = only(465, facts(tls=old))
    assert found.severity is ERROR
    assert found.message.startswith("the server speaks only TLSv1 with AES128-SHA")
    assert found.message.endswith("unsupported protocol")
    assert "TLS 1.2" in found.hint


@pytest.mark.parametrize("facts_of_tls", [tls(), SELF_SIGNED])
def test_465_a_handshake_that_ended_is_fine_whatever_the_certificate(facts_of_tls: Any) -> None:
    assert findings(465, facts(tls=facts_of_tls)) == []


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (9, "clocks"),
        (10, "Renew"),
        (18, "SSL_CERT_FILE"),
        (19, "update-ca-certificates"),
        (20, "update-ca-certificates"),
        (62, "HostnameInCertificate"),
        (64, "HostnameInCertificate"),
        (66, "RSA 2048"),
        (99, "Give the server a certificate that verifies here."),
    ],
)
def test_413_a_certificate_that_does_not_verify_is_an_error_with_its_remedy(
    code: int, remedy: str
) -> None:
    found = only(413, facts(tls=unverified(code, "openssl's sentence")))
    assert found.severity is ERROR
    assert found.message.startswith("the server's certificate does not verify: openssl's sentence")
    assert remedy in found.hint


@pytest.mark.parametrize(
    ("names", "shown"),
    [(("a.example", "b.example"), "a.example, b.example"), ((), "CN=db.example.com")],
)
def test_413_a_wrong_name_says_which_was_expected_and_which_came(
    names: tuple[str, ...], shown: str
) -> None:
    wrong = unverified(62, "hostname mismatch", certificate=certificate(names=names))
    assert only(413, facts(tls=wrong)).message == (
        "the server's certificate does not verify: hostname mismatch "
        f"(expected 'db.example.com', the certificate is for {shown})"
    )


def test_413_a_wrong_name_on_an_unread_certificate_is_told_without_the_names() -> None:
    wrong = unverified(62, "hostname mismatch", certificate=Unreadable("no cryptography"))
    assert only(413, facts(tls=wrong)).message.endswith("hostname mismatch")


def test_413_a_certificate_without_a_reason_still_gives_a_sentence() -> None:
    assert only(413, facts(tls=unverified(0, ""))).message.endswith("no reason given")


@pytest.mark.parametrize(
    ("encrypt", "trust", "host_is_local", "server_says", "severity"),
    [
        ("yes", False, False, "ON", ERROR),
        ("yes", False, True, "ON", ERROR),
        ("yes", True, False, "ON", ERROR),
        ("yes", True, True, "ON", WARNING),
        ("strict", True, True, "ON", ERROR),
        ("no", False, False, "OFF", INFO),
        ("no", True, True, "OFF", INFO),
        ("no", False, False, "REQ", ERROR),
        ("no", True, True, "REQ", WARNING),
        (None, False, False, "ON", ERROR),
    ],
)
def test_413_how_bad_it_is_depends_on_who_looks_and_who_could_listen(
    encrypt: EncryptMode | None,
    trust: bool,
    host_is_local: bool,
    server_says: str,
    severity: Any,
) -> None:
    changes: dict[str, Any] = {"target": loopback()} if host_is_local else {}
    known = facts(
        settings=settings(encrypt=encrypt, trust_server_certificate=trust, **changes),
        prelogin=prelogin(encryption=server_says),
        tls=SELF_SIGNED,
    )
    assert severities(413, known) == [severity]


def test_413_trusting_anything_is_said_where_the_driver_does_so() -> None:
    trusting = facts(settings=settings(trust_server_certificate=True), tls=SELF_SIGNED)
    assert "TrustServerCertificate=yes makes the driver accept it" in only(413, trusting).message
    assert "TrustServerCertificate" not in only(413, facts(tls=SELF_SIGNED)).message


@pytest.mark.parametrize(
    "fine", [tls(), tls(outcome=Outcome.FAILED, verified=False, error="handshake failure")]
)
def test_413_a_verified_certificate_or_none_at_all_is_not_its_business(fine: Any) -> None:
    assert findings(413, facts(tls=fine)) == []


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (dt.timedelta(hours=1), [ERROR]),
        (dt.timedelta(days=6, hours=23), [ERROR]),
        (dt.timedelta(days=7), [WARNING]),
        (dt.timedelta(days=29, hours=23), [WARNING]),
        (dt.timedelta(days=30), []),
        (dt.timedelta(days=3650), []),
    ],
)
def test_414_a_certificate_near_its_end_warns_a_month_and_fails_a_week_before(
    left: dt.timedelta, expected: list[Any]
) -> None:
    ending = tls(certificate=certificate(not_after=NOW + left))
    assert severities(414, facts(tls=ending)) == expected


@pytest.mark.parametrize("left", [dt.timedelta(seconds=-1), dt.timedelta(days=-100)])
@pytest.mark.parametrize(("verify_code", "expected"), [(10, []), (18, [WARNING]), (62, [WARNING])])
def test_414_an_expired_certificate_is_told_when_another_fault_came_first(
    left: dt.timedelta, verify_code: int, expected: list[Any]
) -> None:
    expired = tls(
        certificate=certificate(not_after=NOW + left), verified=False, verify_code=verify_code
    )
    assert severities(414, facts(tls=expired)) == expected


def test_414_a_certificate_the_driver_does_not_look_at_only_warns() -> None:
    ending = tls(certificate=certificate(not_after=NOW + dt.timedelta(days=1)), verified=False)
    assert severities(414, facts(tls=ending)) == [WARNING]


def test_414_the_day_is_named() -> None:
    ending = certificate(not_after=dt.datetime(2026, 9, 12, 12, tzinfo=dt.UTC))
    assert only(414, facts(tls=tls(certificate=ending))).message == (
        "the server's certificate expires on 2026-09-12, in 11 days"
    )


def test_414_a_certificate_that_could_not_be_read_is_unknown_with_the_pip_line() -> None:
    unread = Unreadable("the package cryptography is not installed", hint="pip install x")
    found = only(414, facts(tls=tls(certificate=unread)))
    assert (found.severity, found.hint) == (UNKNOWN, "pip install x")


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("SSLv3", [WARNING]),
        ("TLSv1", [WARNING]),
        ("TLSv1.1", [WARNING]),
        ("TLSv1.2", []),
        ("TLSv1.3", []),
        ("", []),
    ],
)
def test_415_old_tls_is_a_warning(protocol: str, expected: list[Any]) -> None:
    assert severities(415, facts(tls=tls(protocol=protocol))) == expected


def test_415_a_server_that_speaks_only_old_tls_is_said_once_by_465() -> None:
    old = facts(tls=tls(outcome=Outcome.FAILED, protocol="TLSv1", legacy_only=True))
    assert severities(465, old) == [ERROR]
    assert findings(415, old) == []


@pytest.mark.parametrize("number", [413, 414, 415, 465])
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    assert only(number, facts(tls=NOTHING_READ)).severity is UNKNOWN
    assert findings(number, facts(tls=NOTHING_RUN)) == []
