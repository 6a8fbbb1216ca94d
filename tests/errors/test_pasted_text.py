from __future__ import annotations

import pytest

from django_mssql_ops.errors import Phase
from django_mssql_ops.errors.observed import ObservedRecord
from django_mssql_ops.errors.pasted_text import read_text
from tests.errors.forms import DRIVER_18

MS18 = f"[Microsoft][{DRIVER_18}]"
SERVER = f"{MS18}[SQL Server]"
LOGIN = "Login failed for user 'app'."


def first(text: str) -> ObservedRecord:
    return read_text(text).records[0]


@pytest.mark.parametrize(
    "text",
    [
        f"('28000', \"[28000] {SERVER}{LOGIN} (18456) (SQLDriverConnect)\")",
        f"[28000] {SERVER}{LOGIN} (18456) (SQLDriverConnect)",
        f"[28000][unixODBC]{SERVER}{LOGIN}\n[ISQL]ERROR: Could not SQLConnect",
        f"SQLSTATE[28000]: {SERVER}{LOGIN}",
        f"SQLState = 28000, NativeError = 18456\nError = {SERVER}{LOGIN}",
        f"RuntimeError: SQLSTATE:28000:{SERVER}{LOGIN}",
        "Driver Error: Invalid authorization specification; DDBC Error: [Microsoft][SQL Server]"
        f"{LOGIN}",
        "myapp.db WARNING: Invalid authorization specification; DDBC Error: [Microsoft][SQL Server]"
        f"{LOGIN}",
        f"[28000] [Microsoft][SQL Server Native Client 11.0][SQL Server]{LOGIN} (18456)",
    ],
)
def test_each_form_with_tags_gives_state_number_and_sentence(text: str) -> None:
    record = first(text)
    assert (record.sqlstate, record.number, record.origin) == ("28000", 18456, "server")
    assert record.sentence == LOGIN
    assert record.is_told == ("18456" in text)


@pytest.mark.parametrize(
    "text",
    [
        f"Msg 18456, Level 14, State 1, Server db, Line 1\n{LOGIN}",
        f"Msg 18456, Level 14, State 1, Server db, Procedure p, Line 1\r\n{LOGIN}\r\n",
        f"Msg 18456, Level 14, State 1, Line 1 {LOGIN}",
        f"{LOGIN} (Microsoft SQL Server, Error: 18456)",
        "2026-11-02 10:00:00.12 Logon       Error: 18456, Severity: 14, State: 38.\n"
        f"2026-11-02 10:00:00.12 Logon       {LOGIN}",
    ],
)
def test_microsofts_own_tools_tell_the_number(text: str) -> None:
    record = first(text)
    assert (record.number, record.origin, record.is_told) == (18456, "server", True)
    assert record.sentence == LOGIN


@pytest.mark.parametrize(
    "text",
    [
        LOGIN,
        "Login failed for\nuser 'app'.",
        f"Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : {LOGIN}.",
        f"2026-09-22 10:11:12,345 ERROR {LOGIN}",
        f"> {LOGIN}",
        f"SomeError: {LOGIN}",
    ],
)
def test_a_bare_sentence_of_the_servers_is_inferred(text: str) -> None:
    numbers = {record.number for record in read_text(text).records if record.origin == "server"}
    assert numbers == {18456}
    assert not any(record.is_told for record in read_text(text).records)


def test_windows_provider_errors_of_dot_net_are_the_clients() -> None:
    record = first(
        "A network-related error. (provider: TCP Provider, error: 0 - No such host is known.) "
        "(Microsoft SQL Server, Error: 11001)"
    )
    assert (record.number, record.origin) == (11001, "client")


def test_records_joined_on_windows_keep_only_the_first_state() -> None:
    records = read_text(
        f"('08001', '[08001] {MS18}TCP Provider: refused.\\r\\n (10061) (SQLDriverConnect); "
        f"[08001] {MS18}Login timeout expired (0); [08001] {MS18}Invalid connection string "
        "attribute (0)')"
    ).records
    assert [(r.sqlstate, r.number, r.sentence) for r in records] == [
        ("08001", 10061, "TCP Provider: refused."),
        (None, 0, "Login timeout expired"),
        (None, 0, "Invalid connection string attribute"),
    ]


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        (f"[08S01] {MS18}x (104) (SQLExecDirectW)", Phase.EXECUTE),
        (f"[08S01] {MS18}x (104) (SQLEndTran(SQL_COMMIT))", Phase.COMMIT),
        (f'  File "mssql/base.py", line 9, in get_new_connection\n{MS18}x', Phase.CONNECT),
        (f"{MS18}x", Phase.UNKNOWN),
    ],
)
def test_the_phase_is_the_functions_or_the_frames(text: str, phase: Phase) -> None:
    assert first(text).phase is phase


def test_of_a_chain_the_outermost_exception_comes_first() -> None:
    text = (
        "Traceback (most recent call last):\n"
        f"pyodbc.Error: ('HY000', '[HY000] {MS18}cause (1) (SQLExecDirectW)')\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\n"
        f"pyodbc.Error: ('08S01', '[08S01] {MS18}later (2) (SQLEndTran)')\n"
    )
    assert [record.sentence for record in read_text(text).records[:2]] == ["later", "cause"]


@pytest.mark.parametrize(
    "text",
    [
        "django.db.utils.OperationalError: x",
        "(pyodbc.OperationalError) ('08001', 'x')",
        "E   OperationalError: x",
        "[2026-09-22, 10:11:12 UTC] ERROR - OperationalError: x",
        "raised OperationalError",
        'OperationalError("x")',
    ],
)
def test_classes_are_found_by_their_names(text: str) -> None:
    assert "OperationalError" in read_text(text).exceptions


def test_the_base_class_and_names_that_are_files_are_told_apart() -> None:
    assert "Error" in read_text("django.db.utils.Error: x").exceptions
    assert read_text("see /opt/Error and MyError_x").exceptions == frozenset()


def test_html_json_and_unicode_escapes_are_undone() -> None:
    expected = (1, "Can't open lib 'x' : file not found")
    for quote in ("'", "&#39;", "&#x27;", "\\u0027", "\\'", "\\\\'"):
        sentence = f"Can{quote}t open lib {quote}x{quote} : file not found"
        record = first(f"[01000] [unixODBC][Driver Manager]{sentence} (1) (SQLDriverConnect)")
        assert (record.number, record.sentence) == expected


def test_an_instances_name_is_not_a_line_break() -> None:
    assert first(f"{MS18}cannot reach HOST\\new (1)").sentence == "cannot reach HOST\\new"


def test_the_driver_managers_record_without_tags_is_read() -> None:
    record = first("('IM003', '[IM003] Der Treiber wurde nicht geladen. (160) (SQLDriverConnect)')")
    assert (record.sqlstate, record.number, record.origin) == ("IM003", 160, "unknown")
    assert record.sentence == "Der Treiber wurde nicht geladen."


def test_a_record_may_begin_on_the_next_line() -> None:
    assert first(f"('42000', '[42000] {SERVER}\n    {LOGIN}\n    Try again.").sentence == LOGIN


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f'(18456, b"{LOGIN}DB-Lib error message 20018, severity 14:\\nGeneral error")', 18456),
        ("(701, 'DB-Lib error message 20003, severity 6:\\nTimed out')", None),
        ("(20017, 'x;DB-Lib error message 20017, severity 9:\\nUnexpected EOF')", None),
    ],
)
def test_pymssql_shows_the_servers_last_message_before_its_own(
    text: str, number: int | None
) -> None:
    records = read_text(text).records
    assert next((r.number for r in records if r.origin == "server"), None) == number


def test_an_error_log_that_was_copied_newest_first() -> None:
    text = f"2026-11-02 10:00:00.12 Logon       {LOGIN}\nError: 18456, Severity: 14, State: 38."
    assert (first(text).number, first(text).sentence) == (18456, LOGIN)
