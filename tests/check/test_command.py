"""The command as a deploy pipeline meets it: a process, its output and its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import project
from tests.standin import Configuration, StandIn
from tests.standin.logins import DEFAULT_PASSWORD

pytestmark = pytest.mark.socket

BOTH_COMMANDS = pytest.mark.parametrize(
    ("module", "command"), [("sampleproject.manage", "mssql_check"), ("django_mssql_ops", "check")]
)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(Configuration()) as standin:
        yield standin


@BOTH_COMMANDS
def test_a_healthy_server_is_exit_code_0_and_one_login(
    server: StandIn, python_driver: str, module: str, command: str
) -> None:
    finished = project.run(command, server=server, driver=python_driver, module=module)
    assert (finished.exit_code, finished.stderr) == (0, "")
    assert finished.stdout.endswith("mssql_check: ok (0 failed, 3 warnings, 0 unknown)\n")
    assert len(server.counters.logins) == 1


@BOTH_COMMANDS
def test_a_wrong_password_is_exit_code_1_and_one_login(
    server: StandIn, python_driver: str, module: str, command: str
) -> None:
    finished = project.run(
        command, server=server, driver=python_driver, module=module, STANDIN_PASSWORD="Wr0ng-One"
    )
    assert finished.exit_code == 1
    assert "mssql_ops.E466" in finished.stdout
    assert "Wr0ng-One" not in finished.stdout + finished.stderr
    assert len(server.counters.logins) == 1


def test_json_is_written_whole_to_a_file(
    server: StandIn, python_driver: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    finished = project.run(
        *("mssql_check", "--format", "json", "--verbosity", "0", "--output", str(path)),
        server=server,
        driver=python_driver,
    )
    assert (finished.exit_code, finished.stdout, finished.stderr) == (0, "", "")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["schema"] == "django-mssql-ops/report/1"
    assert [subject["name"] for subject in document["subjects"]] == ["(project)", "default"]
    assert DEFAULT_PASSWORD not in json.dumps(document)


def test_offline_sends_no_packet(server: StandIn, python_driver: str) -> None:
    finished = project.run("mssql_check", "--offline", server=server, driver=python_driver)
    assert finished.exit_code == 0
    assert server.counters.accepted == 0


def test_verbosity_0_is_the_verdicts_alone(server: StandIn) -> None:
    finished = project.run("mssql_check", "--verbosity", "0", server=server)
    assert finished.stdout.splitlines() == [
        "(project): ok",
        "default: ok",
        "mssql_check: ok (0 failed, 3 warnings, 0 unknown)",
    ]


def test_the_whole_check_is_at_most_15_round_trips(server: StandIn, python_driver: str) -> None:
    project.run("mssql_check", server=server, driver=python_driver)
    asked = [request.text for request in server.counters.round_trips]
    assert asked.count("SELECT 1") == 20
    assert len(asked) - 20 <= 15


def test_a_pasted_error_is_explained_and_no_server_asked(server: StandIn) -> None:
    finished = project.run(
        *("check", "--explain", "Login timeout expired"), server=server, module="django_mssql_ops"
    )
    assert (finished.exit_code, finished.stderr) == (0, "")
    assert "row 16 login-timeout" in finished.stdout
    assert server.counters.accepted == 0


@BOTH_COMMANDS
def test_bad_input_is_one_sentence_and_exit_code_2(
    server: StandIn, module: str, command: str, tmp_path: Path
) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_bytes(b"\xff")
    finished = project.run(command, "--baseline", str(baseline), server=server, module=module)
    assert finished.exit_code == 2
    assert f"the baseline {str(baseline)!r} is not UTF-8 text\n" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""
    assert server.counters.accepted == 0
