"""The command in the sample project, as a user would run it, before the stand-in."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import project
from tests.project import DRIVERS
from tests.retrytest.test_pages import check
from tests.standin import StandIn
from tests.standin.server import Configuration

COMMAND = "mssql_retrytest"
HERE = "tests.retrytest.shop_target"

drivers = pytest.mark.parametrize(
    "driver", ["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)]
)


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with StandIn(Configuration()) as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: StandIn) -> StandIn:
    """The stand-in with the sample project's tables and a few orders."""
    for words in (("migrate", "--verbosity", "0"), ("load_shop", "--orders", "5")):
        done = project.run(*words, server=server)
        assert done.exit_code == 0, done.stderr
    return server


def run(server: StandIn | None, *words: str, driver: str = "pyodbc") -> project.Finished:
    return project.run(COMMAND, *words, server=server, driver=driver)


def rows(finished: project.Finished) -> dict[str, dict[str, Any]]:
    """Scenario -> its values, over all layers, from --format json."""
    document = json.loads(finished.stdout)
    return {
        stage["name"]: stage["values"]
        for subject in document["subjects"]
        for stage in subject["stages"]
        if stage["status"] != "skipped"
    }


def scratch_tables(server: StandIn) -> list[str]:
    """Scratch tables that somebody left behind."""
    script = (
        "from django.db import connection; "
        "print([t for t in connection.introspection.table_names() if 'retrytest' in t])"
    )
    done = project.run("shell", "--verbosity", "0", "--command", script, server=server)
    assert done.exit_code == 0, done.stderr
    found: list[str] = json.loads(done.stdout.replace("'", '"'))
    return found


@pytest.mark.socket
def test_bad_input_is_one_sentence_and_nothing_is_touched(server: StandIn) -> None:
    before = len(server.counters.connections)
    done = run(server, "--url", "/nowhere/")
    assert done.exit_code == 2
    assert done.stderr.strip().splitlines() == [
        "CommandError: --url '/nowhere/': no view of the project answers it"
    ]
    assert done.stdout == ""
    assert len(server.counters.connections) == before


@drivers
@pytest.mark.socket
def test_the_decorator_holds_where_it_has_to(server: StandIn, driver: str) -> None:
    done = run(
        server,
        *("--write", "--seed", "7", "--format", "json"),
        *("--only", "login-40613", "--only", "begin-rst", "--only", "statement-1205"),
        *("--only", "second-statement-rst", "--only", "rows-cut", "--only", "commit-*"),
        *("--only", "second-commit-rst", "--only", "control-*"),
        driver=driver,
    )
    found = rows(done)
    assert {name: v["verdict"] for name, v in found.items() if not v["held"]} == {}
    assert done.exit_code == 0, done.stderr
    assert found["login-40613"]["verdict"] == "survived"
    assert found["login-40613"]["attempts"] == 2
    assert found["commit-after-rst"]["rows"] == 2
    assert found["commit-after-rst"]["verdict"] == "outcome unknown, and said so"
    assert found["control-login-18456"]["logins"] == 1
    assert "--seed 7 replays this run" in done.stderr
    # What the retry engine logs about faults that were made here is no news to anybody.
    assert {line.partition(":")[0] for line in done.stderr.splitlines()} == {COMMAND}


@pytest.mark.slow
@drivers
@pytest.mark.socket
def test_the_projects_own_code_holds_with_its_invariant(shop: StandIn, driver: str) -> None:
    done = run(
        shop,
        *("--call", f"{HERE}.place_an_order", "--invariant", f"{HERE}.books_are_right"),
        *("--write", "--format", "json"),
        *("--only", "statement-1205", "--only", "commit-after-rst", "--only", "login-40613"),
        driver=driver,
    )
    assert {name: v["verdict"] for name, v in rows(done).items()} == {
        "statement-1205": "survived",
        "commit-after-rst": "survived",
        "login-40613": "survived",
    }, done.stderr
    assert done.exit_code == 0


@pytest.mark.slow
@pytest.mark.socket
def test_unprotected_code_does_not_hold(shop: StandIn) -> None:
    done = run(
        shop,
        *("--call", f"{HERE}.rename_a_tag_unprotected", "--write"),
        *("--only", "statement-1205"),
    )
    assert done.exit_code == 1
    assert "not retried: class missed" in done.stdout


@pytest.mark.slow
@pytest.mark.socket
def test_a_url_runs_through_the_projects_middleware(shop: StandIn, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run(
        shop,
        *("--url", "/api/products/", "--only", "statement-1205", "--format", "html"),
        *("--output", str(page)),
    )
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    text = page.read_text(encoding="utf-8")
    check(text)
    assert "GET /api/products/" in text and "survived" in text


@pytest.mark.slow
@pytest.mark.socket
def test_an_invariant_that_is_broken_already_is_none(server: StandIn) -> None:
    done = run(server, "--invariant", f"{HERE}.never_right", "--only", "statement-1205")
    assert done.exit_code == 2
    assert done.stderr.strip().splitlines()[-1] == (
        f"CommandError: --invariant '{HERE}.never_right' is broken before any fault: "
        "it raised AssertionError: the books are wrong"
    )


@pytest.mark.slow
@pytest.mark.socket
def test_a_target_that_fails_by_itself_is_no_target(server: StandIn) -> None:
    done = run(server, "--call", f"{HERE}.no_such_function", "--write")
    assert done.exit_code == 2
    done = run(server, "--url", "/api/orders/00000000-0000-4000-8000-000000000000/")
    assert done.exit_code == 2
    assert "without any fault" in done.stderr


@pytest.mark.socket
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_an_interrupted_run_puts_everything_away(server: StandIn, number: signal.Signals) -> None:
    words = (sys.executable, "-m", "sampleproject.manage", COMMAND, "--write", "--only", "*-4*")
    with subprocess.Popen(
        words,
        env=project.environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "[2/" in line:
                break
        process.send_signal(number)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "interrupted" in told
    assert scratch_tables(server) == []


@pytest.mark.socket
@pytest.mark.parametrize("driver", [DRIVERS[0]])
def test_serving_says_where_until_it_is_interrupted(server: StandIn, driver: str) -> None:
    words = (sys.executable, "-m", "sampleproject.manage", COMMAND, "--serve", "0")
    with subprocess.Popen(
        words,
        env=project.environment(server, driver),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "127.0.0.1" in said or "localhost" in said
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0
