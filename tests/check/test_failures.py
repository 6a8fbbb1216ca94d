"""Each failure is named at its own stage, within the probe's limit, through either driver."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from django_mssql_ops.findings import Report, Status
from tests.check.conftest import Check, entry_for, errors, stage
from tests.standin import (
    HTTP_ANSWER,
    Accounts,
    CertificateKind,
    Configuration,
    Drop,
    Phase,
    StandIn,
)

pytestmark = pytest.mark.socket

#: Seconds. A driver alone takes 15 for most of these; a probe's limit and one more are promised.
SHORT_LIMIT, SLACK = 1.0, 1.0


def within_limit(report: Report, name: str) -> bool:
    """The stage's own time: the run's would measure how busy the machine is as well."""
    milliseconds = stage(report, name).milliseconds
    return milliseconds is not None and milliseconds < (SHORT_LIMIT + SLACK) * 1000


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_a_healthy_server_is_good(check: Check, entry: dict[str, Any], standin: StandIn) -> None:
    report = check({"default": entry})
    assert errors(report) == []
    assert report.exit_code == 0
    assert {s.name for s in report.sections if s.status is Status.SKIPPED} == {"browser", "token"}
    assert stage(report, "tls").values["verified"] is True
    assert len(standin.counters.logins) == 1


def test_a_closed_port_is_refused(
    check: Check, entry: dict[str, Any], standin: StandIn, closed_port: int
) -> None:
    report = check({"default": {**entry, "PORT": str(closed_port)}})
    [finding] = errors(report)
    assert finding.rule == 402
    assert "refused" in finding.message
    assert stage(report, "login").status is Status.SKIPPED
    assert standin.counters.logins == ()


def test_an_unknown_host_does_not_resolve(check: Check, entry: dict[str, Any]) -> None:
    report = check({"default": {**entry, "HOST": "no-such-host.invalid"}})
    [finding] = errors(report)
    assert finding.rule == 401
    assert "no-such-host.invalid" in finding.message


def test_a_silent_server_is_named_within_the_limit(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    standin.script.on(Phase.PRELOGIN, Drop.SILENCE)
    report = check({"default": entry}, SHORT_LIMIT)
    [finding] = errors(report)
    assert finding.rule == 464
    assert "silent" in finding.message
    assert within_limit(report, "prelogin")


def test_a_server_that_resets_is_named(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    standin.script.on(Phase.PRELOGIN, Drop.RESET)
    [finding] = errors(check({"default": entry}))
    assert finding.rule == 464
    assert "reset" in finding.message


def test_a_server_that_hangs_up_is_named(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    standin.script.on(Phase.PRELOGIN, Drop.CLOSE)
    [finding] = errors(check({"default": entry}))
    assert finding.rule == 464
    assert "closed" in finding.message


def test_a_web_server_is_not_tds(check: Check, entry: dict[str, Any], standin: StandIn) -> None:
    standin.script.on(Phase.PRELOGIN, HTTP_ANSWER)
    [finding] = errors(check({"default": entry}))
    assert finding.rule == 464
    assert "HTTP/1.1 400" in finding.message


def test_silence_in_the_handshake_is_a_tls_failure(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    standin.script.on(Phase.HANDSHAKE, Drop.SILENCE)
    report = check({"default": entry}, SHORT_LIMIT)
    assert [finding.rule for finding in errors(report)] == [465]
    assert stage(report, "login").status is Status.SKIPPED
    assert within_limit(report, "tls")


def test_silence_after_the_login_is_bounded(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    standin.script.on(Phase.LOGIN, Drop.SILENCE)
    report = check({"default": entry}, SHORT_LIMIT)
    [finding] = errors(report)
    assert finding.rule == 466
    assert "no answer" in finding.message
    assert within_limit(report, "login")
    assert len(standin.counters.logins) == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (CertificateKind.EXPIRED, "expired"),
        (CertificateKind.WRONG_NAME, "elsewhere.invalid"),
        (CertificateKind.SELF_SIGNED, "self-signed"),
        (CertificateKind.WEAK, "weak"),
        (CertificateKind.NOT_YET_VALID, "not yet valid"),
    ],
)
def test_a_bad_certificate_is_named_and_the_driver_agrees(
    check: Check, python_driver: str, kind: CertificateKind, words: str
) -> None:
    with StandIn(Configuration(certificate=kind)) as server:
        report = check({"default": entry_for(server, python_driver)})
        assert server.counters.logins == ()
    rules = {finding.rule: finding for finding in errors(report)}
    assert set(rules) == {413, 466}
    assert words in rules[413].message
    assert "SSL Provider" in rules[466].driver_text


def test_a_server_with_old_tls_only_is_told_from_a_blocked_one(
    check: Check, python_driver: str
) -> None:
    with StandIn(Configuration(certificate=CertificateKind.LEGACY)) as server:
        report = check({"default": entry_for(server, python_driver)})
    rules = {finding.rule: finding for finding in errors(report)}
    assert "speaks only TLSv1" in rules[465].message


@pytest.mark.parametrize("user", ["app", "svc40613"])
def test_a_wrong_password_costs_one_login_whatever_the_number_of_aliases(
    check: Check, python_driver: str, user: str
) -> None:
    accounts = Accounts(passwords={user: "right"})
    with StandIn(Configuration(accounts=accounts)) as server:
        entry = entry_for(server, python_driver, USER=user, PASSWORD="wrong")
        elsewhere = {**entry, "HOST": "127.0.0.1"}
        report = check({"default": entry, "second": entry, "third": elsewhere})
        assert len(server.counters.logins) == 1
    # The driver takes no address for a name, so the third alias has a finding of its own: 413.
    [finding] = [f for f in errors(report) if f.rule != 413]
    assert finding.rule == 466
    assert "18456" in finding.message
    assert stage(report, "login", "second").status is Status.SKIPPED
    assert "'default'" in stage(report, "login", "third").summary


@pytest.mark.parametrize("user", ["app", "svc40613"])
def test_a_missing_database_costs_one_login_whatever_the_number_of_aliases(
    check: Check, python_driver: str, user: str
) -> None:
    with StandIn(Configuration(accounts=Accounts(passwords={user: "right"}))) as server:
        entry = entry_for(server, python_driver, USER=user, PASSWORD="right", NAME="nowhere")
        report = check({"default": entry, "second": entry, "third": entry})
        assert len(server.counters.logins) == 1
    [finding] = errors(report)
    assert finding.rule == 466
    # mssql-python shows only the second of the two errors that answer such a login.
    expected = "error 4060" if python_driver == "pyodbc" else "or cannot open the database"
    assert expected in finding.message
    assert "'nowhere'" in finding.message


def test_trusting_any_certificate_is_a_warning_on_loopback(
    check: Check, python_driver: str
) -> None:
    with StandIn(Configuration(certificate=CertificateKind.SELF_SIGNED)) as server:
        entry = entry_for(server, python_driver)
        entry["OPTIONS"]["extra_params"] = "Encrypt=yes;TrustServerCertificate=yes"
        report = check({"default": entry})
    assert report.exit_code == 0
    assert [f.id for f in report.findings if f.rule == 413] == ["mssql_ops.W413"]


def test_strict_encryption_is_checked_inside_tls(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    entry["OPTIONS"]["extra_params"] = "Encrypt=strict"
    report = check({"default": entry})
    assert errors(report) == []
    assert stage(report, "prelogin").values["strict"] is True
    assert len(standin.counters.logins) == 1


def test_without_a_name_nobody_logs_in(
    check: Check, entry: dict[str, Any], standin: StandIn
) -> None:
    report = check({"default": {**entry, "NAME": ""}})
    assert [finding.rule for finding in errors(report)] == [102]
    assert stage(report, "login").status is Status.SKIPPED
    assert not standin.counters.logins
