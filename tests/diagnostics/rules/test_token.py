"""Rule 463: how long the access token is good."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.diagnostics.rules.building import (
    ERROR,
    NOW,
    UNKNOWN,
    WARNING,
    facts,
    findings,
    only,
    settings,
    severities,
    token,
)
from tests.diagnostics.rules.contract import NOTHING_RUN


def known(minutes: float, conn_max_age: float | None = 60.0) -> Any:
    return facts(settings=settings(conn_max_age=conn_max_age), token=token(minutes))


@pytest.mark.parametrize("minutes", [0, -1, -600])
def test_463_a_token_that_has_expired_is_an_error(minutes: float) -> None:
    found = only(463, known(minutes))
    assert found.severity is ERROR
    assert found.message.startswith("DATABASES['default']['TOKEN'] expired at 2026-09-01")
    assert "ActiveDirectoryMsi" in found.hint


@pytest.mark.parametrize("minutes", [0.1, 5, 14.9])
def test_463_a_token_with_less_than_a_quarter_of_an_hour_is_a_warning(minutes: float) -> None:
    found = only(463, known(minutes))
    assert found.severity is WARNING
    assert "in less than 15 minutes" in found.message


@pytest.mark.parametrize(("age", "shown"), [(None, "without end"), (3_601.0, "for 3601 seconds")])
def test_463_connections_that_outlive_their_token_are_a_warning(
    age: float | None, shown: str
) -> None:
    found = only(463, known(60, age))
    assert found.severity is WARNING
    assert shown in found.message
    assert "CONN_MAX_AGE" in found.hint


@pytest.mark.parametrize(("minutes", "age"), [(15, 60.0), (60, 3_600.0), (60, 0)])
def test_463_a_token_that_outlives_its_connections_is_fine(minutes: float, age: float) -> None:
    assert findings(463, known(minutes, age)) == []


@pytest.mark.parametrize(
    ("unclear", "words"),
    [
        (token(is_readable=False, expires_at=None), "is no JSON Web Token"),
        (token(expires_at=None), "does not say when it expires"),
    ],
)
def test_463_a_token_that_tells_nothing_is_unknown(unclear: Any, words: str) -> None:
    found = only(463, facts(token=unclear))
    assert found.severity is UNKNOWN
    assert words in found.message


def test_463_what_is_no_token_at_all_is_another_rules_business() -> None:
    assert findings(463, facts(token=token(problem="is blank", expires_at=None))) == []


def test_463_without_a_token_nothing_is_said() -> None:
    assert findings(463, facts(token=NOTHING_RUN)) == []


def test_463_judges_by_the_moment_of_the_run() -> None:
    later = facts(token=token(60), now=NOW + dt.timedelta(minutes=50))
    assert severities(463, later) == [WARNING]
