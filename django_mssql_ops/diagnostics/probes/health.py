"""How the project uses this app's health checks: its settings, and where its URLs lead."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from typing import Any, Final

from django_mssql_ops.conf import OpsSettings
from django_mssql_ops.configuration.entry import is_truthy
from django_mssql_ops.diagnostics.facts import HealthUse, NotRun, Stage, Unreadable

#: Where the views of the health checks are, which nothing below them may import.
_VIEWS: Final = "django_mssql_ops.health.views"
#: Those that a load balancer or a kubelet asks, over HTTP most of the time.
_PROBES: Final = ("live", "ready")
_REDIRECTING: Final = "SecurityMiddleware"


def health_use(settings: Any, ops: OpsSettings, aliases: Collection[str]) -> HealthUse:
    """``aliases`` are those of SQL Server."""
    proxied = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST")
    return HealthUse(
        networks=ops.health.networks,
        strangers=tuple(name for name in ops.health.databases if name not in aliases),
        has_proxy=any(is_truthy(getattr(settings, name, None)) for name in proxied),
        redirected=_redirected(settings),
    )


def _redirected(settings: Any) -> Stage[tuple[str, ...]]:
    middleware = getattr(settings, "MIDDLEWARE", ())
    listed = middleware if isinstance(middleware, list | tuple) else ()
    does_redirect = any(isinstance(m, str) and m.endswith(_REDIRECTING) for m in listed)
    if not does_redirect or not is_truthy(getattr(settings, "SECURE_SSL_REDIRECT", False)):
        return ()
    urlconf = getattr(settings, "ROOT_URLCONF", None)
    if not isinstance(urlconf, str) or urlconf not in sys.modules:
        return NotRun("the URLconf is not loaded")
    from django.urls import get_resolver

    try:
        # As SecurityMiddleware does it.
        exempt = [
            re.compile(pattern) for pattern in getattr(settings, "SECURE_REDIRECT_EXEMPT", ())
        ]
        paths = tuple(_paths(get_resolver(urlconf), ""))
    except Exception as problem:  # a pattern that is none, or whatever an included module raises
        return Unreadable(f"the URLconf could not be read ({type(problem).__name__})")
    return tuple(path for path in paths if not any(one.search(path) for one in exempt))


def _paths(resolver: Any, before: str) -> Iterator[str]:
    """The paths of the probes, without those that have a parameter in them."""
    from django.urls.resolvers import RoutePattern

    for pattern in resolver.url_patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue
        path = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _paths(pattern, path)
        elif "<" not in path and _is_probe(pattern.callback):
            yield path


def _is_probe(view: Any) -> bool:
    is_ours = getattr(view, "__module__", None) == _VIEWS
    return is_ours and getattr(view, "__name__", None) in _PROBES
