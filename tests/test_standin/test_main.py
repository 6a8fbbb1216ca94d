"""``python -m tests.standin`` as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.standin.__main__ import FAULTS, configure, parse
from tests.standin.certificates import CertificateKind
from tests.standin.encryption import EncryptionPolicy
from tests.standin.script import Script

ROOT = Path(__file__).parents[2]
#: Seconds; only a broken test waits for it.
LIMIT = 30


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the first line it printed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.standin", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(LIMIT)


def test_options_become_a_configuration() -> None:
    chosen = configure(
        parse(
            [
                "--profile=fabric",
                "--certificate=expired",
                "--encryption=strict",
                "--user=u",
                "--password=p",
                "--database=d",
                "--port=1444",
            ]
        )
    )
    assert chosen.profile.name == "fabric"
    assert chosen.certificate is CertificateKind.EXPIRED
    assert chosen.policy is EncryptionPolicy.STRICT
    assert chosen.accounts.passwords == {"u": "p"}
    assert chosen.accounts.databases == ("d",)
    assert chosen.port == 1444


def test_the_profile_decides_about_encryption_unless_told() -> None:
    assert configure(parse(["--profile=fabric"])).policy is EncryptionPolicy.FORCED
    assert configure(parse([])).policy is EncryptionPolicy.OPTIONAL


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_scripted(fault: str) -> None:
    phase, drop = FAULTS[fault]
    script = Script()
    script.on(phase, drop)
    assert script.at(phase) == (drop,)


@pytest.mark.parametrize("option", ["--profile=oracle", "--certificate=fine", "--port=x"])
def test_a_bad_option_exits_with_2(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        parse([option])
    assert error.value.code == 2
    assert option.partition("=")[2] in capsys.readouterr().err


@pytest.mark.socket
def test_its_first_line_says_stand_in_and_where(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    with running("--ca-file", str(ca_file)) as (process, line):
        found = re.fullmatch(r"stand-in \(sqlserver2022\) listening on 127\.0\.0\.1:(\d+)\n", line)
        assert found
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=LIMIT):
            assert b"BEGIN CERTIFICATE" in ca_file.read_bytes()
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0


@pytest.mark.socket
def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running("--port", str(port)) as (process, line):
            assert line == ""
            assert process.stderr is not None
            message = process.stderr.read()
            assert process.wait(LIMIT) == 2
    assert re.fullmatch(rf"cannot listen on 127\.0\.0\.1:{port}: .+\n", message)
