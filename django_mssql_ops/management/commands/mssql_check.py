"""``manage.py mssql_check``: is this project's connection to SQL Server right, and if not, why?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.connections import sql_server_entries
from django_mssql_ops.diagnostics.run import Options, run_check
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.reports import RENDERERS, render

#: Longer limits than this are a typing mistake, not a slow network.
_MAX_TIMEOUT_SECONDS = 600.0


class Command(BaseCommand):
    help = (
        "Check driver, network, TLS, login, server and database of every SQL Server alias, "
        "with one login each. Exit code: 0 good, 1 bad, 2 the question could not be asked."
    )
    #: It has to run exactly when things are broken.
    requires_system_checks: list[str] = []  # noqa: RUF012  the attribute as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database",
            action="append",
            metavar="ALIAS",
            help="Check this alias only; repeatable. Default: all SQL Server aliases.",
        )
        parser.add_argument("--format", choices=list(RENDERERS), default="text")
        parser.add_argument(
            "--timeout",
            type=_seconds,
            metavar="SECONDS",
            help="Time limit of each probe. Default: MSSQL_OPS['TIMEOUT'], which is 5.",
        )
        parser.add_argument(
            "--offline",
            action="store_true",
            help="Settings and driver only: send no packet.",
        )

    def handle(self, *_args: str, **options: Any) -> None:
        try:
            report = run_check(self._entries(options["database"]), self._options(options))
            text = render(options["format"], report, options["verbosity"])
        except ConfigurationError as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(text, ending="")
        if report.exit_code:
            raise SystemExit(report.exit_code)

    def _entries(self, wanted: list[str] | None) -> Mapping[str, Mapping[str, Any]]:
        return sql_server_entries(wanted, further_engines=ops_settings().engines)

    def _options(self, options: Mapping[str, Any]) -> Options:
        limit = options["timeout"]
        return Options(
            limit=ops_settings().timeout if limit is None else limit, offline=options["offline"]
        )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MAX_TIMEOUT_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds above 0 and up to {_MAX_TIMEOUT_SECONDS:g}"
        )
    return seconds
