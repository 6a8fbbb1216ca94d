"""Rules 408 and 466: the one login."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.configuration.connection_settings import EncryptMode, PythonDriver
from django_mssql_ops.errors import Confidence
from tests.diagnostics.rules.building import (
    ERROR,
    UNKNOWN,
    WARNING,
    facts,
    failure,
    findings,
    login,
    only,
    prelogin,
    project,
    settings,
    severities,
    unverified,
)
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN

CLIENT_FAILURE = failure(
    -1, "SSL routines::certificate verify failed", sqlstate="08001", origin="client"
)


@pytest.mark.parametrize(
    ("number", "what", "remedy"),
    [
        (18456, "the server rejected the login", "error log"),
        (18452, "untrusted domain", "Kerberos"),
        (18470, "the login is disabled", "ENABLE"),
        (18486, "locked out", "UNLOCK"),
        (18487, "password has expired", "Change the password"),
        (18488, "password must be changed", "Change the password"),
        (4060, "the database cannot be opened", "Check NAME"),
        (4064, "default database cannot be opened", "DEFAULT_DATABASE"),
        (18401, "script upgrade mode", "Wait"),
        (40613, "not available right now", "try again"),
        (40615, "firewall", "firewall rule"),
        (40914, "virtual network rules", "rule"),
        (40532, "server name in the login is unknown", "database.windows.net"),
        (47073, "public network access", "private endpoint"),
    ],
)
def test_466_each_known_number_has_its_own_verdict_and_remedy(
    number: int, what: str, remedy: str
) -> None:
    found = only(466, facts(login=login(error=failure(number), rejected=True)))
    assert found.severity is ERROR
    assert what in found.message
    assert f"(user 'app', database 'shop', error {number})" in found.message
    assert remedy in found.hint


def test_466_the_drivers_own_words_come_along() -> None:
    refused = failure(18456, "Login failed for user 'app'.")
    assert only(466, facts(login=login(error=refused))).driver_text == refused.text


def test_466_a_wrong_password_is_not_taken_for_a_missing_database() -> None:
    wrong_password = only(466, facts(login=login(error=failure(18456))))
    missing_database = only(466, facts(login=login(error=failure(4060))))
    assert "USER and PASSWORD" in wrong_password.hint
    assert "database cannot be opened" not in wrong_password.message
    assert "NAME" not in wrong_password.hint
    assert "PASSWORD" not in missing_database.hint


def test_466_what_mssql_python_cannot_tell_apart_is_said_to_be_either() -> None:
    """It shows 18456 also where the server said 4060 first."""
    told = failure(18456, driver="mssql_python", confidence=Confidence.LOW)
    found = only(466, facts(login=login(module="mssql_python", error=told)))
    assert found.message.startswith("the server rejected the login or cannot open the database (")
    assert "USER and PASSWORD" in found.hint
    assert "check NAME as well" in found.hint


def test_466_without_a_user_integrated_authentication_is_named() -> None:
    known = facts(settings=settings(user=""), login=login(error=failure(18452)))
    assert "(integrated authentication, database 'shop'" in only(466, known).message


def test_466_a_number_that_is_not_the_servers_means_nothing() -> None:
    """18456 as a Winsock number or an errno is no rejected login."""
    odd = failure(18456, "x", origin="client", sqlstate="08001")
    assert "rejected" not in only(466, facts(login=login(error=odd))).message


def test_466_a_login_without_an_answer_is_a_time_out_and_not_a_rejection() -> None:
    late = failure(None, "Login timeout expired", sqlstate="HYT00", origin="driver")
    found = only(466, facts(login=login(error=late, timed_out=True, milliseconds=5012.6)))
    assert found.message == "the login got no answer within the time limit (5013 ms)"
    assert "--timeout" in found.hint


def test_466_a_driver_that_refuses_the_certificate_is_told_so() -> None:
    known = facts(tls=unverified(18, "self-signed certificate"), login=login(error=CLIENT_FAILURE))
    found = only(466, known)
    assert found.message == "the driver refused the connection before it logged in"
    assert "certificate" in found.hint


def test_466_every_other_error_is_explained_by_the_catalogue_of_symptoms() -> None:
    both = "Cannot use Authentication option with Integrated Security option."
    odd = failure(0, both, sqlstate="FA001", origin="client")
    found = only(466, facts(login=login(error=odd)))
    assert found.message.startswith("the login failed: ")
    assert "Trusted_Connection" in found.message + found.hint
    assert found.hint != "See the driver's own words."


def test_466_what_the_catalogue_does_not_know_keeps_the_drivers_words() -> None:
    odd = failure(0, "The moon is in the wrong phase.", sqlstate="HY000", origin="client")
    found = only(466, facts(login=login(error=odd)))
    assert found.message == "the login failed: HY000/0 The moon is in the wrong phase."
    assert found.hint == "See the driver's own words."


@pytest.mark.parametrize(
    ("encrypt", "trust", "server_says", "blamed"),
    [
        ("yes", False, "ON", True),
        ("yes", True, "ON", False),
        ("strict", True, "ON", True),
        ("no", False, "OFF", False),
        ("no", False, "REQ", True),
        ("no", True, "REQ", False),
    ],
)
def test_466_the_certificate_is_blamed_only_where_the_driver_looks_at_it(
    encrypt: EncryptMode, trust: bool, server_says: str, blamed: bool
) -> None:
    known = facts(
        settings=settings(encrypt=encrypt, trust_server_certificate=trust),
        prelogin=prelogin(encryption=server_says),
        tls=unverified(18, "self-signed certificate"),
        login=login(error=CLIENT_FAILURE),
    )
    assert ("refused the connection" in only(466, known).message) is blamed


def test_466_a_number_nobody_knows_is_told_as_it_is() -> None:
    found = only(466, facts(login=login(error=failure(33155, "Something new."))))
    assert found.severity is ERROR
    assert found.message == "the login failed: 28000/33155 Something new."


@pytest.mark.parametrize(
    ("number", "python_driver", "is_final"),
    [
        (40613, "pyodbc", False),
        (40613, "mssql_python", True),
        (18456, "pyodbc", True),
        (4060, "pyodbc", True),
    ],
)
def test_466_what_the_backend_tries_again_itself_is_not_the_end(
    number: int, python_driver: PythonDriver, is_final: bool
) -> None:
    known = facts(
        settings=settings(python_driver=python_driver), login=login(error=failure(number))
    )
    assert only(466, known).fatal is is_final


def test_466_a_login_that_succeeded_is_fine() -> None:
    assert findings(466, facts(login=login())) == []


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [(1000.0, []), (1000.1, [WARNING]), (40.0, [])]
)
def test_408_a_login_over_a_second_is_slow(milliseconds: float, expected: list[Any]) -> None:
    assert (
        severities(408, facts(login=login(milliseconds=milliseconds), project=project()))
        == expected
    )


def test_408_a_login_that_failed_slowly_is_466s_business() -> None:
    failed = login(milliseconds=9_000.0, error=failure(18456))
    assert findings(408, facts(login=failed, project=project())) == []


def test_408_the_project_says_what_is_slow() -> None:
    known = facts(login=login(milliseconds=2_500.0), project=project(slow_login=2.5))
    assert findings(408, known) == []
    known = facts(login=login(milliseconds=2_501.0), project=project(slow_login=2.5))
    found = only(408, known)
    assert found.message == (
        "the login took 2501 ms, more than the 2.5 s of MSSQL_OPS['SLOW_LOGIN']"
    )


@pytest.mark.parametrize("number", [408, 466])
def test_nothing_read_is_unknown_and_nothing_run_is_nothing(number: int) -> None:
    about = project()
    assert only(number, facts(login=NOTHING_READ, project=about)).severity is UNKNOWN
    assert findings(number, facts(login=NOTHING_RUN, project=about)) == []
