"""What the answer does where standard input or output is not what a terminal has."""

from __future__ import annotations

import io
import sys

import pytest
from django.core.management.base import OutputWrapper

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.management.standard_streams import standard_input, write_text


class FullDisk(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_one_sentence() -> None:
    with pytest.raises(
        ConfigurationError, match=r"^standard output could not be written: No space"
    ):
        write_text(FullDisk(), "answer\n")


@pytest.mark.parametrize(
    ("encoding", "written"), [("ascii", b"de\\u2026\n"), ("utf-8", "de…\n".encode())]
)
def test_an_encoding_without_a_letter_gets_its_number(encoding: str, written: bytes) -> None:
    content = io.BytesIO()
    stream = io.TextIOWrapper(content, encoding=encoding, newline="\n")
    write_text(stream, "de…\n")
    assert content.getvalue() == written


def test_a_stream_without_an_encoding_gets_the_text() -> None:
    stream = io.StringIO()
    write_text(OutputWrapper(stream), "de…\n")
    assert stream.getvalue() == "de…\n"


def test_no_output_and_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stdout", None)
    assert standard_input() is None
    for stream in (None, OutputWrapper(None)):  # type: ignore[arg-type]
        with pytest.raises(ConfigurationError, match="there is no standard output"):
            write_text(stream, "answer\n")
    into = io.StringIO()
    write_text(OutputWrapper(into), "answer\n")
    assert into.getvalue() == "answer\n"
