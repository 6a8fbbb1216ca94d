"""The answers of mssql_check that need no server, and what becomes of files and standard input."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from django_mssql_ops.diagnostics.registry import all_rules
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Finding, Report, Section, Severity, Status
from django_mssql_ops.management import answers
from tests.management.parsing import options

TIMED_OUT = (
    "('HYT00', '[HYT00] [Microsoft][ODBC Driver 18 for SQL Server]Login timeout expired (0) "
    "(SQLDriverConnect)')"
)


def answer(*words: str, pasted: bytes = b"") -> answers.Answer | None:
    return answers.answer_without_project(options(*words), io.BytesIO(pasted))


class TestExplain:
    @pytest.mark.parametrize("words", [("--explain", TIMED_OUT), ("--explain", "-")])
    def test_a_text_and_the_same_text_on_standard_input(self, words: tuple[str, ...]) -> None:
        found = answer(*words, "--format", "json", pasted=TIMED_OUT.encode())
        assert found is not None
        assert json.loads(found.text)["row"] == 16
        assert found.exit_code == 0

    def test_text_says_meaning_remedies_and_links(self) -> None:
        found = answer("--explain", TIMED_OUT)
        assert found is not None
        assert "\n  to do: " in found.text
        assert "\n  see:   https://" in found.text
        assert "HYT00 0 Login timeout expired" in found.text

    def test_markdown(self) -> None:
        found = answer("--explain", TIMED_OUT, "--format", "markdown")
        assert found is not None
        assert found.text.startswith("**")
        assert "\n1. " in found.text

    @pytest.mark.parametrize("name", ["W107", "mssql_ops.E107", "107", "options-unknown-key"])
    def test_a_checks_id_shows_its_page(self, name: str) -> None:
        found = answer("--explain", name)
        assert found is not None
        assert found.text.startswith("107 options-unknown-key\n\n")
        assert "\nSource: " in found.text

    @pytest.mark.parametrize(
        ("typed", "meaning"),
        [
            ("18456", "The server turned the login down"),
            ("Error 4060", "The login is right, the database is not"),
            ("Msg 1205", "Two transactions waited for each other"),
            # 10054 is a number of SQL Server too, and nobody has met it.
            ("10054", "The other side closed the connection"),
            ("im002", "The driver manager knows no driver of the name"),
        ],
    )
    def test_a_number_or_a_state_alone_is_an_error_too(self, typed: str, meaning: str) -> None:
        found = answer("--explain", typed)
        assert found is not None
        assert found.text.replace("\n", " ").startswith(meaning)
        assert found.exit_code == 0

    @pytest.mark.parametrize("typed", ["99999", "12", "hello", "table", "error 18456 was it"])
    def test_a_number_that_nobody_knows_is_not_taken_for_one(self, typed: str) -> None:
        found = answer("--explain", typed)
        assert found is not None
        assert found.text.startswith("This names neither")
        assert found.exit_code == 1

    @pytest.mark.parametrize(
        "line",
        [
            "default: (mssql_ops.W107) DATABASES['default']['OPTIONS'] has the key 'encript'",
            "      connection [mssql_ops.E107]",
        ],
    )
    def test_an_id_in_a_line_of_check_shows_its_page(self, line: str) -> None:
        found = answer("--explain", line)
        assert found is not None
        assert found.text.startswith("107 options-unknown-key\n")

    def test_the_drivers_words_come_before_the_id_beside_them(self) -> None:
        found = answer("--explain", f"the login failed [mssql_ops.E466] driver: {TIMED_OUT}")
        assert found is not None
        assert "(row 16 login-timeout" in found.text

    @pytest.mark.parametrize("typed", ["E999", "mssql_ops.w999", "W042"])
    def test_an_id_that_there_is_not(self, typed: str) -> None:
        with pytest.raises(ConfigurationError, match=f"there is no rule '{typed}'"):
            answer("--explain", typed)

    def test_without_standard_input(self) -> None:
        with pytest.raises(ConfigurationError, match="there is no standard input"):
            answers.answer_without_project(options("--explain", "-"), None)

    def test_what_nobody_knows_is_exit_code_1(self) -> None:
        found = answer("--explain", "the printer is out of paper")
        assert found is not None
        assert found.exit_code == 1
        assert found.text.endswith("\n")

    @pytest.mark.parametrize(
        ("words", "pasted", "sentence"),
        [
            (("--explain", "  "), b"", "--explain has no text"),
            (("--explain", "-"), b"", "--explain has no text"),
            (("--explain", "-"), b"\xff\xfe\x00", "the text on standard input is not UTF-8"),
            (
                ("--explain", "-"),
                b"x" * (answers.MAX_INPUT_BYTES + 1),
                "the text on standard input is longer than 1,000,000 bytes",
            ),
        ],
    )
    def test_nothing_to_explain_is_one_sentence(
        self, words: tuple[str, ...], pasted: bytes, sentence: str
    ) -> None:
        with pytest.raises(ConfigurationError, match=sentence):
            answer(*words, pasted=pasted)

    def test_a_secret_in_the_text_is_not_repeated(self) -> None:
        for format_name in ("text", "json", "markdown"):
            found = answer(
                "--explain",
                "Login failed for user 'app'. (18456) DRIVER=x;PWD=Xq9#vT7zKw",
                *("--format", format_name),
            )
            assert found is not None
            assert "Xq9#vT7zKw" not in found.text


class TestListRules:
    def test_every_rule_is_a_line_with_its_title(self) -> None:
        found = answer("--list-rules")
        assert found is not None
        lines = found.text.splitlines()
        assert [int(line[:3]) for line in lines] == [rule.number for rule in all_rules()]
        assert all(len(line.split()) > 6 for line in lines)

    def test_json_and_markdown_hold_the_same(self) -> None:
        as_json = answer("--list-rules", "--format", "json")
        as_markdown = answer("--list-rules", "--format", "markdown")
        assert as_json is not None
        assert as_markdown is not None
        rules = json.loads(as_json.text)["rules"]
        assert len(rules) == len(all_rules())
        assert len(as_markdown.text.splitlines()) == len(rules) + 2


def test_a_check_is_another_question() -> None:
    assert answer("--offline") is None


class TestOptions:
    def test_of_a_run(self) -> None:
        chosen = answers.check_options(
            options("--only", "W107", "--fail-level", "warning", "--deploy"), 7.0
        )
        assert chosen.limit == 7.0
        assert chosen.selection.only == frozenset({107})
        assert chosen.fail_level is Severity.WARNING
        assert chosen.deploy

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("--only", "W999"), "there is no rule 'W999'"),
            (("--skip", "options-unknown-kex"), "did you mean 107 \\(options-unknown-key\\)?"),
            (("--only", "107", "--skip", "W107"), "named by --only and by --skip"),
        ],
    )
    def test_a_rule_that_is_none_is_one_sentence(
        self, words: tuple[str, ...], sentence: str
    ) -> None:
        with pytest.raises(ConfigurationError, match=sentence):
            answers.check_options(options(*words), 5.0)


def report(*findings: Finding) -> Report:
    section = Section(
        subject="default", name="settings", status=Status.OK, summary="", findings=findings
    )
    return Report(title="mssql_check", sections=(section,), fail_level=Severity.WARNING)


WARNING = Finding(
    rule=107,
    slug="options-unknown-key",
    severity=Severity.WARNING,
    subject="default",
    message="told",
    about="x_y",
)


def baseline_filter(found: dict[str, Any], say: Callable[[str], None]) -> Any:
    """What the command makes of these options."""
    return answers.baseline_filter(found, answers.check_options(found, 5.0), say)


class TestBaseline:
    def test_what_was_written_is_accepted_later(self, tmp_path: Path) -> None:
        path, said = tmp_path / "accepted.json", list[str]()
        write = baseline_filter(options("--write-baseline", str(path)), said.append)
        assert write(report(WARNING)).exit_code == 0
        assert said == [f"wrote 1 finding to {path}"]
        accept = baseline_filter(options("--baseline", str(path)), said.append)
        assert accept(report(WARNING)).exit_code == 0
        assert len(said) == 1

    def test_what_is_gone_is_said(self, tmp_path: Path) -> None:
        path, said = tmp_path / "accepted.json", list[str]()
        baseline_filter(options("--write-baseline", str(path)), said.append)(report(WARNING))
        accept = baseline_filter(options("--baseline", str(path)), said.append)
        assert accept(report()).exit_code == 0
        assert said[1:] == [
            "the baseline's 107 options-unknown-key of 'default' about 'x_y' is gone"
        ]

    def test_a_device_takes_it_and_gives_nothing_back(self) -> None:
        said = list[str]()
        write = baseline_filter(options("--write-baseline", os.devnull), said.append)
        assert write(report(WARNING)).exit_code == 0
        assert said == [f"wrote 1 finding to {os.devnull}"]

    def test_without_a_file_a_report_stays_as_it_is(self) -> None:
        assert baseline_filter(options(), lambda _line: None)(report(WARNING)).exit_code == 1

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"[]"])
    def test_an_unreadable_one_is_refused_before_anything_is_asked(
        self, tmp_path: Path, content: bytes
    ) -> None:
        path = tmp_path / "accepted.json"
        path.write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"the baseline '.*' is not"):
            baseline_filter(options("--baseline", str(path)), lambda _line: None)


class TestOutput:
    def test_is_written_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "report.txt"
        path.write_text("old and longer than the new one")
        answers.write_output(str(path), answers.Answer(text="r\u00e9sum\u00e9 \ud800\n"))
        assert path.read_text(encoding="utf-8") == "r\u00e9sum\u00e9 \\ud800\n"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_baseline_without_a_name_is_refused(self) -> None:
        with pytest.raises(ConfigurationError, match=r"^--baseline '' is not a file's name$"):
            answers.check_output(options("--baseline", ""))

    @pytest.mark.parametrize("name", ["", "nowhere/report.txt", ".", "a\0b"])
    def test_a_name_that_cannot_be_written_is_refused_before_anything_is_asked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ConfigurationError, match="--output"):
            answers.check_output(options("--output", name))

    def test_what_fails_while_writing_is_one_sentence_too(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="could not be written: "):
            answers.write_output(str(tmp_path / "gone" / "x"), answers.Answer(text="x\n"))


def test_what_was_not_asked_is_not_called_gone(tmp_path: Path) -> None:
    path, said = tmp_path / "accepted.json", list[str]()
    production = replace(WARNING, rule=201, slug="encrypt-disabled")
    baseline_filter(options("--write-baseline", str(path)), said.append)(
        report(WARNING, production)
    )
    for words in (("--skip", "107"), ("--only", "108")):
        found = options("--baseline", str(path), *words)
        baseline_filter(found, said.append)(report())
    assert len(said) == 1
