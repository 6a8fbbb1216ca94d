"""MIDDLEWARE that is meant to retry requests, and cannot."""

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
    before it comes back to the middleware, so nothing is ever retried, and nobody notices. A unit
    test with a `get_response` of its own does not notice either, because there the exception does
    come back. Only the hooks `process_exception` and `process_view` meet a view's exception, and
    the class has neither.

    Use `django_mssql_ops.middleware.DatabaseRetryMiddleware`, or retry where the work is done,
    around the transaction.

    The rule finds such a class, or function, by its name, "retry", and by its shape: a `try` around
    `get_response` that catches an error of the database, or a retrying decorator or call around it.
    The source is read for that, and the module is not imported. Django's own middleware is not
    looked at.

    Source: Django, "Middleware", exception handling; measured with Django 5.2 and 6.1 and the
    sample in Microsoft's "Retry logic" for mssql-django.
    """
    if not aliases:
        return
    for middleware in found:
        if not middleware.sees_view_errors:
            yield warning(
                f"MIDDLEWARE: {middleware.path} cannot retry a view: {_why(middleware)}",
                hint="Put django_mssql_ops.middleware.DatabaseRetryMiddleware in its place, or "
                "retry around the transaction in the view.",
                about=middleware.path,
            )


def _why(middleware: RetryMiddleware) -> str:
    if middleware.line is None:
        return (
            "it has neither process_exception nor process_view, and get_response() raises nothing"
        )
    return (
        f"line {middleware.line} is dead code, because get_response() raises nothing: Django has "
        "made a response of the view's error before"
    )
