"""Views that say themselves whether their requests may be tried again.

The mark is an attribute of the view, so nothing is wrapped: a coroutine function stays one, and
decorators that use functools.wraps pass the mark on, as ``View.as_view()`` does for ``dispatch``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, TypeVar, overload

from django_mssql_ops.exceptions import ConfigurationError

_ATTRIBUTE: Final = "mssql_ops_retry"

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a view says: ``retry`` whatever the method or never, and if a second run is harmless."""

    retry: bool
    idempotent: bool = False


_BY_SETTING: Final = Mark(retry=True)


@overload
def retry_view(view: V) -> V: ...
@overload
def retry_view(*, idempotent: bool = False) -> Callable[[V], V]: ...
def retry_view(view: V | None = None, *, idempotent: bool = False) -> V | Callable[[V], V]:
    """Let DatabaseRetryMiddleware try this view again whatever the method, POST included.

    ::

        @retry_view
        def place_order(request): ...

        @retry_view(idempotent=True)      # a second run changes nothing more
        class Touch(View): ...

    A try is still repeated only where nothing that it did can have survived; ``idempotent`` says
    that it may be repeated even so. Works on functions, coroutine functions, class-based views and
    what ``as_view()`` returns.

    Raises ConfigurationError for anything else.
    """
    mark = Mark(retry=True, idempotent=bool(idempotent))
    if view is None:
        return lambda decorated: _marked(decorated, mark)
    return _marked(view, mark)


def no_retry(view: V) -> V:
    """Never let DatabaseRetryMiddleware try this view again, or limit the time of its queries.

    For views that take long on purpose, and those that do what no database can take back: send
    mail, call another service.
    """
    return _marked(view, Mark(retry=False))


def mark_of(view: Callable[..., Any], names: Collection[str] = ()) -> Mark | None:
    """The view's own mark; else that of RETRY_MIDDLEWARE["VIEWS"], ``names``; else None."""
    mark = getattr(view, _ATTRIBUTE, None)
    if isinstance(mark, Mark):
        return mark
    return _BY_SETTING if names and name_of(view) in names else None


def name_of(view: Callable[..., Any]) -> str:
    """``shop.views.place_order``; for what as_view() returns, the dotted name of the class."""
    named = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    if not hasattr(named, "__qualname__"):
        named = type(named)
    return f"{named.__module__}.{named.__qualname__}"


def _marked(view: V, mark: Mark) -> V:
    marked = getattr(view, "dispatch", None) if isinstance(view, type) else view
    if not callable(marked):
        raise ConfigurationError(
            f"{_shown(view)} is no view; decorate a function, a coroutine function or a subclass "
            "of django.views.View"
        )
    if isinstance(view, type) and "dispatch" not in vars(view):
        # The base's own function would carry the mark into every other view.
        marked = _own_dispatch(view, marked)
    try:
        setattr(marked, _ATTRIBUTE, mark)
    except AttributeError:
        raise ConfigurationError(
            f"{_shown(view)} cannot carry a mark; decorate the function that is behind it"
        ) from None
    return view


def _own_dispatch(view: type, inherited: Callable[..., Any]) -> Callable[..., Any]:
    def dispatch(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        return inherited(self, request, *args, **kwargs)

    dispatch.__dict__.update(vars(inherited))
    dispatch.__qualname__ = f"{view.__qualname__}.dispatch"
    dispatch.__module__ = view.__module__
    view.dispatch = dispatch  # type: ignore[attr-defined]
    return dispatch


def _shown(view: object) -> str:
    name = getattr(view, "__qualname__", "")
    return name if isinstance(name, str) and name else f"a {type(view).__name__}"
