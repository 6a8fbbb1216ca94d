from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.configuration.redaction import (
    HIDDEN,
    MAX_QUOTED_CHARACTERS,
    MAX_READ_CHARACTERS,
    names_a_secret,
    redact,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("db.example.com", "db.example.com"),
        ("tcp:db,1444", "tcp:db,1444"),
        ("db;PWD=hunter2;Encrypt=no", f"db;PWD={HIDDEN}"),
        ("Server=db;Password = hunter2", f"Server=db;Password ={HIDDEN}"),
        ("user passwd: hunter2", f"user passwd:{HIDDEN}"),
        ("KeystoreSecret=hunter2", f"KeystoreSecret={HIDDEN}"),
        ("mssql://svc:hun/ter@2@db/shop", f"mssql://{HIDDEN}@db/shop"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln", HIDDEN),
        ("svc@example.com", "svc@example.com"),
        ("PasswordReset", "PasswordReset"),
    ],
)
def test_hides_what_could_be_a_secret_and_nothing_else(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_cuts_what_is_too_long_for_a_line() -> None:
    assert redact("x" * 1000) == "x" * MAX_QUOTED_CHARACTERS + "…"


def test_hides_what_is_too_long_to_read() -> None:
    assert redact("x" * (MAX_READ_CHARACTERS + 1)) == HIDDEN


@given(st.text(max_size=300))
def test_reading_again_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once or once.endswith("…")


@pytest.mark.parametrize("name", ["PWD", "Password", "passwd", "KeyStoreSecret", "access_token"])
def test_names_of_secrets(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize("name", ["Encrypt", "UID", "Authentication", "KeystoreAuthentication"])
def test_names_of_no_secret(name: str) -> None:
    assert not names_a_secret(name)
