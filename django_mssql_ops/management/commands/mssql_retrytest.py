"""``manage.py mssql_retrytest``: does this project's code survive faults, each write once?"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_mssql_ops.management import answers
from django_mssql_ops.management.retrytest_arguments import add_arguments, refuse_contradictions
from django_mssql_ops.management.standard_streams import write_text
from django_mssql_ops.reports import render
from django_mssql_ops.retrytest import html_report, listing
from django_mssql_ops.retrytest.asked import all_scenarios, asked, place_of, plan_of
from django_mssql_ops.retrytest.result import Run, report_of
from django_mssql_ops.retrytest.run import run
from django_mssql_ops.retrytest.serving import serve


class Command(BaseCommand):
    help = (
        "Inject the faults of SQL Server and of networks between this project and its server, and "
        "say which of them its code survives. Exit code: 0 all held, 1 not all, 2 it could not run."
    )
    #: What they would say, mssql_check says better; and they may query the database.
    requires_system_checks: list[str] = []  # noqa: RUF012  the attribute as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *_args: str, **options: Any) -> None:
        def ask() -> answers.Answer:
            with _terminated_like_interrupted():
                return self._answer(options)

        try:
            answers.end_command(ask, options["output"], self.stdout)
        except KeyboardInterrupt:
            raise CommandError("interrupted; everything was put away", returncode=2) from None

    def _answer(self, options: Mapping[str, Any]) -> answers.Answer:
        refuse_contradictions(options)
        answers.check_output(options)
        if options["list"]:
            return answers.Answer(text=listing.render(options["format"], all_scenarios(options)))
        if options["serve"] is not None:
            self._serve(options)
            return answers.Answer(text="")
        wanted = asked(options)
        self._say(f"seed {wanted.seed}: --seed {wanted.seed} replays this run")
        found = run(wanted, self._say)
        return answers.Answer(
            text=_rendered(found, options["format"], options["verbosity"]),
            exit_code=0 if found.is_good else 1,
        )

    def _serve(self, options: Mapping[str, Any]) -> None:
        seed, injections = plan_of(options)
        self._say(f"seed {seed}; Ctrl-C ends it")
        serve(
            place_of(options),
            options["serve"],
            injections,
            seed=seed,
            tell=lambda text: write_text(self.stdout, text),
            say=self._say,
        )

    def _say(self, line: str) -> None:
        """Progress and remarks: standard output carries the answer and nothing else."""
        # A standard error that is closed is no reason to end a run.
        with suppress(AttributeError, OSError, ValueError):
            self.stderr.write(f"mssql_retrytest: {line}", style_func=str)


def _rendered(found: Run, format_name: str, verbosity: int) -> str:
    if format_name == "html":
        return html_report.render(found)
    return render(format_name, report_of(found), verbosity)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM puts everything away too: build servers end what takes too long by it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
