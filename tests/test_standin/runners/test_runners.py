"""pytest-django and ``manage.py test`` on the stand-in, through either driver."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from tests.standin import StandIn
from tests.standin.logins import DEFAULT_DATABASE, SYSTEM_DATABASES
from tests.test_standin.clients import connect_pytds
from tests.test_standin.runners import running

pytestmark = [pytest.mark.socket, pytest.mark.process]

DRIVERS = ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]
_SUITE = "suite_pytest.py"
#: Fails where the rows are not those of the migrations alone.
_ON_A_NEW_DATABASE = ("-k", "a_test_is_rolled_back")
#: Passes whatever rows there are.
_ON_ANY_DATABASE = ("-k", "is_the_test_database")


def _test_databases(standin: StandIn) -> set[str]:
    """What there is beyond the databases of a new stand-in."""
    return {*standin.engine.databases()} - {*SYSTEM_DATABASES, DEFAULT_DATABASE}


def _ask(standin: StandIn, statement: str, database: str = DEFAULT_DATABASE) -> list[Any]:
    connecting = connect_pytds(standin, database=database, autocommit=True)
    with contextlib.closing(connecting) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


@pytest.mark.parametrize("driver", DRIVERS)
def test_pytest_django(standin: StandIn, driver: str) -> None:
    """Its fixtures, and its test databases: made, kept, used again, made anew, destroyed."""
    first = running.pytest(standin, driver, "--reuse-db")
    assert first.exit_code == 0, first.said
    # The one that is skipped asks for a feature that the backend does not claim.
    assert first.counts.keys() == {"passed", "skipped"}, first.said
    assert first.counts["skipped"] == 1, first.said
    assert _test_databases(standin) == {"test_app", "test_archive"}

    _ask(standin, "INSERT INTO shelf_author (name) VALUES ('Left over')", "test_app")
    again = running.pytest(standin, driver, "--reuse-db", *_ON_ANY_DATABASE, suite=_SUITE)
    assert (again.exit_code, again.counts["passed"]) == (0, 1), again.said
    assert "Left over" in _ask(standin, "SELECT name FROM shelf_author", "test_app")

    anew = running.pytest(standin, driver, "--create-db", *_ON_A_NEW_DATABASE, suite=_SUITE)
    assert (anew.exit_code, anew.counts["passed"]) == (0, 2), anew.said
    # The run was about one database, and has destroyed it; the other stays as it was kept.
    assert _test_databases(standin) == {"test_archive"}
    standin.wait_until_idle()


@pytest.mark.parametrize("driver", DRIVERS)
def test_manage_py_test(standin: StandIn, driver: str) -> None:
    """Also where an interrupted run has left its test database behind."""
    _ask(standin, "CREATE DATABASE test_app")
    run = running.manage_test(standin, driver)
    assert run.exit_code == 0, run.said
    assert "OK (skipped=1)" in run.said, run.said
    assert "Destroying old test database for alias 'default'" in run.said, run.said
    assert _test_databases(standin) == set()
    standin.wait_until_idle()
