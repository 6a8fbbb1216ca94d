"""Rule 409: who the application is."""

from __future__ import annotations

from tests.diagnostics.rules.building import INFO, UNKNOWN, facts, findings, only, session
from tests.diagnostics.rules.contract import NOTHING_READ, NOTHING_RUN


def test_409_login_user_and_schema_are_information() -> None:
    found = only(409, facts(session=session(login="app", user="shop_user", default_schema="shop")))
    assert found.severity is INFO
    assert found.message == "logged in as app, user shop_user, default schema shop"
    assert found.hint == ""


def test_409_a_session_that_changed_its_identity_names_the_original_login() -> None:
    found = only(409, facts(session=session(login="app", original_login="CORP\\app")))
    assert found.message.endswith("; the login itself was CORP\\app")


def test_409_case_makes_no_other_login() -> None:
    assert "itself" not in only(409, facts(session=session(original_login="APP"))).message


def test_409_guest_is_no_user_of_its_own() -> None:
    assert "CREATE USER" in only(409, facts(session=session(user="guest"))).hint


def test_409_a_user_without_a_schema_has_none() -> None:
    assert only(409, facts(session=session(default_schema=""))).message.endswith("schema none")


def test_409_nothing_read_is_unknown_and_nothing_run_is_nothing() -> None:
    assert only(409, facts(session=NOTHING_READ)).severity is UNKNOWN
    assert findings(409, facts(session=NOTHING_RUN)) == []
