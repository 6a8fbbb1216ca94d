"""This process's sockets, which show what a pool keeps open and does not tell.

That the socket tells what ``@@SPID`` tells was measured with both drivers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: Where Linux lists what this process has open.
_OPEN_FILES: Final = Path("/proc/self/fd")


def open_sockets() -> frozenset[str] | None:
    """This process's sockets, by what Linux calls them; None where that cannot be seen."""
    try:
        files = list(_OPEN_FILES.iterdir())
    except OSError:
        return None
    return frozenset(name for name in map(_target, files) if name.startswith("socket:"))


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        # Closed since it was listed; the listing's own descriptor always is.
        return ""


class SocketWatch:
    """The sockets that one login opens, and whether they outlive its connection.

    Make it before the login, call :meth:`logged_in` after it and :meth:`outlived` after the
    connection was closed.
    """

    def __init__(self) -> None:
        self._before = open_sockets()
        self._opened: frozenset[str] | None = None

    def logged_in(self) -> None:
        """The login is done."""
        now = open_sockets()
        if self._before is not None and now is not None:
            self._opened = now - self._before

    def outlived(self) -> bool | None:
        """Whether a socket of the login is still open; None when none could be watched.

        A login that opened none was given a pooled connection, if there was one to be given.
        """
        now = open_sockets()
        if self._opened is None or now is None:
            return None
        if not self._opened:
            return True if self._before else None
        return not self._opened.isdisjoint(now)
