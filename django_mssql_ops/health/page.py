"""``health/``: django-health-check's view with our two checks for each alias, and what they saw.

Its formats are django-health-check's own, so that its command and whoever reads its JSON, feeds or
metrics can read these. Ours are added where there is room: tables under the HTML page, families
behind the metrics, and one more format, ``?format=details``: JSON with everything.

The page is rendered without the project's TEMPLATES and INSTALLED_APPS, which need not know
django-health-check.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Engine, Template
from health_check.exceptions import ServiceWarning
from health_check.views import HealthCheckView, MediaType

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health.checks import MSSQLConnection, MSSQLPool
from django_mssql_ops.health.families import families_of
from django_mssql_ops.health.openmetrics import with_families
from django_mssql_ops.health.readiness import project_aliases

_TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "django_mssql_ops" / "health"
_DETAILS: Final = "details"
#: Of ``?format=``; with one of these nobody asks what the Accept header says.
_FORMATS: Final = frozenset({_DETAILS, "atom", "json", "openmetrics", "rss", "text"})
#: Behind two checks for each alias, which bound themselves, nobody queues.
_MOST_THREADS: Final = 32
_NOT_ACCEPTABLE: Final = "The Accept header cannot be read.\n"

Check = MSSQLConnection | MSSQLPool


def answer(request: HttpRequest) -> HttpResponse:
    """What django-health-check answers; waits for it."""
    response: HttpResponse = async_to_sync(_view)(request)
    return response


def checks_of_project() -> Iterator[Check]:
    """Both checks of each alias; of "default", which then says what is wrong, where there is none.

    Raises ConfigurationError when MSSQL_OPS is wrong.
    """
    try:
        aliases = project_aliases()
    except ConfigurationError:
        aliases = ("default",)
    for alias in aliases:
        yield MSSQLConnection(alias)
        yield MSSQLPool(alias)


class HealthView(HealthCheckView):  # type: ignore[misc]
    """The checks of all aliases; those of other classes, if a subclass has some, are shown too."""

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises ConfigurationError when MSSQL_OPS is wrong."""
        wanted = request.GET.get("format")
        if wanted not in _FORMATS and not _is_readable(request.headers.get("accept", "*/*")):
            # django-health-check raises ValueError, for example for "text/html, *; q=.2", which is
            # what Java's HttpURLConnection sends.
            return HttpResponse(_NOT_ACCEPTABLE, status=406, content_type="text/plain")
        self.has_details = wanted == _DETAILS
        if self.has_details:
            # They are JSON, with more in it.
            query = request.GET.copy()
            query["format"] = "json"
            request.GET = query  # type: ignore[assignment]  # one that can be changed
        response: HttpResponse = await super().get(request, *args, **kwargs)
        return response

    def get_checks(self) -> Iterator[Any]:
        return checks_of_project()

    def get_executor(self) -> contextlib.AbstractContextManager[Executor | None]:
        """Threads of its own, gone with the response; asked for since django-health-check 4.3."""
        return _threads()

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        told = {
            "state": _state(self.results),
            "rows": [_row(result) for result in self.results],
            "sections": [_section(result) for result in _ours(self.results)],
            "now": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        }
        return HttpResponse(_page().render(Context(told)), status=kwargs.get("status", 200))

    def render_to_response_json(self, status: int) -> HttpResponse:
        response: HttpResponse = (
            self._details(status) if self.has_details else super().render_to_response_json(status)
        )
        return response

    def render_to_response_openmetrics(self) -> HttpResponse:
        response: HttpResponse = super().render_to_response_openmetrics()
        families = families_of(result.check.samples() for result in _ours(self.results))
        response.content = with_families(response.content.decode(), families).encode()
        return response

    def _details(self, status: int) -> HttpResponse:
        return JsonResponse(
            {
                "state": _state(self.results),
                "checks": [_section(result) for result in _ours(self.results)],
            },
            status=status,
        )


@contextlib.contextmanager
def _threads() -> Iterator[Executor]:
    executor = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="mssql-ops-health-page")
    try:
        yield executor
    finally:
        # Where the client has gone the checks still run, and nobody may wait for them: this is the
        # thread of the event loop. They end within their own time.
        executor.shutdown(wait=False)


_view = HealthView.as_view()


def _is_readable(accept: str) -> bool:
    try:
        return bool(list(MediaType.parse_header(accept)))
    except ValueError:
        return False


@functools.cache
def _page() -> Template:
    loader = ("django.template.loaders.filesystem.Loader", [_TEMPLATES])
    return Engine(loaders=[loader]).get_template("page.html")


def _ours(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result.check, Check)]


def _state(results: list[Any]) -> str:
    """The worst that was found, in one word."""
    errors = [result.error for result in results if result.error]
    if any(not isinstance(error, ServiceWarning) for error in errors):
        return "down"
    is_clean = not errors and not any(result.check.concerns for result in _ours(results))
    return "healthy" if is_clean else "degraded"


def _status(result: Any) -> str:
    return str(result.error) if result.error else result.check.pretty_status()


def _row(result: Any) -> dict[str, Any]:
    return {
        "name": repr(result.check),
        "status": _status(result),
        "state": _state([result]),
        "seconds": result.time_taken,
    }


def _section(result: Any) -> dict[str, Any]:
    check: Check = result.check
    return {
        "check": type(check).__name__,
        "alias": check.alias,
        "status": _status(result),
        "warnings": [
            {"word": concern.word, "sentence": concern.sentence} for concern in check.concerns
        ],
        "facts": dict(check.rows()),
    }
