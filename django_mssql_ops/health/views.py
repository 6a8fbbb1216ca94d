"""The views for probes: ``live``, ``ready`` and ``health``.

They are plain functions that answer GET and HEAD. No response is kept by a cache, no transaction is
opened around them whatever ATOMIC_REQUESTS says (a database that is away would make a 500 of every
answer), and LoginRequiredMiddleware lets them through. They need no session, no user and no
template. django-health-check is imported when ``health`` is asked, and by nothing else.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DEFAULT_DB_ALIAS, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.log import log_response
from django.views.decorators.http import require_safe

from django_mssql_ops.conf import Health, ops_settings
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.access import may_see_details
from django_mssql_ops.health.probing.log import say_once
from django_mssql_ops.health.readiness import readiness

_View = Callable[[HttpRequest], HttpResponse]

_logger: Final = logging.getLogger("django_mssql_ops.health")
_FORBIDDEN: Final = (
    "This page is for those whom MSSQL_OPS['HEALTH']['TOKENS'] or ['NETWORKS'] admits.\n"
)
_MISSING: Final = (
    "This page needs django-health-check, which is not installed; run: "
    "pip install 'django-mssql-ops[health]'\n"
)


def _for_probes(view: _View) -> _View:
    only_safe = require_safe(view)

    @functools.wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = only_safe(request)
        add_never_cache_headers(response)
        patch_vary_headers(response, ["Authorization"])
        if response.status_code >= 500:
            # Otherwise Django logs an error, and with it a mail to ADMINS, for every probe.
            log_response(
                "%s: %s",
                response.reason_phrase,
                request.path,
                response=response,
                request=request,
                logger=_logger,
                level="debug",
            )
        return response

    for alias in {DEFAULT_DB_ALIAS, *settings.DATABASES}:
        transaction.non_atomic_requests(using=alias)(answer)
    login_not_required(answer)
    return answer


@_for_probes
def live(request: HttpRequest) -> HttpResponse:
    """The process answers: 200. No database and no setting is looked at."""
    return JsonResponse({"status": "ok"})


@_for_probes
def ready(request: HttpRequest) -> HttpResponse:
    """Every database answers: 200; otherwise 503 with Retry-After. What is known, for the admitted.

    It comes within ``HEALTH["TIMEOUT"]`` for all databases together, and from the cache for
    ``HEALTH["CACHE"]`` seconds.
    """
    found = readiness()
    body: dict[str, Any] = {"status": found.status}
    if may_see_details(request, _settings()):
        body |= found.details()
    if found.is_ready:
        return JsonResponse(body)
    return JsonResponse(body, status=503, headers={"Retry-After": str(found.retry_after)})


@_for_probes
def health(request: HttpRequest) -> HttpResponse:
    """All that is known, in the formats of django-health-check; 403 for those not admitted."""
    if not may_see_details(request, _settings()):
        return HttpResponse(_FORBIDDEN, status=403, content_type="text/plain; charset=utf-8")
    try:
        from django_mssql_ops.health.page import answer
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "health_check":
            raise
        return HttpResponse(_MISSING, status=501, content_type="text/plain; charset=utf-8")
    return answer(request)


class HealthChecks:
    """What ``manage.py health_check --no-http`` runs: it asks the view's class for its checks."""

    def get_checks(self) -> Iterator[Any]:
        from django_mssql_ops.health.page import checks_of_project

        return checks_of_project()


# Where as_view() of django-health-check puts them, and its command looks for them.
setattr(health, "view_class", HealthChecks)  # noqa: B010  a function's attribute, for mypy
setattr(health, "view_initkwargs", {})  # noqa: B010


def _settings() -> Health:
    """Those of the project; where MSSQL_OPS is wrong the defaults, which admit nobody."""
    try:
        return ops_settings().health
    except ConfigurationError as problem:
        # Whoever has a token and is turned away finds the reason in the log.
        say_once(str(problem))
        return Health()
