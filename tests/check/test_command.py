"""The command as a deploy pipeline meets it: a process, its output and its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator

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


def test_json_says_the_same_at_every_verbosity(server: StandIn, python_driver: str) -> None:
    documents = [
        json.loads(
            project.run(
                *("mssql_check", "--format", "json", "--verbosity", verbosity),
                server=server,
                driver=python_driver,
            ).stdout
        )
        for verbosity in ("0", "2")
    ]
    shapes = [
        [
            (stage["name"], stage["status"], sorted(stage["values"]), stage["findings"])
            for subject in document["subjects"]
            for stage in subject["stages"]
        ]
        for document in documents
    ]
    assert shapes[0] == shapes[1]
    assert documents[0]["schema"] == "django-mssql-ops/report/1"
    assert DEFAULT_PASSWORD not in json.dumps(documents)


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


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--database", "nowhere"), "DATABASES has no alias 'nowhere'; it has 'default'"),
        (("--format", "xml"), "invalid choice: 'xml'"),
        (("--timeout", "0"), "'0' is not a number of seconds above 0 and up to 600"),
        (("--timeout", "soon"), "'soon' is not a number of seconds above 0 and up to 600"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    server: StandIn, arguments: tuple[str, ...], sentence: str
) -> None:
    finished = project.run("mssql_check", *arguments, server=server)
    assert finished.exit_code == 2
    assert sentence in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""
    assert server.counters.accepted == 0
