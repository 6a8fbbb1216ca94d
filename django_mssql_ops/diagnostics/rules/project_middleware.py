"""MIDDLEWARE that is meant to retry requests."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Project, RetryMiddleware
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(
    182,
    "seed-retry-middleware",
    stage="project",
    needs=("project.retry_middleware", "project.aliases"),
)
def seed_retry_middleware(
    facts: Project, found: tuple[RetryMiddleware, ...], aliases: tuple[str, ...]
) -> Verdicts:
    """A middleware that is meant to retry never sees the errors of views.

    A published sample wraps `self.get_response(request)` in `try` and `except OperationalError`.
    That never catches what a view raises: Django turns the exception into a response of status 500
    before it comes back to the middleware, so nothing is ever retried, and nobody notices. Only the
    hooks `process_exception` and `process_view` meet a view's exception, and the class has neither.

    Retry where the work is done, around the transaction, or use a middleware that has such a hook.
    The rule looks at classes of `MIDDLEWARE` with "retry" in their name.

    Source: Django, "Middleware", exception handling; measured with Django 6.1 and the sample in
    Microsoft's "Retry logic" for mssql-django.
    """
    if not aliases:
        return
    for middleware in found:
        if not middleware.sees_view_errors:
            yield warning(
                f"MIDDLEWARE: {middleware.path} cannot retry a view: it has neither "
                "process_exception nor process_view, and get_response() raises nothing",
                hint="Remove it and retry around the transaction in the view, or give it one of "
                "these hooks.",
                about=middleware.path,
            )
