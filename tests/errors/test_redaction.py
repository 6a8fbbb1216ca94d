from __future__ import annotations

import base64
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from django_mssql_ops.errors import classify, redact
from django_mssql_ops.errors.redaction import MAX_TEXT_LENGTH, printable
from tests.errors.fake_drivers import MssqlPythonError, PyodbcError

SERVER = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"

KEYWORDS = [
    "PWD=",
    "pwd = ",
    "Password=",
    "password: ",
    "AccessToken=",
    "access token =",
    "secret=",
]
KEYWORDS += ["client_secret: ", '"token": ', "SharedAccessKey=", "passphrase=", "Authorization: "]
KEYWORDS += ["Authorization: Bearer ", "bearer "]


@given(keyword=st.sampled_from(KEYWORDS), secret=st.text(min_size=6, max_size=80))
def test_nothing_after_a_secret_keyword_is_shown(keyword: str, secret: str) -> None:
    frame = f"[08001] {SERVER}Invalid: SERVER=x;{keyword}"
    assume(secret.strip() and secret not in frame)
    exceptions = [
        PyodbcError("08001", f"{frame}{secret};UID=a (0) (SQLDriverConnect)"),
        PyodbcError(f"{frame}{secret}"),
        MssqlPythonError("Communication link failure", f"{frame}{secret}"),
        MssqlPythonError(f"{frame}{secret}", f"{frame}{secret}"),
    ]
    for exc in exceptions:
        error = classify(exc)
        assert error is not None
        assert secret not in f"{error.text}{error.describe()}"


def test_the_facts_survive_what_is_left_out() -> None:
    error = classify(PyodbcError("28000", f"[28000] {SERVER}PWD=x (18456) (SQLDriverConnect)"))
    assert error is not None
    assert (error.number, error.odbc_function) == (18456, "SQLDriverConnect")
    assert error.text == f"[28000] {SERVER}PWD=…"


@given(claims=st.dictionaries(st.text(max_size=8), st.text(max_size=30), min_size=1, max_size=5))
def test_a_json_web_token_is_not_shown(claims: dict[str, str]) -> None:
    parts = [
        base64.urlsafe_b64encode(json.dumps(c).encode()).decode() for c in ({"a": "b"}, claims)
    ]
    token = ".".join([*parts, "c2lnbmF0dXJl"]).replace("=", "")
    assert parts[1].replace("=", "") not in redact(f"Login with {token} failed")


@pytest.mark.parametrize(
    "text",
    [
        "Login failed for user '<token-identified principal>'.",
        "Login timeout expired",
        "Invalid column name 'password'.",
        "The password of the account must be changed.",
        "Cannot insert duplicate key in object 'dbo.auth_user_token'. The value is (1).",
        "Violation of PRIMARY KEY constraint 'django_content_type_app_label_model_76bd3d3b_uniq'.",
    ],
)
def test_ordinary_sentences_stay_whole(text: str) -> None:
    assert redact(text) == text


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "hunter2" not in redact("proxy http://app:hunter2@proxy:3128/ refused")


def test_a_long_text_is_cut_after_its_secrets_are_gone() -> None:
    text = printable("x " * MAX_TEXT_LENGTH + "PWD=hunter2")
    assert len(text) == MAX_TEXT_LENGTH
    assert "hunter2" not in text


def test_what_would_drive_a_terminal_is_not_shown() -> None:
    assert "\x1b" not in printable("\x1b[2J gone")
    printable("\ud800").encode()
