"""PRELOGIN without credentials: what is asked, what the answer means, how it fails."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator

import pytest

from django_mssql_ops import tds
from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.configuration.connection_settings import EncryptMode
from django_mssql_ops.diagnostics.facts import Outcome, PreloginFacts
from django_mssql_ops.diagnostics.probes import prelogin as prelogin_module
from django_mssql_ops.diagnostics.probes.prelogin import probe_prelogin
from django_mssql_ops.diagnostics.probes.wire import Wire
from tests.diagnostics.probes.listeners import (
    LOOPBACK,
    answering,
    closed_port,
    closing,
    resetting,
    silent,
    speaking_http,
)
from tests.diagnostics.rules.building import settings, target

LIMIT = 10.0
NAMED = settings(target=target(instance="SALES"))


def packets(answer: tds.Prelogin) -> bytes:
    return tds.packetize(tds.PacketType.TABULAR_RESULT, answer.encode())


def judged(
    answer: tds.Prelogin, known: ConnectionSettings | None = None
) -> tuple[PreloginFacts, tds.Prelogin]:
    """The facts made of ``answer`` and the question that was asked, without a socket."""
    questions: list[tds.Prelogin] = []

    @contextlib.contextmanager
    def no_wire(*_arguments: object) -> Iterator[None]:
        yield None

    def exchange(
        _wire: Wire, question: tds.Prelogin, _tunnel: tds.TlsTunnel | None = None
    ) -> tds.Prelogin:
        questions.append(question)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prelogin_module, "open_wire", no_wire)
        patch.setattr(prelogin_module, "exchange_prelogin", exchange)
        patch.setattr(prelogin_module, "shake_hands", lambda *_a, **_o: None)
        found = probe_prelogin(known or settings(), LOOPBACK, 1433, limit=LIMIT)
    (question,) = questions
    return found, question


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        ("no", tds.Encryption.OFF),
        ("yes", tds.Encryption.ON),
        ("strict", tds.Encryption.ON),
        (None, tds.Encryption.ON),
    ],
)
def test_the_question_offers_what_the_driver_would(
    mode: EncryptMode | None, asked: tds.Encryption
) -> None:
    found, question = judged(tds.Prelogin(), settings(encrypt=mode))
    assert question.encryption is asked
    assert found.strict is (mode == "strict")


def test_the_instance_is_named_in_the_question() -> None:
    _, question = judged(tds.Prelogin(), NAMED)
    assert question.instance == "SALES"


@pytest.mark.parametrize("offered", list(tds.Encryption))
def test_version_and_encryption_of_the_answer_are_facts(offered: tds.Encryption) -> None:
    found, _ = judged(tds.Prelogin(version=(16, 0, 4265, 7), encryption=offered))
    assert (found.outcome, found.error) == (Outcome.OK, "")
    assert found.version == (16, 0, 4265)
    assert found.encryption == offered.name


def test_an_answer_without_the_encryption_option_says_nothing_about_it() -> None:
    found, _ = judged(tds.Prelogin(encryption=None))
    assert (found.outcome, found.encryption) == (Outcome.OK, "")


@pytest.mark.parametrize(("sent", "known"), [(None, None), (0, False), (1, True)])
def test_whether_federated_authentication_is_required(sent: int | None, known: bool | None) -> None:
    found, _ = judged(tds.Prelogin(fedauth_required=sent))
    assert found.federated_authentication is known


@pytest.mark.parametrize(
    ("answer", "matches"),
    [
        (tds.Prelogin(instance=b""), True),
        (tds.Prelogin(instance_mismatch=True), False),
        (tds.Prelogin(), None),
    ],
)
def test_the_server_says_whether_it_is_the_instance(
    answer: tds.Prelogin, matches: bool | None
) -> None:
    assert judged(answer, NAMED)[0].instance_matches is matches


def test_without_an_instance_name_nothing_is_said_about_one() -> None:
    assert judged(tds.Prelogin(instance_mismatch=True))[0].instance_matches is None


@pytest.mark.socket
def test_a_server_that_answers_is_read_over_a_socket() -> None:
    answer = packets(tds.Prelogin(version=(15, 0, 2000, 5), encryption=tds.Encryption.ON))
    with answering(answer) as place:
        found = probe_prelogin(settings(), *place, limit=LIMIT)
    assert (found.outcome, found.version, found.encryption) == (Outcome.OK, (15, 0, 2000), "ON")
    assert 0 < found.milliseconds < LIMIT * 1000


@pytest.mark.socket
@pytest.mark.parametrize("mode", ["yes", "no", "strict"])
def test_a_silent_server_is_named_at_the_limit(mode: EncryptMode) -> None:
    with silent() as place:
        found = probe_prelogin(settings(encrypt=mode), *place, limit=0.05)
    assert found.outcome is Outcome.SILENT
    assert found.error == "the server stayed silent for 0.05 s"
    assert 50 <= found.milliseconds < 1000


@pytest.mark.socket
@pytest.mark.parametrize("mode", ["yes", "strict"])
def test_a_server_that_resets_or_hangs_up_is_named(mode: EncryptMode) -> None:
    with resetting() as place:
        assert probe_prelogin(settings(encrypt=mode), *place, limit=LIMIT).outcome is Outcome.RESET
    with closing() as place:
        found = probe_prelogin(settings(encrypt=mode), *place, limit=LIMIT)
    assert found.outcome is Outcome.CLOSED


@pytest.mark.socket
def test_a_web_server_is_not_tds() -> None:
    with speaking_http() as place:
        found = probe_prelogin(settings(), *place, limit=LIMIT)
    assert found.outcome is Outcome.NOT_TDS
    assert "HTTP/1.1 400" in found.error
    assert found.version is None


@pytest.mark.socket
def test_a_web_server_asked_in_strict_mode_has_no_tls() -> None:
    with speaking_http() as place:
        found = probe_prelogin(settings(encrypt="strict"), *place, limit=LIMIT)
    assert (found.outcome, found.strict) == (Outcome.FAILED, True)
    assert found.error.startswith("TLS did not come up before PRELOGIN: ")


@pytest.mark.socket
def test_a_port_closed_meanwhile_is_refused() -> None:
    with closed_port() as place:
        assert probe_prelogin(settings(), *place, limit=LIMIT).outcome is Outcome.REFUSED


def test_why_tls_failed_in_strict_mode_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> tds.TlsTunnel:
        error = ssl.SSLError(1, "wrong version number")
        error.reason = "WRONG_VERSION_NUMBER"
        raise error

    @contextlib.contextmanager
    def no_wire(*_arguments: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(prelogin_module, "open_wire", no_wire)
    monkeypatch.setattr(prelogin_module, "shake_hands", refuse)
    found = probe_prelogin(settings(encrypt="strict"), LOOPBACK, 1433, limit=LIMIT)
    assert found.outcome is Outcome.FAILED
    assert found.error == "TLS did not come up before PRELOGIN: WRONG_VERSION_NUMBER"
