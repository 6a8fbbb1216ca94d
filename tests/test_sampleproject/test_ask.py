"""``python -m sampleproject.ask``: what a monitor sees."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from sampleproject import ask

pytestmark = pytest.mark.socket


class Answers(BaseHTTPRequestHandler):
    """Each GET takes one status off ``left``; the last one stays."""

    left: ClassVar[list[int]] = []
    accepts: ClassVar[list[str]] = []
    body: ClassVar[str] = ""

    def do_GET(self) -> None:
        self.accepts.append(self.headers["Accept"])
        status = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write((self.body or f'{{"status": {status}}}\n').encode())

    def log_message(self, *_: object) -> None:
        """Not to stderr."""


@pytest.fixture
def address() -> Iterator[str]:
    Answers.left, Answers.accepts, Answers.body = [200], [], ""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (403, 1), (503, 1)])
def test_the_exit_code_says_what_the_status_says(
    address: str, capsys: pytest.CaptureFixture[str], status: int, code: int
) -> None:
    Answers.left = [status]
    assert ask.main([address]) == code
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{status} after 0.")
    assert second == f'{{"status": {status}}}'


def test_long_json_is_put_on_lines(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    Answers.body = json.dumps({"facts": {str(number): "é" for number in range(30)}})
    ask.main([address])
    _, _, said = capsys.readouterr().out.partition("\n")
    assert len(said.splitlines()) == 34
    assert json.loads(said) == json.loads(Answers.body)


def test_other_long_text_stays_as_it_is(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    Answers.body = "{no json " * 40
    ask.main([address])
    assert Answers.body.strip() in capsys.readouterr().out


def test_it_asks_for_text(address: str) -> None:
    ask.main([address])
    assert Answers.accepts == ["text/plain, application/json"]


def test_until_asks_again(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "_PAUSE", 0)
    Answers.left = [200, 200, 503]
    assert ask.main([address, "--until", "503"]) == 1
    assert len(Answers.accepts) == 3


def test_until_ends_after_the_wait(address: str) -> None:
    assert ask.main([address, "--until", "503", "--wait", "0"]) == 0
    assert len(Answers.accepts) == 1


def test_no_answer_is_neither_good_nor_bad(capsys: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as silent:
        port = silent.server_port
        assert ask.main([f"http://127.0.0.1:{port}/", "--timeout", "0.05"]) == 2
    assert capsys.readouterr().out.startswith("no answer after 0.0")


def test_only_http_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        ask.main(["file:///etc/passwd"])
    assert "is no http:// or https:// address" in capsys.readouterr().err
