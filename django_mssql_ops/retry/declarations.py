"""What the arguments of ``retry_on_transient`` and the function itself say."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry.policy import RetryPolicy

if TYPE_CHECKING:
    from django_mssql_ops.retry.verification import Verifier, Verify


def policy_of(policy: RetryPolicy | None, figures: RetryPolicy) -> RetryPolicy:
    """``policy``, or one of the ``figures`` that were given by themselves."""
    if policy is None:
        return figures
    if not isinstance(policy, RetryPolicy):
        raise ConfigurationError(f"policy is {_shown(policy)}; it must be a RetryPolicy")
    if figures != RetryPolicy():
        raise ConfigurationError(
            "policy stands in place of max_retries, base_delay, max_delay and deadline: give "
            "either it or them"
        )
    return policy


def check_function(function: object) -> None:
    if not callable(function):
        raise ConfigurationError(
            f"retry_on_transient runs a function, and was given {_shown(function)}: hand the "
            "function over, without calling it"
        )


def aliases_of(using: str | Sequence[str] | None, *, atomic: bool) -> tuple[str, ...]:
    if using is None:
        return (DEFAULT_DB_ALIAS,) if atomic else ()
    if not isinstance(using, str | list | tuple | set | frozenset):
        raise ConfigurationError(f"using is {_shown(using)}; it must be an alias or several")
    aliases = (using,) if isinstance(using, str) else tuple(using)
    for alias in aliases:
        if not isinstance(alias, str):
            raise ConfigurationError(f"using holds {_shown(alias)}; it must be an alias or several")
    return aliases


def verifier_of(verify: Verify | None) -> Verifier | None:
    if verify is None:
        return None
    from django_mssql_ops.retry.verification import is_verifier

    if not is_verifier(verify):
        return None
    if isinstance(verify, type):
        name = verify.__name__
        raise ConfigurationError(f"verify is the class {name}; it must be one of it: {name}()")
    return verify


def is_coroutine_function(function: object) -> bool:
    if inspect.iscoroutinefunction(function):
        return True
    called = getattr(type(function), "__call__", None)  # noqa: B004 - not whether, but which
    return not inspect.isroutine(function) and inspect.iscoroutinefunction(called)


def name_of(function: object) -> str:
    inner = getattr(function, "func", function)
    name = getattr(inner, "__qualname__", None) or type(inner).__qualname__
    return f"{getattr(inner, '__module__', None) or type(inner).__module__}.{name}"


def _shown(value: object) -> str:
    return f"a {type(value).__name__}"
