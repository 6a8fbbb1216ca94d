"""What of the project tries things again: its middleware, and the functions it has decorated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django_mssql_ops.diagnostics.facts.reading import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryMiddleware:
    """A class or function of MIDDLEWARE that is meant to retry: by its name, or by its shape.

    Django turns a view's exception into a response before ``__call__`` of any middleware could
    catch it; ``process_exception`` and ``process_view`` are the hooks that meet it, and
    ``sees_view_errors`` says that there is one. ``line`` is where it tries ``get_response`` again
    all the same, in the file of its module, or None where no such place was found.
    """

    path: str
    sees_view_errors: bool
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicyFacts:
    """A decorated function and its figures; ``deadline`` is seconds or None."""

    name: str
    max_retries: int
    base_delay: float
    max_delay: float
    deadline: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryView:
    """A view with retry_on_transient on it, by its dotted name.

    ``atomic_aliases``: those whose ATOMIC_REQUESTS opens a transaction around it.
    """

    name: str
    atomic_aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryUse:
    """How the project uses this app's retries.

    ``middleware``: the places of DatabaseRetryMiddleware, or of a subclass, in MIDDLEWARE;
    ``before`` and ``behind`` are the paths outside and inside of the first one. ``answering`` are
    those inside that have a ``process_exception`` of their own. ``methods`` to ``worker_timeout``
    are RETRY_MIDDLEWARE's, in seconds; ``views`` its names of views. ``most_logins`` and
    ``most_seconds`` are RETRY_WORST_CASE.

    ``policies`` are those of the functions that this process has imported. ``decorated_views`` and
    ``missing_views``, names of RETRY_MIDDLEWARE["VIEWS"] that no URL leads to, are read from the
    URLconf once something else has loaded it. ``propagates`` is DEBUG_PROPAGATE_EXCEPTIONS.
    """

    middleware: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    answering: Stage[tuple[str, ...]] = ()
    methods: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    max_retries: int = 0
    base_delay: float = 1.0
    max_delay: float = 30.0
    deadline: float | None = None
    worker_timeout: float | None = None
    most_logins: int = 24
    most_seconds: float = 180.0
    propagates: bool = False
    policies: tuple[RetryPolicyFacts, ...] = ()
    decorated_views: Stage[tuple[RetryView, ...]] = ()
    missing_views: Stage[tuple[str, ...]] = ()

    @property
    def is_used(self) -> bool:
        return bool(self.middleware or self.policies)


#: A project that retries nothing.
NO_RETRIES: Final = RetryUse()
