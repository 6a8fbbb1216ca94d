"""What mssql_check answers: a report, an explanation or the list of rules, as text and exit code.

Nothing here needs Django's apps: the entry for when Django cannot start
(``python -m django_mssql_ops``) explains and lists with the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.core.management.base import CommandError

from django_mssql_ops.diagnostics.baseline import read_baseline, write_baseline
from django_mssql_ops.diagnostics.registry import Rule, all_rules, slugs
from django_mssql_ops.diagnostics.run import Options
from django_mssql_ops.diagnostics.selection import select
from django_mssql_ops.diagnostics.whole_file import reason_of, replace_file
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Report
from django_mssql_ops.management.check_arguments import FAIL_LEVELS
from django_mssql_ops.management.explaining import meant
from django_mssql_ops.management.standard_streams import write_text
from django_mssql_ops.reports import render
from django_mssql_ops.reports.explanation import render_diagnosis, render_page
from django_mssql_ops.reports.rule_list import RuleRow, render_rules

#: Longest text on standard input, in bytes; an error with its traceback has some thousands.
MAX_INPUT_BYTES: Final = 1_000_000

_STANDARD_INPUT: Final = "-"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``text`` ends in a newline; ``exit_code`` is 0 for a good answer and 1 for a bad one."""

    text: str
    exit_code: int = 0


def answer_without_project(
    options: Mapping[str, Any], standard_input: BinaryIO | None
) -> Answer | None:
    """The answer to --explain and --list-rules; None when the project itself is asked about.

    Raises ConfigurationError when there is nothing to explain.
    """
    if options["list_rules"]:
        return Answer(text=render_rules(options["format"], [_row(rule) for rule in all_rules()]))
    if options["explain"] is None:
        return None
    text = options["explain"]
    if text == _STANDARD_INPUT:
        text = _read(standard_input)
    if not text.strip():
        raise ConfigurationError(
            "--explain has no text; give the error's text, a check's id, or - and the text on "
            "standard input"
        )
    return _explained(text, options["format"])


def _explained(text: str, format_name: str) -> Answer:
    found = meant(text)
    if isinstance(found, Rule):
        return Answer(text=render_page(format_name, _row(found), found.explanation))
    known = found.symptom is not None
    return Answer(text=render_diagnosis(format_name, found), exit_code=0 if known else 1)


def _row(rule: Rule) -> RuleRow:
    return RuleRow(
        number=rule.number,
        slug=rule.slug,
        stage=rule.stage,
        deploy_only=rule.deploy_only,
        title=rule.explanation.partition("\n")[0],
    )


def _read(standard_input: BinaryIO | None) -> str:
    if standard_input is None:
        raise ConfigurationError("there is no standard input; --explain TEXT takes the text itself")
    content = standard_input.read(MAX_INPUT_BYTES + 1)
    if len(content) > MAX_INPUT_BYTES:
        raise ConfigurationError(
            f"the text on standard input is longer than {MAX_INPUT_BYTES:,} bytes; give the error "
            "alone"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError("the text on standard input is not UTF-8") from None


def check_options(options: Mapping[str, Any], default_timeout: float) -> Options:
    """The options of a run; raises ConfigurationError for a rule that there is not."""
    return Options(
        limit=default_timeout if options["timeout"] is None else options["timeout"],
        offline=options["offline"],
        deploy=options["deploy"],
        selection=select(options["only"] or (), options["skip"] or (), slugs()),
        fail_level=FAIL_LEVELS[options["fail_level"] or "error"],
    )


def baseline_filter(
    options: Mapping[str, Any], chosen: Options, say: Say
) -> Callable[[Report], Report]:
    """What --baseline and --write-baseline make of a report; ``chosen`` are the run's options.

    The file is read now, before anything is asked: one that cannot be used costs no login.
    """
    if options["write_baseline"] is not None:
        return _writing(Path(options["write_baseline"]), say)
    if options["baseline"] is None:
        return lambda report: report
    baseline = read_baseline(Path(options["baseline"]))
    not_asked = {rule.number for rule in all_rules() if not chosen.asks(rule)}

    def accept(report: Report) -> Report:
        for entry in baseline.stale(report, not_asked=not_asked):
            about = f" about {entry.about!r}" if entry.about else ""
            say(f"the baseline's {entry.rule} {entry.slug} of {entry.subject!r}{about} is gone")
        return baseline.apply(report)

    return accept


def _writing(path: Path, say: Say) -> Callable[[Report], Report]:
    def write(report: Report) -> Report:
        written = write_baseline(path, report)
        count = len(written.entries)
        say(f"wrote {count} {'finding' if count == 1 else 'findings'} to {path}")
        return written.apply(report)

    return write


def report_answer(report: Report, options: Mapping[str, Any]) -> Answer:
    text = render(options["format"], report, options["verbosity"])
    return Answer(text=text, exit_code=report.exit_code)


def check_output(options: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for a file that cannot be one, before anything is asked."""
    for name in ("output", "write_baseline", "baseline"):
        path = options.get(name)
        if path is None:
            continue
        option = f"--{name.replace('_', '-')} {path!r}"
        if not path or "\0" in path or Path(path).is_dir():
            raise ConfigurationError(f"{option} is not a file's name")
        directory = Path(path).parent
        if name != "baseline" and not directory.is_dir():
            raise ConfigurationError(f"{option}: there is no directory {str(directory)!r}")


def deliver(answer: Answer, output: str | None, stream: Any) -> int:
    """Write the answer to the file ``output``, or else to ``stream``, and return its exit code.

    Raises ConfigurationError when it cannot be written.
    """
    if output is None:
        write_text(stream, answer.text)
    else:
        write_output(output, answer)
    return answer.exit_code


def end_command(ask: Callable[[], Answer], output: str | None, stream: Any) -> None:
    """What a management command ends with: the answer put out, or why it could not be asked.

    Raises CommandError with exit code 2 for a ConfigurationError, and SystemExit for a bad answer.
    """
    try:
        exit_code = deliver(ask(), output, stream)
    except ConfigurationError as error:
        raise CommandError(str(error), returncode=2) from None
    if exit_code:
        raise SystemExit(exit_code)


def write_output(path: str, answer: Answer) -> None:
    """Put the answer into the file, whole or not at all; raises ConfigurationError."""
    try:
        replace_file(Path(path), answer.text.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as problem:
        raise ConfigurationError(
            f"--output {path!r} could not be written: {reason_of(problem)}"
        ) from None
