"""``retry_on_transient``: the decorator, and the call without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, overload

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry.policy import RetryPolicy
from django_mssql_ops.retry.retrying import Retrying
from django_mssql_ops.retry.tries import random_number

if TYPE_CHECKING:
    from django_mssql_ops.retry.verification import Verify

P = ParamSpec("P")
R = TypeVar("R")

#: The sample takes these by position too.
_BY_POSITION: Final = ("max_retries", "base_delay", "max_delay")


class RetryOnTransient:
    """``@retry_on_transient``, ``@retry_on_transient(max_retries=5)`` and ``.call(function)``.

    ``retry_on_transient(max_retries=5).call(function, *args)`` calls with other figures.
    """

    @overload
    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]: ...

    @overload
    def __call__(
        self,
        max_retries: int = 3,
        base_delay: float = 1.0,
        max_delay: float = 30.0,
        *,
        deadline: float | None = None,
        using: str | Sequence[str] | None = None,
        atomic: bool = False,
        idempotent: bool = False,
        verify: Verify | None = None,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        random: Callable[[], float] = random_number,
    ) -> Retrying: ...

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Decorate a function, or return what does so with the options."""
        if len(args) == 1 and not options and _can_be_decorated(args[0]):
            return Retrying()(args[0])
        if len(args) > len(_BY_POSITION):
            raise ConfigurationError(
                f"retry_on_transient has {len(args)} arguments by position; there are "
                f"{', '.join(_BY_POSITION)}, and the others go by name"
            )
        by_position = dict(zip(_BY_POSITION, args, strict=False))
        return Retrying(**by_position, **options)

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call ``function`` now, with the default figures; awaitable for a coroutine function."""
        return Retrying().call(function, *args, **kwargs)


retry_on_transient: Final = RetryOnTransient()


def _can_be_decorated(value: object) -> bool:
    return callable(value) or isinstance(value, classmethod | staticmethod)
