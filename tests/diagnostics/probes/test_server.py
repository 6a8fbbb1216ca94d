"""What the open connection tells, and what becomes of an answer that is withheld."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db.utils import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics import queries
from django_mssql_ops.diagnostics.facts import (
    DatabaseFacts,
    ServerFacts,
    SessionFacts,
    Unreadable,
)
from django_mssql_ops.diagnostics.probes import asking
from django_mssql_ops.diagnostics.probes.asking import PERMISSION_NUMBERS, Questions, ask
from django_mssql_ops.diagnostics.probes.server import (
    parse_version,
    probe_database,
    probe_server,
    probe_session,
)
from tests.diagnostics.probes.in_process import server_error

PATIENCE = 10.0

SESSION = {
    "login_name": "app",
    "original_login": "CORP\\app",
    "user_name": "app_user",
    "default_schema": "shop",
    "is_sysadmin": 0,
    "is_db_owner": 1,
    "net_transport": "TCP",
    "auth_scheme": "SQL",
}
SERVER = {
    "product_version": "16.0.4265.3",
    "product_level": "RTM",
    "product_update_level": "CU20",
    "edition": "Developer Edition (64-bit)",
    "engine_edition": 3,
    "collation": "Latin1_General_CI_AS",
    "server_name": "db7",
    "banner": "Microsoft SQL Server 2022 (RTM-CU20)\r\n\tCopyright",
}
DATABASE = {
    "name": "shop",
    "state": "ONLINE",
    "user_access": "MULTI_USER",
    "updateability": "READ_WRITE",
    "read_committed_snapshot": 1,
    "snapshot_isolation": "OFF",
    "compatibility_level": 160,
    "collation": "Latin1_General_CI_AS",
    "tempdb_collation": "Latin1_General_CI_AI",
    "auto_close": 0,
    "auto_shrink": 1,
    "page_verify": "CHECKSUM",
}
ENCRYPTION = {"encrypt_option": "TRUE"}

Answer = Mapping[str, Any] | None | Exception


class FakeWrapper:
    """A connection that answers each statement from a table and keeps what it was asked."""

    def __init__(self, **changes: Answer) -> None:
        self.answers: dict[str, Answer] = {
            queries.SESSION: changes.get("session", SESSION),
            queries.ENCRYPTION: changes.get("encryption", ENCRYPTION),
            queries.SERVER: changes.get("server", SERVER),
            queries.DATABASE: changes.get("database", DATABASE),
        }
        self.statements: list[str] = []
        self.row: Mapping[str, Any] | None = None
        self.description: list[tuple[str, ...]] = []

    @contextlib.contextmanager
    def cursor(self) -> Iterator[FakeWrapper]:
        yield self

    def execute(self, sql: str) -> None:
        self.statements.append(sql)
        answer = self.answers[sql]
        if isinstance(answer, Exception):
            raise answer
        self.row = answer
        self.description = [(name, "and more") for name in answer or {}]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [] if self.row is None else [tuple(self.row.values())]

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        return self.fetchall()[:size]


def wrapper(**changes: Answer) -> Any:
    return FakeWrapper(**changes)


def session(**changes: Answer) -> SessionFacts:
    found = probe_session(wrapper(**changes), limit=PATIENCE)
    assert isinstance(found, SessionFacts)
    return found


def database(**changes: Any) -> DatabaseFacts:
    found = probe_database(wrapper(database={**DATABASE, **changes}), limit=PATIENCE)
    assert isinstance(found, DatabaseFacts)
    return found


def server(**changes: Any) -> ServerFacts:
    found = probe_server(wrapper(server={**SERVER, **changes}), limit=PATIENCE)
    assert isinstance(found, ServerFacts)
    return found


def test_the_session_is_read_in_two_round_trips() -> None:
    known = wrapper()
    assert probe_session(known, limit=PATIENCE) == SessionFacts(
        login="app",
        original_login="CORP\\app",
        user="app_user",
        default_schema="shop",
        is_sysadmin=False,
        is_db_owner=True,
        net_transport="TCP",
        auth_scheme="SQL",
        encrypted=True,
    )
    assert known.statements == [queries.SESSION, queries.ENCRYPTION]


def test_the_server_is_read_in_one_round_trip() -> None:
    known = wrapper()
    assert probe_server(known, limit=PATIENCE) == ServerFacts(
        version=(16, 0, 4265, 3),
        level="RTM",
        update_level="CU20",
        edition="Developer Edition (64-bit)",
        engine_edition=3,
        collation="Latin1_General_CI_AS",
        name="db7",
        banner="Microsoft SQL Server 2022 (RTM-CU20)",
    )
    assert known.statements == [queries.SERVER]


def test_the_database_is_read_in_one_round_trip() -> None:
    known = wrapper()
    assert probe_database(known, limit=PATIENCE) == DatabaseFacts(
        name="shop",
        state="ONLINE",
        user_access="MULTI_USER",
        updateability="READ_WRITE",
        read_committed_snapshot=True,
        snapshot_isolation="OFF",
        compatibility_level=160,
        collation="Latin1_General_CI_AS",
        tempdb_collation="Latin1_General_CI_AI",
        auto_close=False,
        auto_shrink=True,
        page_verify="CHECKSUM",
    )
    assert known.statements == [queries.DATABASE]


@pytest.mark.parametrize("number", sorted(PERMISSION_NUMBERS))
def test_a_permission_that_is_missing_is_unreadable_with_the_grant(number: int) -> None:
    found = session(encryption=server_error(number))
    assert isinstance(found.encrypted, Unreadable)
    assert found.encrypted.reason == f"the login lacks the permission (error {number})"
    assert found.encrypted.hint.startswith("GRANT VIEW SERVER STATE")
    assert found.login == "app"


def test_another_error_is_unreadable_in_the_servers_words_and_without_a_grant() -> None:
    found = session(encryption=server_error(208, "Invalid object name 'sys.x'."))
    assert found.encrypted == Unreadable("42000/208 Invalid object name 'sys.x'.")


def test_a_permission_number_that_is_not_the_servers_is_no_missing_permission() -> None:
    error = OperationalError("08S01", "x")
    pyodbc_error = type("OperationalError", (Exception,), {"__module__": "pyodbc"})
    text = "[08S01] [Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: x (300) (SQLGetData)"
    error.__cause__ = pyodbc_error("08S01", text)
    found = session(encryption=error).encrypted
    assert isinstance(found, Unreadable)
    assert "permission" not in found.reason
    assert found.hint == ""


def test_an_error_that_is_no_drivers_is_unreadable_without_its_text() -> None:
    found = session(encryption=LookupError("PWD=hunter2"))
    assert found.encrypted == Unreadable("LookupError while it was read")


@pytest.mark.parametrize(
    ("option", "encrypted"), [("TRUE", True), ("true", True), ("FALSE", False), ("", False)]
)
def test_encryption_is_what_the_server_says(option: str, encrypted: bool) -> None:
    assert session(encryption={"encrypt_option": option}).encrypted is encrypted


@pytest.mark.parametrize("answer", [None, {"encrypt_option": None}])
def test_a_server_that_says_nothing_about_encryption_does_not_say_no(answer: Answer) -> None:
    assert isinstance(session(encryption=answer).encrypted, Unreadable)


@pytest.mark.parametrize("probe", [probe_session, probe_server, probe_database])
def test_a_stage_whose_question_fails_is_unreadable_as_a_whole(probe: Any) -> None:
    denied = server_error(300)
    known = wrapper(session=denied, server=denied, database=denied)
    found = probe(known, limit=PATIENCE)
    assert isinstance(found, Unreadable)
    assert found.reason == "the login lacks the permission (error 300)"
    assert len(known.statements) == 1


def test_a_login_that_may_not_see_its_databases_row_gets_no_facts() -> None:
    found = probe_database(wrapper(database=None), limit=PATIENCE)
    assert found == Unreadable("the server returned no row for it")


@pytest.mark.parametrize(
    "column",
    [name for name in DATABASE if name != "name"],
)
def test_a_null_is_unreadable_and_never_a_value(column: str) -> None:
    assert getattr(database(**{column: None}), column) == Unreadable("the server says NULL")


@pytest.mark.parametrize("column", ["is_sysadmin", "is_db_owner", "net_transport", "auth_scheme"])
def test_a_null_about_the_session_is_unreadable(column: str) -> None:
    found = session(session={**SESSION, column: None})
    assert getattr(found, column) == Unreadable("the server says NULL")


def test_what_a_product_does_not_have_is_empty() -> None:
    """Azure SQL Database has no ProductUpdateLevel; NULL stands there."""
    found = server(product_update_level=None, server_name=None, engine_edition=None, banner=None)
    assert (found.update_level, found.name, found.engine_edition, found.banner) == ("", "", 0, "")


class SilentWrapper(FakeWrapper):
    """Answers nothing until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def execute(self, sql: str) -> None:
        self.statements.append(sql)
        self.released.wait(PATIENCE)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(asking, "GRACE_SECONDS", 0.0)
    made = SilentWrapper()
    yield made
    made.released.set()


NO_ANSWER = Unreadable("no answer within 0.01 s", timed_out=True)


def test_a_silent_server_is_unreadable_at_the_limit(silent: Any) -> None:
    assert ask(silent, queries.SERVER, limit=0.01) == NO_ANSWER


def test_after_a_question_without_an_answer_no_more_are_put(silent: Any) -> None:
    questions = Questions(silent, 0.01)
    assert questions.rows(queries.SERVER) == NO_ANSWER
    assert questions.row(queries.DATABASE) == NO_ANSWER
    assert silent.statements == [queries.SERVER]


def test_after_a_question_that_was_refused_the_next_is_put() -> None:
    known = wrapper(server=server_error(229))
    questions = Questions(known, PATIENCE)
    assert questions.row(queries.SERVER, grant="GRANT it.") == Unreadable(
        "the login lacks the permission (error 229)", hint="GRANT it."
    )
    assert questions.rows(queries.DATABASE) == (DATABASE,)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("16.0.4265.3", (16, 0, 4265, 3)),
        ("12.0", (12, 0)),
        ("16.0.4265-preview.1", (16, 0)),
        ("", ()),
        ("vNext", ()),
    ],
)
def test_a_version_ends_at_the_first_part_that_is_no_number(
    text: str, version: tuple[int, ...]
) -> None:
    assert parse_version(text) == version


@given(st.text(max_size=128))
def test_no_version_text_breaks_the_probe(text: str) -> None:
    assert all(number >= 0 for number in parse_version(text))


def test_the_questions_write_nothing_and_are_single_statements() -> None:
    for sql in (queries.SESSION, queries.ENCRYPTION, queries.SERVER, queries.DATABASE):
        assert sql.startswith("SELECT ")
        assert ";" not in sql
        assert sql.isascii()
