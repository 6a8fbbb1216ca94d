"""A call in a thread of its own, which has connections of its own, within a time limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from django_mssql_ops.connections import close_own_connections
from django_mssql_ops.exceptions import ConfigurationError

_T = TypeVar("_T")

#: Seconds that code without any fault may take.
LIMIT: Final = 60.0
_THREAD: Final = "mssql_retrytest apart"


def apart(function: Callable[[], _T], *, limit: float = LIMIT) -> _T:
    """What ``function`` returns or raises.

    Raises ConfigurationError when it takes longer than ``limit`` seconds.
    """
    returned: list[_T] = []
    raised: list[BaseException] = []

    def call() -> None:
        try:
            returned.append(function())
        except BaseException as error:
            raised.append(error)
        finally:
            close_own_connections()

    thread = threading.Thread(target=call, name=_THREAD, daemon=True)
    thread.start()
    thread.join(limit)
    if thread.is_alive():
        raise ConfigurationError(f"without any fault it takes longer than {limit:.0f} s")
    if raised:
        raise raised[0]
    return returned[0]
