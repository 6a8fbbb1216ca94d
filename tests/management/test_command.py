"""The command in this process: what it refuses, before anything is asked of anybody."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from django_mssql_ops.management.commands.mssql_check import Command


def refusal(*words: str) -> CommandError:
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(Command(stdout=out), *words)
    assert out.getvalue() == ""
    return refused.value


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--database", "nowhere"), "DATABASES has no alias 'nowhere'; it has 'default'"),
        (("--offline", "--wait", "5"), "--offline and --wait exclude each other"),
        (("--only", "W999"), "there is no rule 'W999'"),
        (("--explain", " "), "--explain has no text"),
        (("--baseline", "missing.json"), "the baseline 'missing.json' could not be read"),
        (("--output", "no/such/file"), "there is no directory 'no/such'"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(words: tuple[str, ...], sentence: str) -> None:
    refused = refusal(*words)
    assert refused.returncode == 2
    assert sentence in str(refused)
    assert "\n" not in str(refused)


def test_an_explanation_goes_to_the_file(tmp_path: Path) -> None:
    path, out = tmp_path / "answer.txt", io.StringIO()
    call_command(Command(stdout=out), "--explain", "107", "--output", str(path))
    assert out.getvalue() == ""
    assert path.read_text(encoding="utf-8").startswith("107 options-unknown-key\n")


def test_an_error_nobody_knows_is_exit_code_1() -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(Command(stdout=io.StringIO()), "--explain", "the printer is out of paper")
    assert ended.value.code == 1
