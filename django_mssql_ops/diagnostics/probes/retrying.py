"""What of the project tries things again: MIDDLEWARE, decorated functions, the views of its URLs.

Of MIDDLEWARE only those are imported that are meant to retry or stand inside ours, as Django's own
checks of the admin import middleware too; and only once Django is set up, because they may import
models. The URLconf is read where something else has loaded it, as ``manage.py check`` does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from django.apps import apps
from django.utils.module_loading import import_string

from django_mssql_ops.conf import OpsSettings
from django_mssql_ops.configuration.entry import is_truthy
from django_mssql_ops.diagnostics.facts import (
    NotRun,
    RetryMiddleware,
    RetryPolicyFacts,
    RetryUse,
    RetryView,
    Stage,
    Unreadable,
)
from django_mssql_ops.diagnostics.probes.middleware_source import line_of_retry

#: Where a middleware meets what a view raises (Django, "Middleware", exception handling).
_VIEW_HOOKS: Final = ("process_exception", "process_view")
_OWN_PACKAGE: Final = "django_mssql_ops"
_OWN_CLASS: Final = "DatabaseRetryMiddleware"
#: None of Django's own has a process_exception (read in 5.2, 6.0 and 6.1), or retries.
_DJANGO: Final = "django"
_HTTP_METHODS: Final = ("dispatch", "get", "post", "put", "patch", "delete", "head", "options")


def retry_middleware(middleware: object) -> Stage[tuple[RetryMiddleware, ...]]:
    """Those of MIDDLEWARE that are meant to retry and are not ours, by name or by shape."""
    paths = [path for path in _paths(middleware) if _root(path) not in (_OWN_PACKAGE, _DJANGO)]
    lines = {path: line_of_retry(path) for path in paths} if apps.ready else {}
    chosen = [path for path in paths if _sounds_retrying(path) or lines.get(path) is not None]
    factories = _factories(chosen)
    if isinstance(factories, NotRun | Unreadable):
        return factories
    return tuple(
        RetryMiddleware(path=path, sees_view_errors=_sees(factory), line=lines.get(path))
        for path, factory in zip(chosen, factories, strict=True)
    )


def retry_use(settings: Any, ops: OpsSettings) -> Stage[RetryUse]:
    """How the project uses this app's middleware and decorator."""
    paths = _paths(getattr(settings, "MIDDLEWARE", ()))
    own = tuple(path for path in paths if _names_ours(path))
    first = paths.index(own[0]) if own else len(paths)
    behind = tuple(path for path in paths[first + 1 :] if path not in own)
    chosen = ops.retry_middleware
    return RetryUse(
        middleware=own,
        before=tuple(paths[:first]) if own else (),
        behind=behind,
        answering=_answering(behind),
        methods=chosen.methods,
        views=chosen.views,
        max_retries=chosen.max_retries,
        base_delay=chosen.base_delay,
        max_delay=chosen.max_delay,
        deadline=chosen.deadline,
        worker_timeout=chosen.worker_timeout,
        most_logins=ops.retry_worst_case.logins,
        most_seconds=ops.retry_worst_case.seconds,
        propagates=is_truthy(getattr(settings, "DEBUG_PROPAGATE_EXCEPTIONS", False)),
        policies=tuple(sorted(_policies(), key=attrgetter("name"))),
        decorated_views=_decorated_views(settings),
        missing_views=_missing_views(settings, chosen.views) if own else (),
    )


def _paths(middleware: object) -> list[str]:
    listed = middleware if isinstance(middleware, list | tuple) else ()
    return [path for path in listed if isinstance(path, str)]


def _root(path: str) -> str:
    return path.partition(".")[0]


def _sounds_retrying(path: str) -> bool:
    """By its name; a middleware about the response header Retry-After is another thing."""
    name = path.rpartition(".")[2].lower().replace("_", "")
    return "retry" in name and "retryafter" not in name


def _names_ours(path: str) -> bool:
    """The class itself, or a subclass of it that sounds like one; nothing else is imported."""
    if _root(path) == _OWN_PACKAGE:
        return path.endswith(f".{_OWN_CLASS}")
    if not apps.ready or not _sounds_retrying(path):
        return False
    factory = _imported(path)
    return not isinstance(factory, Unreadable) and _is_ours(factory)


def _factories(paths: Sequence[str]) -> Stage[tuple[Any, ...]]:
    """What these entries of MIDDLEWARE are, in their order; all have to be importable."""
    if paths and not apps.ready:
        return NotRun("Django is not set up")
    found = []
    for path in paths:
        factory = _imported(path)
        if isinstance(factory, Unreadable):
            return factory
        found.append(factory)
    return tuple(found)


def _imported(path: str) -> Any:
    try:
        return import_string(path)
    except Exception as problem:  # whatever the project's module raises while it is imported
        return Unreadable(
            f"MIDDLEWARE: {path} could not be imported ({type(problem).__name__})",
            hint="Correct the path or the module; Django cannot load it either.",
        )


def _is_ours(factory: object) -> bool:
    bases = factory.__mro__ if isinstance(factory, type) else ()
    return any(_root(base.__module__) == _OWN_PACKAGE for base in bases)


def _sees(factory: object) -> bool:
    """Whether it meets what a view raises."""
    return _is_ours(factory) or any(hasattr(factory, name) for name in _VIEW_HOOKS)


def _answering(behind: Iterable[str]) -> Stage[tuple[str, ...]]:
    paths = [path for path in behind if _root(path) != _DJANGO]
    factories = _factories(paths)
    if isinstance(factories, NotRun | Unreadable):
        return factories
    found = zip(paths, factories, strict=True)
    return tuple(path for path, factory in found if hasattr(factory, "process_exception"))


def _policies() -> Iterator[RetryPolicyFacts]:
    for retrying in _declared():
        policy = retrying.policy
        for name in retrying.functions:
            yield RetryPolicyFacts(
                name=name,
                max_retries=policy.max_retries,
                base_delay=policy.base_delay,
                max_delay=policy.max_delay,
                deadline=policy.deadline,
            )


def _declared() -> tuple[Any, ...]:
    """What retry_on_transient decorates; nothing where its module was never imported."""
    if "django_mssql_ops.retry.retrying" not in sys.modules:
        return ()
    from django_mssql_ops.retry.retrying import declared

    return declared()


def _decorated_views(settings: Any) -> Stage[tuple[RetryView, ...]]:
    names = {name for retrying in _declared() for name in retrying.functions}
    if not names:
        return ()
    atomic = _atomic_aliases(getattr(settings, "DATABASES", {}))
    views = _views(settings)
    if isinstance(views, NotRun | Unreadable):
        return views
    from django_mssql_ops.retry.requests.views import name_of

    found = []
    for view in views:
        if any(name_of(function) in names for function in _functions(view)):
            excepted = getattr(view, "_non_atomic_requests", ())
            around = tuple(alias for alias in atomic if alias not in excepted)
            found.append(RetryView(name=name_of(view), atomic_aliases=around))
    return tuple(dict.fromkeys(found))


def _functions(view: Callable[..., Any]) -> Iterator[Any]:
    yield view
    behind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    for name in _HTTP_METHODS if behind is not None else ():
        method = getattr(behind, name, None)
        if method is not None:
            yield method


def _missing_views(settings: Any, names: tuple[str, ...]) -> Stage[tuple[str, ...]]:
    if not names:
        return ()
    views = _views(settings)
    if isinstance(views, NotRun | Unreadable):
        return views
    from django_mssql_ops.retry.requests.views import name_of

    present = {name_of(view) for view in views}
    return tuple(name for name in names if name not in present)


def _views(settings: Any) -> Stage[tuple[Callable[..., Any], ...]]:
    """Every view that a URL leads to."""
    urlconf = getattr(settings, "ROOT_URLCONF", None)
    if not isinstance(urlconf, str) or urlconf not in sys.modules:
        return NotRun("the URLconf is not loaded")
    from django.urls import get_resolver

    try:
        return tuple(_callbacks(get_resolver(urlconf)))
    except Exception as problem:  # whatever an included module raises
        return Unreadable(f"the URLconf could not be read ({type(problem).__name__})")


def _callbacks(resolver: Any) -> Iterator[Callable[..., Any]]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _callbacks(pattern)
        else:
            yield pattern.callback


def _atomic_aliases(databases: object) -> tuple[str, ...]:
    entries = databases if isinstance(databases, Mapping) else {}
    return tuple(
        alias
        for alias, entry in entries.items()
        if isinstance(entry, Mapping) and is_truthy(entry.get("ATOMIC_REQUESTS"))
    )
