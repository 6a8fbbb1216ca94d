"""Rules 411, 435 and 436: encryption of the session, too many rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagnostics.rules.building import (
    ERROR,
    UNKNOWN,
    WARNING,
    facts,
    findings,
    loopback,
    only,
    session,
    settings,
    severities,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

ELSEWHERE = settings()
HERE = settings(target=loopback())
IN_A_DSN = settings(target=None, dsn="shop")


@pytest.mark.parametrize(
    ("known", "severity"), [(ELSEWHERE, ERROR), (HERE, WARNING), (IN_A_DSN, ERROR)]
)
def test_411_a_session_in_plain_text_is_an_error_and_on_this_machine_a_warning(
    known: Any, severity: Any
) -> None:
    found = only(411, facts(settings=known, session=session(encrypted=False)))
    assert found.severity is severity
    assert "not encrypted" in found.message
    assert ("does not leave this machine" in found.message) is (severity is WARNING)
    assert "Encrypt=yes" in found.hint


def test_411_an_encrypted_session_is_fine() -> None:
    assert findings(411, facts(session=session(encrypted=True))) == []


def test_411_without_the_permission_to_see_it_412_speaks() -> None:
    assert findings(411, facts(session=session(encrypted=NOTHING_READ))) == []
    assert severities(412, facts(session=session(encrypted=NOTHING_READ))) == [UNKNOWN]


@pytest.mark.parametrize(
    ("known", "severity"), [(ELSEWHERE, ERROR), (HERE, WARNING), (IN_A_DSN, ERROR)]
)
def test_435_a_sysadmin_is_an_error_and_on_this_machine_a_warning(
    known: Any, severity: Any
) -> None:
    found = only(435, facts(settings=known, session=session(is_sysadmin=True)))
    assert found.severity is severity
    assert "sysadmin" in found.message


def test_435_an_ordinary_login_is_fine() -> None:
    assert findings(435, facts(session=session(is_db_owner=True))) == []


def test_435_a_server_that_does_not_say_is_unknown() -> None:
    assert severities(435, facts(session=session(is_sysadmin=NOTHING_READ))) == [UNKNOWN]


def test_436_a_db_owner_is_a_warning() -> None:
    found = only(436, facts(session=session(is_db_owner=True)))
    assert found.severity is WARNING
    assert "db_owner" in found.message


@pytest.mark.parametrize(
    ("sysadmin", "expected"), [(True, []), (False, [WARNING]), (NOTHING_READ, [WARNING])]
)
def test_436_a_sysadmin_has_been_named_by_435_already(sysadmin: Any, expected: list[Any]) -> None:
    known = facts(session=session(is_sysadmin=sysadmin, is_db_owner=True))
    assert severities(436, known) == expected


def test_436_an_ordinary_user_is_fine() -> None:
    assert findings(436, facts(session=session(is_db_owner=False))) == []


@pytest.mark.parametrize("number", [411, 435, 436])
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    assert only(number, facts(session=NOTHING_READ)).severity is UNKNOWN
    assert findings(number, facts(session=NOTHING_RUN)) == []
