"""Rules 411 and 412 together: encryption that is not there, and encryption that is not seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagnostics.rules.building import (
    ERROR,
    UNKNOWN,
    facts,
    findings,
    only,
    prelogin,
    server,
    session,
    settings,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

UNSEEN = session(encrypted=NOTHING_READ)


def both(known: Any) -> list[Any]:
    return [found.severity for number in (411, 412) for found in findings(number, known)]


def test_what_could_not_be_seen_is_said_once() -> None:
    assert both(facts(session=UNSEEN)) == [UNKNOWN]
    assert only(412, facts(session=UNSEEN)).severity is UNKNOWN


@pytest.mark.parametrize(("encrypted", "expected"), [(True, []), (False, [ERROR])])
def test_what_was_seen_is_judged_by_411_alone(encrypted: bool, expected: list[Any]) -> None:
    assert both(facts(session=session(encrypted=encrypted))) == expected


def test_a_session_of_which_nothing_was_read_is_said_once() -> None:
    assert both(facts(session=NOTHING_READ)) == [UNKNOWN]
    assert both(facts(session=NOTHING_RUN)) == []


@pytest.mark.parametrize(
    ("version", "edition", "grant"),
    [
        ((14, 0), 3, "In master: GRANT VIEW SERVER STATE TO [app]."),
        ((15, 0), 2, "In master: GRANT VIEW SERVER STATE TO [app]."),
        ((16, 0), 3, "In master: GRANT VIEW SERVER SECURITY STATE TO [app]."),
        ((17, 0), 4, "In master: GRANT VIEW SERVER SECURITY STATE TO [app]."),
        ((12, 0), 8, "In master: GRANT VIEW SERVER STATE TO [app]."),
        ((12, 0), 5, "GRANT VIEW DATABASE STATE TO [shop_user]."),
        ((12, 0), 12, "GRANT VIEW DATABASE STATE TO [shop_user]."),
    ],
)
def test_412_the_grant_is_this_very_servers(
    version: tuple[int, ...], edition: int, grant: str
) -> None:
    known = facts(
        session=session(encrypted=NOTHING_READ, user="shop_user"),
        server=server(version=version, engine_edition=edition),
    )
    assert only(412, known).hint == grant


def test_412_without_the_servers_version_the_hint_is_the_probes() -> None:
    assert only(412, facts(session=UNSEEN, server=NOTHING_READ)).hint == NOTHING_READ.hint


@pytest.mark.parametrize(
    ("encrypt", "offer", "words"),
    [
        ("yes", "ON", "Encrypt=yes is in force"),
        ("strict", "ON", "Encrypt=strict is in force"),
        ("no", "REQ", "the server insists on encryption"),
        ("no", "OFF", "nothing in the settings insists"),
        (None, "ON", "nothing in the settings insists"),
    ],
)
def test_412_the_evidence_of_the_settings_is_named(encrypt: Any, offer: str, words: str) -> None:
    known = facts(
        settings=settings(encrypt=encrypt), session=UNSEEN, prelogin=prelogin(encryption=offer)
    )
    assert words in only(412, known).message
