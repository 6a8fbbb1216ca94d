"""``python -m django_mssql_ops check``: mssql_check for when Django itself cannot start.

Django imports the database backend, and with it the driver, while it loads the models, before any
management command runs. So a missing libodbc ends ``manage.py mssql_check`` in a traceback. This
entry reads the settings, runs the stages that need no connection before ``django.setup()``, prints
their report when the driver cannot even be imported, and otherwise hands over to the command, with
the same arguments. Exit codes: 0 good, 1 bad, 2 the question could not be asked.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django_mssql_ops.configuration.redaction import redact
from django_mssql_ops.exceptions import ConfigurationError, DriverUnavailable
from django_mssql_ops.findings import Report

if TYPE_CHECKING:
    from django_mssql_ops.diagnostics.run import Options
    from django_mssql_ops.management.answers import Answer

PROGRAM = "django-mssql-ops"
EXIT_BAD, EXIT_NOT_ASKED = 1, 2

USAGE = f"""\
usage: {PROGRAM} check [options]

Checks driver, network, TLS, login, server and database of every SQL Server alias,
also when Django cannot start. Needs DJANGO_SETTINGS_MODULE or --settings.
Options are those of manage.py mssql_check: {PROGRAM} check --help
"""


class CannotAsk(Exception):
    """The question could not be asked; the text is the one sentence that says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line ``arguments`` (default: this process's) and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0
    if not words or words[0] != "check":
        wrong = f"there is no command {words[0]!r}" if words else "a command is missing"
        sys.stderr.write(f"{PROGRAM}: {wrong}; the command is: {PROGRAM} check\n")
        return EXIT_NOT_ASKED
    try:
        return check(words[1:])
    except (CannotAsk, ConfigurationError) as problem:
        sys.stderr.write(f"{PROGRAM}: {problem}\n")
        return EXIT_NOT_ASKED
    except DriverUnavailable as problem:
        sys.stderr.write(f"{PROGRAM}: {problem}\n")
        return EXIT_BAD


def check(words: Sequence[str]) -> int:
    """The offline stages before ``django.setup()``; then the command, unless it cannot run.

    Raises CannotAsk, ConfigurationError (exit code 2) and DriverUnavailable (1: the settings module
    asked for a driver that is not there).
    """
    # Not at the top: importing Django's commands must not be the price of a usage message.
    from django.core.management.base import CommandError

    from django_mssql_ops.management import answers
    from django_mssql_ops.management.check_arguments import refuse_contradictions
    from django_mssql_ops.management.commands.mssql_check import Command
    from django_mssql_ops.management.standard_streams import standard_input

    command = Command()
    try:
        parsed = command.create_parser(PROGRAM, "check").parse_args(list(words))
    except CommandError as problem:
        raise CannotAsk(str(problem).removeprefix("Error: ")) from None
    options = vars(parsed)
    refuse_contradictions(options)
    answers.check_output(options)
    other = answers.answer_without_project(options, standard_input())
    if other is not None:
        return _give(other, options)
    _find_project(parsed)
    databases = _read_databases()
    chosen = _chosen(options)
    report = _offline_report(databases, options, chosen)
    if not _driver_can_be_imported(report):
        return _show(report, options, chosen)
    try:
        _start_django()
    except CannotAsk:
        _show(report, options, chosen)
        raise
    command.run_from_argv([PROGRAM, "check", *words])
    return 0


def _find_project(options: argparse.Namespace) -> None:
    """Make the settings module importable and named, as manage.py does."""
    directories = [options.pythonpath] if options.pythonpath else []
    for directory in (os.getcwd(), *directories):
        if directory not in sys.path:
            sys.path.insert(0, directory)
    if options.settings:
        os.environ["DJANGO_SETTINGS_MODULE"] = options.settings
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        raise CannotAsk(
            "which settings to read is not said: set DJANGO_SETTINGS_MODULE or pass "
            "--settings=project.settings"
        )


def _chosen(options: Mapping[str, Any]) -> Options:
    from django_mssql_ops.conf import ops_settings
    from django_mssql_ops.management.answers import check_options

    return check_options(options, ops_settings().timeout)


def _offline_report(
    databases: Mapping[str, Mapping[str, Any]], options: Mapping[str, Any], chosen: Options
) -> Report:
    from django.conf import settings

    from django_mssql_ops.conf import ops_settings
    from django_mssql_ops.connections import choose_entries
    from django_mssql_ops.diagnostics.probes.project import probe_project
    from django_mssql_ops.diagnostics.run import run_check

    engines = ops_settings().engines
    entries = choose_entries(databases, options["database"], further_engines=engines)
    return run_check(entries, replace(chosen, offline=True), probe_project(settings))


def _read_databases() -> Mapping[str, Mapping[str, Any]]:
    """DATABASES of the settings module; whatever importing it raises becomes one sentence."""
    from django.conf import settings

    name = os.environ["DJANGO_SETTINGS_MODULE"]
    try:
        databases = settings.DATABASES
    except (ConfigurationError, DriverUnavailable):
        raise
    except Exception as problem:
        raise CannotAsk(
            f"the settings module {name!r} cannot be read: {_one_line(problem)}"
        ) from problem
    if not isinstance(databases, Mapping):
        raise CannotAsk(f"DATABASES is a {type(databases).__name__}; it must be a dict")
    return databases


def _driver_can_be_imported(report: Report) -> bool:
    """Whether Django can get as far as loading the backend of every alias."""
    return not any(section.values.get("import_errors") for section in report.sections)


def _start_django() -> None:
    import django

    try:
        django.setup()
    except Exception as problem:
        raise CannotAsk(
            f"Django cannot start: {_one_line(problem)} (django.setup() shows where)"
        ) from problem


def _show(report: Report, options: Mapping[str, Any], chosen: Options) -> int:
    from django_mssql_ops.management import answers

    accept = answers.baseline_filter(options, chosen, lambda line: _say(f"{PROGRAM}: {line}"))
    return _give(answers.report_answer(accept(report), options), options)


def _give(answer: Answer, options: Mapping[str, Any]) -> int:
    from django_mssql_ops.management import answers

    return answers.deliver(answer, options["output"], sys.stdout)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _one_line(problem: BaseException) -> str:
    """An exception on one line; libraries that read settings quote URLs with passwords in them."""
    return redact(f"{type(problem).__name__}: {' '.join(str(problem).split())}")


if __name__ == "__main__":
    sys.exit(main())
