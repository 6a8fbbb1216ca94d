"""pytest-django and ``manage.py test`` on the stand-in, through either driver."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from tests.standin.logins import DEFAULT_DATABASE, SYSTEM_DATABASES
from tests.standin.process import ServerProcess
from tests.test_standin.clients import connect_pytds
from tests.test_standin.runners import running

pytestmark = [pytest.mark.socket, pytest.mark.process]

_SUITE = "suite_pytest.py"
#: Fails where the rows are not those of the migrations alone.
_ON_A_NEW_DATABASE = ("-k", "a_test_is_rolled_back")
#: Passes whatever rows there are.
_ON_ANY_DATABASE = ("-k", "is_the_test_database")


def _test_databases(server: ServerProcess) -> set[str]:
    """What there is beyond the databases of a new stand-in."""
    found = _ask(server, "SELECT name FROM sys.databases")
    return {*found} - {*SYSTEM_DATABASES, DEFAULT_DATABASE}


def _ask(server: ServerProcess, statement: str, database: str = DEFAULT_DATABASE) -> list[Any]:
    connecting = connect_pytds(server, database=database, autocommit=True)
    with contextlib.closing(connecting) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def run_pytest_django(directory: Path, driver: str) -> None:
    """Its fixtures, and its test databases: made, kept, used again, made anew, destroyed."""
    with ServerProcess(directory) as server:
        first = running.pytest(server, driver, "--reuse-db")
        assert first.exit_code == 0, first.said
        # The one that is skipped asks for a feature that the backend does not claim.
        assert first.counts.keys() == {"passed", "skipped"}, first.said
        assert first.counts["skipped"] == 1, first.said
        assert _test_databases(server) == {"test_app", "test_archive"}

        _ask(server, "INSERT INTO shelf_author (name) VALUES ('Left over')", "test_app")
        again = running.pytest(server, driver, "--reuse-db", *_ON_ANY_DATABASE, suite=_SUITE)
        assert (again.exit_code, again.counts["passed"]) == (0, 1), again.said
        assert "Left over" in _ask(server, "SELECT name FROM shelf_author", "test_app")

        anew = running.pytest(server, driver, "--create-db", *_ON_A_NEW_DATABASE, suite=_SUITE)
        assert (anew.exit_code, anew.counts["passed"]) == (0, 2), anew.said
        # The run was about one database, and has destroyed it; the other stays as it was kept.
        assert _test_databases(server) == {"test_archive"}
        server.wait_until_idle()


def run_manage_test(directory: Path, driver: str) -> None:
    """Also where an interrupted run has left its test database behind."""
    with ServerProcess(directory) as server:
        _ask(server, "CREATE DATABASE test_app")
        run = running.manage_test(server, driver)
        assert run.exit_code == 0, run.said
        assert "OK (skipped=1)" in run.said, run.said
        assert "Destroying old test database for alias 'default'" in run.said, run.said
        assert _test_databases(server) == set()
        server.wait_until_idle()


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(
            f"{run.__name__}-{driver}",
            marks=[
                pytest.mark.background.with_args(run, driver),
                *([pytest.mark.mssql_python] if driver == "mssql_python" else []),
            ],
        )
        for run in (run_pytest_django, run_manage_test)
        for driver in ("pyodbc", "mssql_python")
    ],
)
def test_a_runner(run: str, background_result: None) -> None:
    """What fails in the run is raised here."""
    assert background_result is None, run
