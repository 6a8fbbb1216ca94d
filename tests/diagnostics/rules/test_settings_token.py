from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python

TOKEN = "made-up token"


def with_token(*, extra: str = "Encrypt=yes", token: object = TOKEN, **top: Any) -> Any:
    """A sound entry but for the token that is fixed: W135."""
    alone = {"USER": "", "PASSWORD": ""}
    return entry(extra=f"MARS_Connection=yes;{extra}", TOKEN=token, **{**alone, **top})


class TestTokenConflict:
    @pytest.mark.parametrize(
        ("values", "named"),
        [
            (with_token(USER="svc"), "USER"),
            (with_token(USER="svc", PASSWORD="made-up"), "USER"),
            (with_token(extra="PWD="), "PWD in OPTIONS['extra_params']"),
            (with_token(extra="UID="), "UID in OPTIONS['extra_params']"),
            (with_token(extra="Authentication=ActiveDirectoryMsi"), "Authentication in OPTIONS"),
            (with_token(extra="Trusted_Connection=yes"), "Trusted_Connection=yes in OPTIONS"),
        ],
    )
    def test_another_credential_beside_it_is_an_error(self, values: Any, named: str) -> None:
        (finding,) = findings(133, values)
        assert finding.id == "mssql_ops.E133"
        assert f"['TOKEN'] cannot be combined with {named}" in finding.message
        assert TOKEN not in repr(finding)
        assert all_ids(values) == ["mssql_ops.E133", "mssql_ops.W135"]

    def test_all_are_named_in_one_finding(self) -> None:
        (finding,) = findings(133, with_token(USER="svc", extra="Authentication=SqlPassword"))
        assert "USER and Authentication in" in finding.hint

    def test_mssql_python_refuses_it_too(self) -> None:
        values = mssql_python(TOKEN=TOKEN)
        assert all_ids(values) == ["mssql_ops.E133", "mssql_ops.W135"]

    def test_mssql_python_prefers_a_token_of_its_own(self) -> None:
        values = mssql_python(TOKEN=TOKEN, extra="Authentication=ActiveDirectoryMsi")
        (finding,) = findings(133, values)
        assert finding.id == "mssql_ops.W133"
        assert "has no effect" in finding.message

    @pytest.mark.parametrize(
        "values",
        [
            with_token(),
            with_token(PASSWORD="made-up"),
            with_token(Trusted_Connection="yes"),
            with_token(extra="Trusted_Connection=no"),
            with_token(extra="Authentication="),
            with_token(extra="UID =svc"),
            entry(),
        ],
        ids=["alone", "password", "setting", "no", "empty", "ignored", "no token"],
    )
    def test_what_the_driver_accepts_is_fine(self, values: Any) -> None:
        assert ids(133, values) == []


class TestTokenBlank:
    @pytest.mark.parametrize("token", ["", "  ", "\n"])
    def test_an_empty_text_is_an_error(self, token: str) -> None:
        for values in (with_token(token=token), entry(TOKEN=token)):
            (finding,) = findings(134, values)
            assert finding.id == "mssql_ops.E134"
            assert "['TOKEN'] is empty" in finding.message
            assert all_ids(values) == ["mssql_ops.E134"]

    def test_a_token_is_fine(self) -> None:
        assert ids(134, with_token()) == []

    def test_no_key_is_fine(self) -> None:
        assert ids(134, entry()) == []

    @pytest.mark.parametrize("token", [None, b"", 0])
    def test_another_type_is_another_matter(self, token: object) -> None:
        assert all_ids(with_token(token=token)) == ["mssql_ops.E105"]


class TestTokenStatic:
    def test_a_text_is_a_warning(self) -> None:
        (finding,) = findings(135, with_token())
        assert finding.id == "mssql_ops.W135"
        assert "expires after 60 to 90 minutes" in finding.message
        assert TOKEN not in repr(finding)
        assert all_ids(with_token()) == ["mssql_ops.W135"]

    def test_a_mode_that_fetches_tokens_is_fine(self) -> None:
        extra = "MARS_Connection=yes;Authentication=ActiveDirectoryMsi"
        assert all_ids(entry(extra=extra)) == []

    def test_among_the_options_it_is_another_matter(self) -> None:
        assert ids(135, entry(options={"TOKEN": TOKEN})) == []
