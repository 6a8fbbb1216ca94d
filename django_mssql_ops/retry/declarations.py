"""What the arguments of ``retry_on_transient`` and the function itself say."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS

from django_mssql_ops.exceptions import ConfigurationError

if TYPE_CHECKING:
    from django_mssql_ops.retry.verification import Verifier, Verify


def aliases_of(using: str | Sequence[str] | None, *, atomic: bool) -> tuple[str, ...]:
    if using is None:
        return (DEFAULT_DB_ALIAS,) if atomic else ()
    aliases = (using,) if isinstance(using, str) else tuple(using)
    for alias in aliases:
        if not isinstance(alias, str):
            raise ConfigurationError(
                f"using holds a {type(alias).__name__}; it must be an alias or several"
            )
    return aliases


def verifier_of(verify: Verify | None) -> Verifier | None:
    if verify is None:
        return None
    from django_mssql_ops.retry.verification import is_verifier

    return verify if is_verifier(verify) else None


def is_coroutine_function(function: object) -> bool:
    if inspect.iscoroutinefunction(function):
        return True
    called = getattr(type(function), "__call__", None)  # noqa: B004 - not whether, but which
    return not inspect.isroutine(function) and inspect.iscoroutinefunction(called)


def name_of(function: object) -> str:
    inner = getattr(function, "func", function)
    name = getattr(inner, "__qualname__", None) or type(inner).__qualname__
    return f"{getattr(inner, '__module__', None) or type(inner).__module__}.{name}"
