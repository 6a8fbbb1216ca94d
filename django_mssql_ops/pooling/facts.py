"""What is known about how connections of one alias are kept, and the words for it. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Layer(enum.Enum):
    """Whose pool is, or would be, under Django."""

    UNIXODBC = "unixODBC"
    WINDOWS = "the ODBC driver manager of Windows"
    MSSQL_PYTHON = "mssql-python"
    UNKNOWN = "a driver"


class ServedBy(enum.Enum):
    """What was seen to call Django in this process."""

    NOTHING_YET = "nothing yet"
    WSGI = "WSGI"
    ASGI = "ASGI"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """Whether a pool under Django is switched on, and by what.

    ``enabled`` is None when it cannot be told. ``ignored`` is what was meant to switch it off and
    does not. ``max_size`` and ``idle_seconds`` are the pool's, where it says. ``where`` and
    ``ignored`` quote a file or a setting; ``layer`` is a word.
    """

    enabled: bool | None
    where: str
    ignored: str = ""
    max_size: int | None = None
    idle_seconds: int | None = None
    layer: Layer = Layer.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """How connections of one alias are kept: by Django per thread, and by a pool under it.

    ``conn_max_age`` is seconds, None for ever. ``served_by`` is what was seen in this process;
    ``means_asgi`` says that the project's settings name an ASGI application. ``uses_token`` says
    that logins are made with an access token.
    """

    conn_max_age: float | None
    conn_health_checks: bool
    pool: PoolSettings
    served_by: ServedBy = ServedBy.NOTHING_YET
    means_asgi: bool = False
    uses_token: bool = False

    @property
    def django_keeps(self) -> bool:
        """Whether Django keeps a thread's connection when a request ends."""
        return self.conn_max_age is None or self.conn_max_age > 0


def pool_size(max_size: int | None, idle_seconds: int | None) -> str:
    """``", at most 100, idle for 600 s"``; "" where the pool does not say."""
    size = "" if max_size is None else f", at most {max_size}"
    return size if idle_seconds is None else f"{size}, idle for {idle_seconds} s"


def what_django_does(conn_max_age: float | None) -> str:
    """What becomes of a thread's connection when its request ends."""
    if conn_max_age is None:
        return "Django keeps each thread's connection without end"
    if conn_max_age <= 0:
        return "Django closes its connection after every request"
    return f"Django keeps each thread's connection for {conn_max_age:g} s"
