"""Views that are meant to be retried, and are not."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Project, RetryView
from django_mssql_ops.diagnostics.registry import Verdicts, rule, warning


@rule(184, "retry-atomic-requests", stage="project", needs=("project.retry.decorated_views",))
def retry_atomic_requests(facts: Project, views: tuple[RetryView, ...]) -> Verdicts:
    """`retry_on_transient` stands on a view around which ATOMIC_REQUESTS opens a transaction.

    The transaction was there before the decorated function, and a part of it cannot be run again:
    after a deadlock, for example, the server has rolled back all of it. So the function runs once,
    and its errors go on. What can be repeated is the whole request, with its transaction.

    Use `DatabaseRetryMiddleware`, and `retry_view` for methods other than GET; or take the view out
    with `transaction.non_atomic_requests` and give the decorator `atomic=True`.

    The rule looks at the URLconf where something has loaded it, as `manage.py check` does.

    Source: Django, "Database transactions", tying transactions to HTTP requests; MSSQLSERVER_1205.
    """
    for view in views:
        if view.atomic_aliases:
            aliases = ", ".join(map(repr, view.atomic_aliases))
            yield warning(
                f"{view.name} has retry_on_transient, and ATOMIC_REQUESTS of {aliases} opens a "
                "transaction around it: it is never tried again",
                hint="Use DatabaseRetryMiddleware instead, or transaction.non_atomic_requests with "
                "retry_on_transient(atomic=True).",
                about=view.name,
            )


@rule(506, "retry-view-missing", stage="project", needs=("project.retry.missing_views",))
def retry_view_missing(facts: Project, names: tuple[str, ...]) -> Verdicts:
    """`RETRY_MIDDLEWARE["VIEWS"]` names a view to which no URL leads.

    The view was renamed or moved, or the name has a slip in it, and its requests are not tried
    again. A name is that of the module and the function or class: `shop.views.place_order`,
    `shop.views.OrderView`. The decorator `retry_view` on the view itself cannot go astray so.

    The rule looks at the URLconf where something has loaded it, as `manage.py check` does.

    Source: django_mssql_ops, docs/middleware.md.
    """
    for name in names:
        yield warning(
            f"MSSQL_OPS['RETRY_MIDDLEWARE']['VIEWS'] has {name!r}, to which no URL leads",
            hint="Correct the dotted name, or mark the view with retry_view.",
            about=name,
        )
