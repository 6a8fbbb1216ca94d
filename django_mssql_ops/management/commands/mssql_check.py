"""``manage.py mssql_check``: is this project's connection to SQL Server right, and if not, why?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.connections import sql_server_entries
from django_mssql_ops.diagnostics.probes.project import probe_project
from django_mssql_ops.diagnostics.run import Options, gather, report_on
from django_mssql_ops.diagnostics.waiting import gather_patiently
from django_mssql_ops.findings import Report
from django_mssql_ops.management import answers
from django_mssql_ops.management.check_arguments import add_arguments, refuse_contradictions
from django_mssql_ops.management.standard_streams import standard_input


class Command(BaseCommand):
    help = (
        "Check driver, network, TLS, login, server and database of every SQL Server alias, "
        "with one login each. Exit code: 0 good, 1 bad, 2 the question could not be asked."
    )
    #: It has to run exactly when things are broken.
    requires_system_checks: list[str] = []  # noqa: RUF012  the attribute as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *_args: str, **options: Any) -> None:
        answers.end_command(lambda: self._answer(options), options["output"], self.stdout)

    def _answer(self, options: Mapping[str, Any]) -> answers.Answer:
        refuse_contradictions(options)
        answers.check_output(options)
        other = answers.answer_without_project(options, standard_input())
        if other is not None:
            return other
        chosen = answers.check_options(options, ops_settings().timeout)
        accept = answers.baseline_filter(options, chosen, self._say)
        return answers.report_answer(accept(self._report(options, chosen)), options)

    def _report(self, options: Mapping[str, Any], chosen: Options) -> Report:
        entries = sql_server_entries(options["database"], further_engines=ops_settings().engines)
        project = probe_project(settings)
        if options["wait"] is None:
            facts = gather(entries, chosen, project)
        else:
            facts = gather_patiently(
                entries, chosen, options["wait"], project=project, say=self._say
            )
        return report_on(facts, chosen, project)

    def _say(self, line: str) -> None:
        """Progress and remarks: standard output carries the answer and nothing else."""
        self.stderr.write(f"mssql_check: {line}", style_func=str)
