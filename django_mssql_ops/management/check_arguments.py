"""The options of mssql_check, and which of them contradict each other."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import CommandParser

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Severity
from django_mssql_ops.management.options import is_given, seconds_up_to, spelt
from django_mssql_ops.reports import RENDERERS

#: Longer limits than this are a typing mistake, not a slow network.
_MAX_TIMEOUT_SECONDS: Final = 600.0
#: A server that takes longer than an hour to come up is not coming up.
_MAX_WAIT_SECONDS: Final = 3600.0

FAIL_LEVELS: Final = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
}

#: Options that ask something else than the check: each alone.
_OTHER_QUESTIONS: Final = ("explain", "list_rules")
#: What only makes sense where something is checked.
_OF_THE_CHECK: Final = (
    "database",
    "timeout",
    "wait",
    "offline",
    "deploy",
    "only",
    "skip",
    "baseline",
    "write_baseline",
    "fail_level",
)
_CONTRADICTIONS: Final = (
    ("offline", "wait", "without packets there is nothing to wait for"),
    ("baseline", "write_baseline", "the new file accepts what the old one does as well"),
    ("only", "write_baseline", "the file would forget what the other rules find"),
    ("skip", "write_baseline", "the file would forget what the skipped rules find"),
)
#: An explanation and a list of rules have no tests and no annotations in them.
_FORMATS_OF_OTHER_QUESTIONS: Final = ("text", "json", "markdown")


def add_arguments(parser: CommandParser) -> None:
    """Declare every option; what is not given is None or False."""
    what = parser.add_argument_group("what is checked")
    what.add_argument(
        "--database",
        action="append",
        metavar="ALIAS",
        help="Check this alias only; repeatable. Default: all SQL Server aliases.",
    )
    what.add_argument(
        "--offline",
        action="store_true",
        help="Settings and driver only: send no packet.",
    )
    what.add_argument(
        "--deploy",
        action="store_true",
        help="Ask the rules for production too, as manage.py check --deploy does.",
    )
    what.add_argument(
        "--only", action="append", metavar="ID", help="Ask this rule only; repeatable."
    )
    what.add_argument(
        "--skip", action="append", metavar="ID", help="Do not ask this rule; repeatable."
    )
    _add_times(parser)
    _add_answers(parser)
    other = parser.add_argument_group("other questions")
    other.add_argument(
        "--explain",
        metavar="TEXT",
        help="Say what an error text or a check id means, and what to do; - reads standard input.",
    )
    other.add_argument("--list-rules", action="store_true", help="List all rules.")


def _add_times(parser: CommandParser) -> None:
    times = parser.add_argument_group("time")
    times.add_argument(
        "--timeout",
        type=seconds_up_to(_MAX_TIMEOUT_SECONDS),
        metavar="SECONDS",
        help="Time limit of each probe. Default: MSSQL_OPS['TIMEOUT'], which is 5.",
    )
    times.add_argument(
        "--wait",
        type=seconds_up_to(_MAX_WAIT_SECONDS),
        metavar="SECONDS",
        help="Ask again for so long while the server is still coming up.",
    )


def _add_answers(parser: CommandParser) -> None:
    answers = parser.add_argument_group("the answer")
    answers.add_argument("--format", choices=list(RENDERERS), default="text")
    answers.add_argument(
        "--output", metavar="FILE", help="Write the answer to this file, whole or not at all."
    )
    answers.add_argument(
        "--fail-level",
        type=str.lower,
        choices=list(FAIL_LEVELS),
        help="Exit with 1 for findings of this severity or worse. Default: error.",
    )
    answers.add_argument(
        "--baseline", metavar="FILE", help="Accept the findings that this file knows."
    )
    answers.add_argument(
        "--write-baseline", metavar="FILE", help="Write the findings of today to this file."
    )


def refuse_contradictions(options: Mapping[str, Any]) -> None:
    """Raise ConfigurationError with one sentence when two options exclude each other."""
    for question in _OTHER_QUESTIONS:
        if not is_given(options, question):
            continue
        for name in (*_OTHER_QUESTIONS, *_OF_THE_CHECK):
            if name != question and is_given(options, name):
                raise ConfigurationError(
                    f"{spelt(question)} checks nothing, so it cannot be combined with {spelt(name)}"
                )
        if options["format"] not in _FORMATS_OF_OTHER_QUESTIONS:
            raise ConfigurationError(
                f"{spelt(question)} has no format {options['format']!r}; choose one of "
                f"{', '.join(_FORMATS_OF_OTHER_QUESTIONS)}"
            )
    for first, second, reason in _CONTRADICTIONS:
        if is_given(options, first) and is_given(options, second):
            raise ConfigurationError(
                f"{spelt(first)} and {spelt(second)} exclude each other: {reason}"
            )
    _refuse_one_file_twice(options)


def _refuse_one_file_twice(options: Mapping[str, Any]) -> None:
    for name in ("baseline", "write_baseline"):
        if _is_one_file(options["output"], options[name]):
            raise ConfigurationError(
                f"--output and {spelt(name)} name the same file, {options['output']!r}"
            )


def _is_one_file(path: str | None, other: str | None) -> bool:
    """True for two spellings of one file as well; a NUL in a name is somebody else's to refuse."""
    if not path or not other or "\0" in path + other:
        return False
    return os.path.realpath(path) == os.path.realpath(other)
