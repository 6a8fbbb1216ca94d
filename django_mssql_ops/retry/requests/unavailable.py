"""The answer when the database stays away: 503, and when to come again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.log import log_response

from django_mssql_ops.retry.verdict import FaultKind

if TYPE_CHECKING:
    from django_mssql_ops.retry.decision import Decision

#: Seconds. Error 40501 asks for 10; a failover of Azure SQL mostly takes less than 60 (Microsoft,
#: "Troubleshoot transient connection errors"), so half of that finds many databases back.
_RETRY_AFTER: Final = {FaultKind.THROTTLING: 10.0, FaultKind.CONNECTION: 30.0}
_TEMPLATE: Final = "503.html"
_PAGE: Final = (
    "<!doctype html>\n"
    '<html lang="en">\n'
    "<head>\n  <title>Service Unavailable</title>\n</head>\n"
    "<body>\n  <h1>Service Unavailable</h1><p>Please try again in a moment.</p>\n</body>\n"
    "</html>\n"
)
#: Decision.reason of a call that may be made again, only not by us and not now.
_USED_UP: Final = frozenset({"budget", "deadline", "exhausted_inside", "limited", "max_retries"})


def is_unavailable(decision: Decision) -> bool:
    """Nothing was applied, and another try may succeed later: that is what a 503 says."""
    verdict = decision.verdict
    return decision.reason in _USED_UP and verdict is not None and verdict.kind in _RETRY_AFTER


def unavailable_response(
    request: HttpRequest, exception: Exception, decision: Decision
) -> HttpResponse:
    """A 503 with Retry-After, logged as an error with its exception, as Django logs a 500.

    The page is the template 503.html, where there is one; it is rendered without a context, as
    Django's own 500.html is.
    """
    response = HttpResponse(_page(), status=503)
    response["Retry-After"] = str(_seconds(decision))
    log_response(
        "%s: %s",
        response.reason_phrase,
        request.path,
        response=response,
        request=request,
        exception=exception,
    )
    return response


def _seconds(decision: Decision) -> int:
    verdict = decision.verdict
    assert verdict is not None and verdict.kind is not None  # noqa: S101  is_unavailable() said so
    return math.ceil(max(_RETRY_AFTER[verdict.kind], verdict.floor, decision.delay))


def _page() -> str:
    try:
        return loader.get_template(_TEMPLATE).render()
    except TemplateDoesNotExist:
        return _PAGE
