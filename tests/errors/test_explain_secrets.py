"""No secret of a pasted text or of an exception is repeated, whatever its shape."""

from __future__ import annotations

import json

from django.db import utils
from hypothesis import example, given, settings
from hypothesis import strategies as st

from django_mssql_ops.errors import explain
from tests.errors.fake_drivers import ConnectionStringParseError, MssqlPythonError, PyodbcError
from tests.errors.forms import DRIVER_18

MARK = "Zq7"
MS18 = f"[Microsoft][{DRIVER_18}]"
REFUSED = f"[08001] {MS18}TCP Provider: Error code 0x2749 (10057) (SQLDriverConnect)"

#: Pieces that the readers look for; a password may hold each of them.
_PIECES = st.sampled_from(
    [
        "; ",
        ";",
        "\n",
        "\n\n",
        "'",
        '"',
        "\\n",
        "(18456)",
        " (10061) (SQLDriverConnect)",
        f"[28000] {MS18}[SQL Server]Login failed for user '",
        f"; [08001] {MS18}Login timeout expired ",
        "[IM002] [unixODBC][Driver Manager]",
        "Msg 18456, Level 14, State 1, Server x, Line 1\n",
        "DDBC Error: [Microsoft]",
        "DRIVER={{",
        "ImportError: ",
        "Can't open lib '",
        "' : file not found",
        "for connection string attribute '",
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : ",
        "\n\nThe above exception was the direct cause of the following exception:\n\n",
        "}",
        "&quot;",
        "('IM003', '[IM003] ",
        "(18456, b'",
        "DB-Lib error message 20018",
        "\nError: 18456, Severity: 14, State: 38.",
        "Error 12029 opening URL http",
    ]
)
SECRETS = st.lists(
    st.one_of(_PIECES, st.just(MARK), st.text("ab1 =-_", max_size=6)), max_size=8
).map(lambda pieces: MARK + "".join(pieces) + MARK)
KEYWORDS = st.sampled_from(
    ["PWD=", "Password = ", "TOKEN=", "'PASSWORD': '", '"password": "', "Pwd={"]
)


#: Several explanations an example: a busy machine may take its time.
many = settings(deadline=None)


def leaks(value: BaseException | str) -> bool:
    return MARK in repr(explain(value))


@many
@given(secret=SECRETS, keyword=KEYWORDS)
@example(secret=f"{MARK}\nImportError: {MARK}", keyword="PWD=")
@example(secret=f"{MARK}; [08001] {MS18}{MARK}", keyword="PWD=")
def test_pasted_text_keeps_its_secrets(secret: str, keyword: str) -> None:
    string = f"DRIVER={{ODBC Driver 18 for SQL Server}};UID=app;{keyword}{secret};SERVER=db"
    for text in (
        f"{REFUSED}\n{string}",
        f"{string}\n{REFUSED}",
        f"connect({string!r}) failed: {REFUSED}",
        json.dumps({"dsn": string, "error": REFUSED}),
        f"django.db.utils.OperationalError: ('08001', \"{REFUSED}\") {string}",
        f"Login failed. {string}",
    ):
        assert not leaks(text)


@many
@given(secret=SECRETS, keyword=KEYWORDS)
def test_exceptions_keep_their_secrets(secret: str, keyword: str) -> None:
    string = f"DRIVER={{x}};UID=app;{keyword}{secret};SERVER=db"
    told = f"{MS18}Neither DSN nor SERVER keyword supplied: {string}"
    for exc in (
        PyodbcError("08001", f"[08001] {told} (0) (SQLDriverConnect)"),
        utils.OperationalError("08001", f"[08001] {told} (0) (SQLDriverConnect)"),
        MssqlPythonError("Client unable to establish connection", told),
        ConnectionStringParseError([f"Unknown keyword '{secret}' is not recognized"]),
        RuntimeError(f"cannot connect with {string}: {REFUSED}"),
        ValueError(string),
    ):
        assert not leaks(exc)


@many
@given(secret=SECRETS)
def test_a_parsers_pieces_of_a_pasted_password_are_not_repeated(secret: str) -> None:
    assert not leaks(
        "mssql_python.exceptions.ConnectionStringParseError: Connection string parsing failed:\n"
        f"  Unknown keyword '{secret}' is not recognized"
    )
    assert not leaks(f"Unknown keyword '{secret}' is not recognized")


def test_tokens_and_addresses_with_passwords_are_left_out() -> None:
    token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJ" + MARK * 20 + ".x"
    assert not leaks(f"{REFUSED[:-19]} {token} (0) (SQLDriverConnect)")
    assert not leaks(f"[08001] {MS18}mssql://app:{MARK}@db (0) (SQLDriverConnect)")
