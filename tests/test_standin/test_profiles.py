from __future__ import annotations

import re
from dataclasses import replace

import pytest

from django_mssql_ops.diagnostics import queries
from tests.standin.engine import Failure, ResultSet, Statement
from tests.standin.profiles import AZURE_SQL_DATABASE, PROFILES, SQLSERVER2019, Profile
from tests.standin.session import Session
from tests.standin.sql_engine import SqlEngine

QUERIES = {
    name: text for name, text in vars(queries).items() if name.isupper() and isinstance(text, str)
}


def ask(profile: Profile, text: str) -> list[object]:
    engine = SqlEngine()
    engine.start(["app"])
    session = Session(spid=51, profile=profile, login="app", database="app")
    try:
        return list(engine.execute(session, Statement(text)))
    finally:
        engine.session_ended(session)
        engine.stop()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_every_profile_says_that_it_is_a_stand_in(profile: Profile) -> None:
    assert "stand-in" in profile.edition
    assert "stand-in" in profile.banner
    assert "Microsoft SQL Server" not in profile.banner


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
@pytest.mark.parametrize("name", QUERIES)
def test_every_probe_query_gets_the_columns_it_names(name: str, profile: Profile) -> None:
    results = ask(replace(profile, view_server_state=True), QUERIES[name])
    assert len(results) == 1
    result = results[0]
    assert isinstance(result, ResultSet)
    named = re.findall(r"\bAS (\w+)(?=,|\n|$)", QUERIES[name].partition("FROM sys")[0])
    assert [column.name for column in result.columns] == (named or [""])
    assert len(list(result.rows)) == 1


@pytest.mark.parametrize(
    ("profile", "permission"),
    [(SQLSERVER2019, "VIEW SERVER STATE"), (AZURE_SQL_DATABASE, "VIEW SERVER STATE")],
)
def test_without_the_permission_the_dynamic_view_answers_300_and_297(
    profile: Profile, permission: str
) -> None:
    results = ask(replace(profile, view_server_state=False), queries.ENCRYPTION)
    assert [r.number for r in results if isinstance(r, Failure)] == [300, 297]
    assert isinstance(results[0], Failure)
    assert permission in results[0].message


def test_versions_are_four_numbers() -> None:
    assert all(len(profile.version) == 4 for profile in PROFILES.values())
