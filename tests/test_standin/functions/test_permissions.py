"""HAS_PERMS_BY_NAME, and what is refused to a user who lacks a permission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.standin.engine import NOT_SUPPORTED, Failure, ResultSet, Statement, StatementFailed
from tests.standin.profiles import SQLSERVER2022, Profile
from tests.standin.rights import Denial, Rights
from tests.standin.session import Session
from tests.standin.sql_engine import SqlEngine

READER = replace(SQLSERVER2022, is_db_owner=False)
Run = Callable[..., Any]


@pytest.fixture
def run() -> Iterator[Run]:
    """``run(profile, sql, login=…)``: the only value, the error's number and text, or None."""
    engine = SqlEngine()
    engine.start(["app"])
    sessions: list[Session] = []

    def execute(profile: Profile, sql: str, login: str = "app") -> Any:
        session = Session(spid=51, profile=profile, login=login, database="app")
        sessions.append(session)
        try:
            for result in engine.execute(session, Statement(sql)):
                if isinstance(result, Failure):
                    return result.number, result.message
                if isinstance(result, ResultSet):
                    return next(iter(result.rows), (None,))[0]
        except StatementFailed as error:
            return error.failure.number, error.failure.message
        return None

    assert execute(SQLSERVER2022, "CREATE TABLE item (id int NOT NULL PRIMARY KEY)", "sa") is None
    assert execute(SQLSERVER2022, "CREATE VIEW shown AS SELECT id FROM item", "sa") is None
    yield execute
    for session in sessions:
        engine.session_ended(session)
    engine.stop()


def has(permission: str, name: str = "N'item'", kind: str = "OBJECT") -> str:
    return f"SELECT HAS_PERMS_BY_NAME({name}, '{kind}', '{permission}')"


@pytest.mark.parametrize("permission", ["SELECT", "INSERT", "update", "DELETE"])
def test_rows_are_everybodys_unless_denied(run: Run, permission: str) -> None:
    assert run(READER, has(permission)) == 1
    denied = replace(READER, denials=(Denial(permission.upper(), "dbo.ITEM"),))
    assert run(denied, has(permission)) == 0
    assert run(denied, has(permission, "N'[dbo].[shown]'")) == 1
    everywhere = replace(READER, denials=(Denial(permission.upper()),))
    assert run(everywhere, has(permission, "N'[dbo].[shown]'")) == 0


@pytest.mark.parametrize("name", ["N'nosuch'", "N'nosuch.item'", "N'a.b.c.d'", "NULL"])
def test_a_table_there_is_none_of_is_null(run: Run, name: str) -> None:
    assert run(READER, has("SELECT", name)) is None


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (READER, 0),
        (replace(READER, is_db_owner=True), 1),
        (replace(READER, is_ddl_admin=True), 1),
        (replace(READER, is_sysadmin=True), 1),
    ],
)
def test_what_there_is_is_changed_by_those_with_the_role(
    run: Run, profile: Profile, expected: int
) -> None:
    assert run(profile, has("ALTER", "QUOTENAME(SCHEMA_NAME())", "SCHEMA")) == expected
    assert run(profile, has("CREATE TABLE", "NULL", "DATABASE")) == expected
    assert run(profile, has("ALTER")) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("dbo", 1), ("[dbo]", 1), ("no", None), ("a.b", None)]
)
def test_a_schema_is_found_with_and_without_brackets(
    run: Run, name: str, expected: int | None
) -> None:
    assert run(READER, has("SELECT", f"N'{name}'", "SCHEMA")) == expected


@pytest.mark.parametrize("role", ["db_owner", "db_ddladmin"])
def test_roles_are_the_profiles(run: Run, role: str) -> None:
    member = replace(READER, is_db_owner=role == "db_owner", is_ddl_admin=role == "db_ddladmin")
    assert run(member, f"SELECT IS_ROLEMEMBER('{role}')") == 1
    assert run(READER, f"SELECT IS_ROLEMEMBER('{role}')") == 0


@pytest.mark.parametrize(
    "sql",
    [
        has("CONTROL"),
        has("ANY"),
        has("SELECT", "N'app'", "DATABASE"),
        has("ALTER SETTINGS", "NULL", "SERVER"),
        "SELECT HAS_PERMS_BY_NAME(N'item', 'OBJECT', name) FROM sys.objects",
        "SELECT HAS_PERMS_BY_NAME(N'item', 'OBJECT', 'SELECT', 'id', 'COLUMN')",
    ],
)
def test_other_forms_are_refused_and_not_guessed(run: Run, sql: str) -> None:
    number, _ = run(READER, sql)
    assert number == NOT_SUPPORTED


STATEMENTS = {
    "SELECT": "SELECT * FROM item",
    "INSERT": "INSERT INTO item VALUES (1)",
    "UPDATE": "UPDATE item SET id = 2",
    "DELETE": "DELETE FROM item",
}


@pytest.mark.parametrize("permission", STATEMENTS)
def test_what_is_denied_ends_with_229(run: Run, permission: str) -> None:
    denied = replace(READER, denials=(Denial(permission, "dbo.item"),))
    assert run(denied, STATEMENTS[permission]) == (
        229,
        f"The {permission} permission was denied on the object 'item', database 'app', "
        "schema 'dbo'.",
    )


def test_a_view_shows_what_its_table_would_not(run: Run) -> None:
    """Ownership chaining: Microsoft Learn, "Ownership chains"."""
    denied = replace(READER, denials=(Denial("SELECT", "dbo.item"),))
    run(SQLSERVER2022, "INSERT INTO item VALUES (7)", "sa")
    assert run(denied, "SELECT id FROM shown") == 7
    assert run(denied, "SELECT id FROM (SELECT id FROM item) AS t")[0] == 229


@pytest.mark.parametrize("permission", STATEMENTS)
def test_sa_and_sysadmins_may_all_the_same(run: Run, permission: str) -> None:
    denied = replace(READER, denials=(Denial(permission),))
    assert not isinstance(run(denied, STATEMENTS[permission], "sa"), tuple)
    run(READER, "DELETE FROM item")
    sysadmin = replace(denied, is_sysadmin=True)
    assert not isinstance(run(sysadmin, STATEMENTS[permission]), tuple)


def test_a_plan_of_one_user_is_not_used_for_another(run: Run) -> None:
    """Translations are kept, and the same text means something else to another user."""
    denied = replace(READER, denials=(Denial("SELECT"),))
    assert run(denied, "SELECT count(*) FROM item", "sa") == 0
    assert run(denied, "SELECT count(*) FROM item", "app")[0] == 229
    assert run(denied, "SELECT count(*) FROM item", "sa") == 0


def test_a_temporary_table_is_the_users_own(run: Run) -> None:
    denied = replace(READER, denials=(Denial("SELECT"), Denial("INSERT")))
    batch = "CREATE TABLE #t (id int); INSERT INTO #t VALUES (5); SELECT id FROM #t"
    assert run(denied, batch) == 5


@pytest.mark.parametrize(
    ("statement", "permission"),
    [
        ("CREATE TABLE made (id int)", "CREATE TABLE"),
        ("CREATE VIEW made AS SELECT 1 AS one", "CREATE VIEW"),
        ("CREATE SCHEMA made", "CREATE SCHEMA"),
    ],
)
def test_without_the_role_nothing_is_made(run: Run, statement: str, permission: str) -> None:
    assert run(READER, statement) == (262, f"{permission} permission denied in database 'app'.")
    assert run(replace(READER, is_ddl_admin=True), statement) is None


@pytest.mark.parametrize("statement", ["DROP TABLE item", "ALTER TABLE item ADD n int"])
def test_without_the_role_nothing_is_changed(run: Run, statement: str) -> None:
    number, text = run(READER, statement)
    assert number == NOT_SUPPORTED
    assert "without the permission" in text


def test_rights_without_denials_are_rights_to_everything() -> None:
    assert all(Rights().may(permission) for permission in ("SELECT", "ALTER", "CREATE TABLE"))
