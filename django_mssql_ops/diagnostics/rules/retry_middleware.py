"""DatabaseRetryMiddleware: where it stands, and what its settings promise."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.diagnostics.facts import Project, RetryMiddleware, RetryUse
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning

#: What these keep on the request outlives a failed try when they stand further out.
_BELONGS_INSIDE: Final = {
    "django.contrib.sessions.middleware.SessionMiddleware": "a request whose session was changed "
    "is not tried again",
    "django.contrib.messages.middleware.MessageMiddleware": "a request that has added a message is "
    "not tried again",
    "django.middleware.csrf.CsrfViewMiddleware": "it reads uploads before they can be kept for "
    "another try",
}
#: HTTP calls these safe (RFC 9110, 9.2.1).
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@rule(
    501,
    "retry-middleware-order",
    stage="project",
    needs=("project.retry", "project.retry.answering"),
)
def retry_middleware_order(facts: Project, use: RetryUse, answering: tuple[str, ...]) -> Verdicts:
    """`DatabaseRetryMiddleware` stands at a place in `MIDDLEWARE` where it works less well.

    Django asks the middleware for an answer to a view's exception from the inside out. A
    `process_exception` further in that returns a response is the answer, and the request is never
    tried again.

    What middleware further out has put on the request is not made anew for another try. A session
    that the failed try has changed would be saved as it left it, and a message would be shown
    twice; such a request is therefore not tried again. Further in than `SessionMiddleware`,
    `MessageMiddleware` and `CsrfViewMiddleware` the middleware loses many requests that it could
    save.

    Put it right behind `SecurityMiddleware`, and only once.

    Source: Django, "Middleware", exception handling, and django/core/handlers/base.py; measured
    with Django 5.2 and 6.1.
    """
    if not use.middleware:
        return
    own = use.middleware[0]
    for path in answering:
        yield warning(
            f"MIDDLEWARE: {path} stands inside {own} and has a process_exception: an error that it "
            "answers is never tried again",
            hint=f"Put it before {own}, or let its process_exception return None for errors of the "
            "database.",
            about=path,
        )
    for path in use.before:
        if path in _BELONGS_INSIDE:
            yield warning(
                f"MIDDLEWARE: {own} stands behind {path}: {_BELONGS_INSIDE[path]}",
                hint=f"Put {own} before it.",
                about=path,
            )
    if len(use.middleware) > 1:
        yield warning(
            f"MIDDLEWARE: {own} stands there {len(use.middleware)} times: the inner ones do "
            "nothing",
            hint="Leave the first one.",
            about=own,
        )


@rule(503, "retry-deadline-worker", stage="project", needs=("project.retry",))
def retry_deadline_worker(facts: Project, use: RetryUse) -> Verdicts:
    """A request may be tried again for longer than its worker lives.

    A server for WSGI kills a worker that has answered nothing for a while: gunicorn after 30
    seconds. The request then ends without an answer, a rollback or a line in the log, and whatever
    else the worker was doing ends with it. The deadline of the middleware has to be shorter, so
    that a 503 goes out in time. A proxy in front mostly has a limit of its own, often 60 seconds.

        MSSQL_OPS = {"RETRY_MIDDLEWARE": {"DEADLINE": 20, "WORKER_TIMEOUT": 30}}

    `WORKER_TIMEOUT` is what your server is set to, and None where it has no such limit, as under
    most servers for ASGI; nobody else can tell the app.

    Source: gunicorn, "Settings", timeout.
    """
    worker = use.worker_timeout
    if not use.middleware or worker is None:
        return
    if use.deadline is None:
        yield warning(
            "MSSQL_OPS['RETRY_MIDDLEWARE']['DEADLINE'] is None: a request may be tried again for "
            f"longer than the {worker:g} seconds after which its worker is killed",
            hint="Set it below WORKER_TIMEOUT, or WORKER_TIMEOUT to None where there is no limit.",
        )
    elif use.deadline >= worker:
        yield warning(
            f"MSSQL_OPS['RETRY_MIDDLEWARE']['DEADLINE'] is {use.deadline:g} seconds, and the "
            f"worker is killed after {worker:g}",
            hint="Set it some seconds below WORKER_TIMEOUT, or correct WORKER_TIMEOUT.",
        )


@rule(
    504,
    "retry-propagated-exceptions",
    stage="project",
    needs=("project.retry", "project.retry_middleware", "project.aliases"),
)
def retry_propagated_exceptions(
    facts: Project, use: RetryUse, others: tuple[RetryMiddleware, ...], aliases: tuple[str, ...]
) -> Verdicts:
    """`DEBUG_PROPAGATE_EXCEPTIONS` makes retries look different from what they are in production.

    With it Django does not turn exceptions into responses, so even a middleware works that puts
    `try` and `except` around `get_response`, which never catches anything without it. Tests that
    run so prove nothing about the site. And what is raised last goes to the web server, instead of
    a page for the visitor.

    Source: Django, "Settings", DEBUG_PROPAGATE_EXCEPTIONS; measured with Django 5.2 and 6.1.
    """
    if use.propagates and aliases and (use.middleware or others):
        yield warning(
            "DEBUG_PROPAGATE_EXCEPTIONS is True: retries around a request behave otherwise than "
            "they do without it",
            hint="Set it to False.",
        )


@rule(507, "retry-unsafe-methods", stage="project", needs=("project.retry",))
def retry_unsafe_methods(facts: Project, use: RetryUse) -> Verdicts:
    """Methods that change something are tried again in every view.

    A failed try is repeated only where nothing that it did in a database can have survived. But a
    mail that was sent, a payment that was taken or a task that was queued has survived, and nobody
    in here can see it. Which views do such things is known to those who wrote them, so mark the
    views that may be tried again, one by one:

        from django_mssql_ops.middleware import retry_view

        @retry_view
        def place_order(request): ...

    Source: RFC 9110, 9.2.2, "Idempotent Methods".
    """
    unsafe = [method for method in use.methods if method not in _SAFE]
    if use.middleware and unsafe:
        yield warning(
            f"MSSQL_OPS['RETRY_MIDDLEWARE']['METHODS'] has {', '.join(unsafe)}: every view is "
            "tried again, also one that has sent a mail or called another service",
            hint="Leave it at GET, HEAD and OPTIONS, and mark single views with retry_view or in "
            "VIEWS.",
        )
