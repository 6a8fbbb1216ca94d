"""What is wrong with the project as a whole in production."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Project
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(
    228,
    "debug-true",
    stage="project",
    needs=("project.debug", "project.aliases"),
    deploy_only=True,
)
def debug_true(_project: Project, debug: bool, aliases: tuple[str, ...]) -> Verdicts:
    """With DEBUG every query is kept in memory and shown on the error page.

    While DEBUG is True Django notes each statement, with its parameters, in `connection.queries`,
    up to 9,000 a connection. Requests empty the list; a worker of a queue or a long command never
    does, and its memory grows. Each query costs more, and the parameters, which are customers'
    data, stand on the debug page and in its mails next to `OPTIONS["extra_params"]`.

    Set `DEBUG = False`. To see the statements of production, ask the server (Query Store, Extended
    Events) or log `django.db.backends` for a short while.

    Source: Django 5.2, BaseDatabaseWrapper (queries_logged, queries_limit) and reset_queries.
    """
    if debug and aliases:
        yield warning(
            "DEBUG is True: every query to SQL Server is kept in memory with its parameters",
            hint="Set DEBUG = False; Query Store shows the statements of production.",
        )
