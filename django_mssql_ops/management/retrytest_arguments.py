"""The options of mssql_retrytest, and which of them contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import CommandParser

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.management.options import is_given, seconds_up_to, spelt, whole_up_to
from django_mssql_ops.retrytest.asked import DEFAULT_LIMIT
from django_mssql_ops.retrytest.safety import OVERRIDE
from django_mssql_ops.retrytest.targets import METHODS, SAFE_METHODS

FORMATS: Final = ("text", "json", "junit", "markdown", "html")
LAYERS: Final = ("backend", "decorator", "middleware", "all")
_MAX_LIMIT: Final = 3600.0
_MAX_SEED: Final = 2**53 - 1
_MAX_PORT: Final = 65_535

#: What only makes sense where scenarios are run.
_OF_THE_RUN: Final = (
    "layer",
    "call",
    "url",
    "method",
    "data",
    "login",
    "invariant",
    "write",
    "only",
    "skip",
    "limit",
    "real_time",
)
_NEEDS_URL: Final = ("method", "data", "login")
_FORMATS_OF_LIST: Final = ("text", "json", "markdown")


def add_arguments(parser: CommandParser) -> None:
    """Declare every option; what is not given is None or False."""
    _add_target(parser)
    _add_scenarios(parser)
    _add_permissions(parser)
    answer = parser.add_argument_group("the answer")
    answer.add_argument("--format", choices=FORMATS, default="text")
    answer.add_argument(
        "--output", metavar="FILE", help="Write the answer to this file, whole or not at all."
    )
    other = parser.add_argument_group("instead of a run")
    other.add_argument("--list", action="store_true", help="List the scenarios.")
    other.add_argument(
        "--serve",
        type=whole_up_to(_MAX_PORT, str(_MAX_PORT)),
        metavar="PORT",
        help="Keep the proxy running before the alias's server, with the injections of --plan, "
        "until Ctrl-C; 0 takes a free port.",
    )


def _add_target(parser: CommandParser) -> None:
    target = parser.add_argument_group("what is tested")
    target.add_argument(
        "--database",
        metavar="ALIAS",
        help="The alias before whose server faults are injected. Default: the only SQL Server "
        "alias, or 'default'.",
    )
    target.add_argument(
        "--layer",
        choices=LAYERS,
        help="Run the built-in workload without any retry, under retry_on_transient, or behind "
        "the project's MIDDLEWARE. Default: decorator.",
    )
    target.add_argument(
        "--call", metavar="PATH", help="Call this function of the project, as path.to.function."
    )
    target.add_argument(
        "--url", metavar="PATH", help="Request this path through the project's middleware."
    )
    target.add_argument(
        "--method", type=str.upper, choices=METHODS, help="With --url. Default: GET."
    )
    target.add_argument(
        "--data",
        metavar="TEXT",
        help="With --url: the body, JSON or form; {uuid} is a new UUID for each scenario.",
    )
    target.add_argument(
        "--login", metavar="USERNAME", help="With --url: log this user in, without a password."
    )
    target.add_argument(
        "--invariant",
        metavar="PATH",
        help="A function that is called after every scenario: it raises or returns False when "
        "something is wrong; any other value has to stay what it was before.",
    )


def _add_scenarios(parser: CommandParser) -> None:
    scenarios = parser.add_argument_group("scenarios")
    scenarios.add_argument(
        "--only", action="append", metavar="NAME", help="Name or pattern; repeatable."
    )
    scenarios.add_argument(
        "--skip", action="append", metavar="NAME", help="Name or pattern; repeatable."
    )
    scenarios.add_argument("--plan", metavar="FILE", help="Scenarios of one's own, as TOML.")
    scenarios.add_argument(
        "--seed",
        type=whole_up_to(_MAX_SEED, "2^53-1"),
        metavar="N",
        help="Replays the run that printed this seed.",
    )
    scenarios.add_argument(
        "--limit",
        type=seconds_up_to(_MAX_LIMIT),
        metavar="SECONDS",
        help=f"A call that takes longer is stuck. Default: {DEFAULT_LIMIT:.0f}.",
    )
    scenarios.add_argument(
        "--real-time",
        action="store_true",
        help="Wait for every delay in full; by default for a hundredth of it.",
    )


def _add_permissions(parser: CommandParser) -> None:
    permissions = parser.add_argument_group("permissions")
    permissions.add_argument(
        "--write",
        action="store_true",
        help="Allow writing: to a table of its own, and what the tested code writes.",
    )
    permissions.add_argument(
        OVERRIDE,
        action="store_true",
        dest="production",
        help="Inject faults whatever the database is called.",
    )


def refuse_contradictions(options: Mapping[str, Any]) -> None:
    """Raise ConfigurationError with one sentence when two options exclude each other."""
    _refuse_other_questions(options)
    if is_given(options, "call") and is_given(options, "url"):
        raise ConfigurationError("--call and --url exclude each other: a run has one target")
    target = next((name for name in ("call", "url") if is_given(options, name)), None)
    if target and is_given(options, "layer"):
        raise ConfigurationError(
            f"--{target} and --layer exclude each other: the project's code runs with the layers "
            "that it has"
        )
    for name in _NEEDS_URL:
        if is_given(options, name) and target != "url":
            raise ConfigurationError(f"--{name} belongs to --url, which is not given")
    _refuse_writing(options, target)


def _refuse_other_questions(options: Mapping[str, Any]) -> None:
    if options["list"] and options["serve"] is not None:
        raise ConfigurationError("--list and --serve exclude each other")
    for question in ("list", "serve"):
        if not is_given(options, question):
            continue
        for name in _OF_THE_RUN:
            if is_given(options, name):
                raise ConfigurationError(
                    f"--{question} runs no scenario, so it cannot be combined with {spelt(name)}"
                )
    if options["serve"] is not None and (options["output"] or options["format"] != "text"):
        raise ConfigurationError(
            "--serve says where it listens and nothing else: no --output, no --format"
        )
    if options["list"] and options["format"] not in _FORMATS_OF_LIST:
        raise ConfigurationError(
            f"--list has no format {options['format']!r}; choose one of "
            f"{', '.join(_FORMATS_OF_LIST)}"
        )


def _refuse_writing(options: Mapping[str, Any], target: str | None) -> None:
    method = options["method"] or "GET"
    if is_given(options, "data") and method in SAFE_METHODS:
        raise ConfigurationError(f"--data needs a --method with a body; {method} has none")
    if options["write"]:
        return
    if target == "call":
        raise ConfigurationError(
            "--call runs code that may write; add --write to allow it, on a database that may be "
            "written to"
        )
    if target == "url" and method not in SAFE_METHODS:
        raise ConfigurationError(f"--method {method} writes; add --write to allow it")
    if is_given(options, "login"):
        raise ConfigurationError("--login writes a session; add --write to allow it")
