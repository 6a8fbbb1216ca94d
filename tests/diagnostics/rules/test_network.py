"""Rules 401, 402, 464 and 467 to 469: name, address, port, Browser, PRELOGIN."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.configuration.connection_settings import EncryptMode
from django_mssql_ops.diagnostics.facts import Outcome
from tests.diagnostics.rules.building import (
    ERROR,
    UNKNOWN,
    browser,
    dns,
    facts,
    findings,
    only,
    prelogin,
    settings,
    target,
    tcp,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN


def test_401_an_unknown_name_is_an_error_in_the_resolvers_words() -> None:
    unknown = dns(host="nowhere", outcome=Outcome.NOT_FOUND, error="Name or service not known")
    found = only(401, facts(dns=unknown))
    assert found.severity is ERROR
    assert found.message == "the name 'nowhere' does not resolve: Name or service not known"
    assert "Correct HOST" in found.hint


@pytest.mark.parametrize("outcome", [Outcome.TIMED_OUT, Outcome.FAILED])
def test_401_a_name_server_without_an_answer_is_not_an_unknown_name(outcome: Outcome) -> None:
    found = only(401, facts(dns=dns(outcome=outcome, addresses=(), error="no answer")))
    assert found.severity is ERROR
    assert found.message == "the name 'db.example.com' was not resolved: no answer"
    assert "/etc/resolv.conf" in found.hint


def test_401_a_name_that_resolves_is_fine() -> None:
    assert findings(401, facts(dns=dns())) == []


@pytest.mark.parametrize(
    ("outcome", "words", "remedy"),
    [
        (Outcome.REFUSED, "refused", "nothing listens on that port"),
        (Outcome.TIMED_OUT, "timed out", "firewall"),
        (Outcome.UNREACHABLE, "unreachable", "no route"),
        (Outcome.FAILED, "failed", "Check HOST, PORT"),
    ],
)
def test_402_an_unreachable_port_says_how_and_what_to_do(
    outcome: Outcome, words: str, remedy: str
) -> None:
    found = only(402, facts(tcp=tcp(outcome, port=1444)))
    assert found.severity is ERROR
    assert found.message == (f"no address accepts a connection on port 1444: 192.0.2.1 {words}")
    assert remedy in found.hint


def test_402_several_outcomes_have_all_their_remedies_once() -> None:
    dead = tcp(Outcome.TIMED_OUT, Outcome.REFUSED, Outcome.TIMED_OUT)
    found = only(402, facts(tcp=dead))
    assert found.message.endswith("192.0.2.1 timed out, 192.0.2.2 refused, 192.0.2.3 timed out")
    assert found.hint.count("firewall") == 1
    assert found.hint.count("nothing listens") == 1


@pytest.mark.parametrize(
    "outcomes", [(Outcome.OK,), (Outcome.REFUSED, Outcome.OK), (Outcome.OK, Outcome.TIMED_OUT)]
)
def test_402_one_address_that_accepts_is_enough(outcomes: tuple[Outcome, ...]) -> None:
    assert findings(402, facts(tcp=tcp(*outcomes))) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [("no answer within 5 s", "no answer within 5 s"), ("", "timed out")],
)
def test_467_a_browser_that_does_not_tell_is_an_error(error: str, reason: str) -> None:
    silent = browser(outcome=Outcome.TIMED_OUT, port=None, error=error)
    found = only(467, facts(browser=silent))
    assert found.severity is ERROR
    assert found.message == (
        f"SQL Server Browser at db.example.com does not tell the port of instance 'SALES': {reason}"
    )
    assert "UDP port 1434" in found.hint


def test_467_a_browser_that_tells_is_fine() -> None:
    assert findings(467, facts(browser=browser())) == []


@pytest.mark.parametrize(
    ("outcome", "remedy"),
    [
        (Outcome.SILENT, "says nothing"),
        (Outcome.RESET, "firewall or proxy"),
        (Outcome.CLOSED, "hung up"),
        (Outcome.NOT_TDS, "correct HOST and PORT"),
        (Outcome.FAILED, "Check what listens"),
    ],
)
def test_464_a_peer_that_does_not_speak_tds_is_an_error(outcome: Outcome, remedy: str) -> None:
    found = only(464, facts(prelogin=prelogin(outcome=outcome, error="its own words")))
    assert found.severity is ERROR
    assert found.message == (
        "db.example.com,1433 accepts connections but does not answer as SQL Server does: "
        "its own words"
    )
    assert remedy in found.hint


def test_464_another_instance_than_the_one_asked_for_is_an_error() -> None:
    known = facts(
        settings=settings(target=target(instance="SALES")),
        prelogin=prelogin(instance_matches=False),
    )
    found = only(464, known)
    assert found.severity is ERROR
    assert found.message == "the server on that port is not the instance 'SALES'"


@pytest.mark.parametrize("matches", [True, None])
def test_464_a_server_that_answers_is_fine(matches: bool | None) -> None:
    known = facts(
        settings=settings(target=target(instance="SALES")),
        prelogin=prelogin(instance_matches=matches),
    )
    assert findings(464, known) == []


@pytest.mark.parametrize(
    ("value", "mode", "shown"),
    [(None, "yes", "yes, by default"), ("Mandatory", "yes", "Mandatory"), ("strict",) * 3],
)
def test_468_a_server_without_encryption_is_an_error_when_it_is_asked_for(
    value: str | None, mode: EncryptMode, shown: str
) -> None:
    known = facts(
        settings=settings(encrypt=mode, encrypt_value=value),
        prelogin=prelogin(encryption="NOT_SUP"),
    )
    found = only(468, known)
    assert found.severity is ERROR
    assert f"(Encrypt={shown})" in found.message


def test_469_settings_that_name_no_server_are_an_error() -> None:
    nameless = facts(settings=settings(target=None, target_problem="'db:1433' has a colon"))
    found = only(469, nameless)
    assert found.severity is ERROR
    assert "'db:1433' has a colon" in found.message


@pytest.mark.parametrize("changes", [{}, {"target": None, "dsn": "shop"}])
def test_469_a_host_or_a_dsn_is_enough(changes: dict[str, Any]) -> None:
    assert findings(469, facts(settings=settings(**changes))) == []


def test_468_a_server_without_encryption_is_fine_when_none_is_asked_for() -> None:
    known = facts(
        settings=settings(encrypt="no", encrypt_value="no"),
        prelogin=prelogin(encryption="NOT_SUP"),
    )
    assert findings(468, known) == []


@pytest.mark.parametrize("offered", ["ON", "REQ", "OFF", ""])
def test_468_any_other_offer_is_left_to_the_other_rules(offered: str) -> None:
    assert findings(468, facts(prelogin=prelogin(encryption=offered))) == []


@pytest.mark.parametrize(
    ("number", "stage"),
    [(401, "dns"), (402, "tcp"), (467, "browser"), (464, "prelogin"), (468, "prelogin")],
)
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int, stage: str) -> None:
    assert only(number, facts(**{stage: NOTHING_READ})).severity is UNKNOWN
    assert findings(number, facts(**{stage: NOTHING_RUN})) == []
