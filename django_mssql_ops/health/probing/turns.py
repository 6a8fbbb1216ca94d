"""Whose turn it is to log in, among the processes of one user on one machine.

An account's lock-out counts the rejected logins of all workers together, so all of them have to
know of each, and so has a worker that starts afterwards. They share a file for each set of
credentials, in a directory that nobody else can enter. Its name is a keyed hash, its content a
count, a time and what may be published of a failure anyway. Whoever holds its lock is logging in;
it is removed by a login that succeeds. Where files cannot be locked (Windows) or none can be made,
each process is on its own.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

try:
    _fcntl: Any = importlib.import_module("fcntl")
except ImportError:
    _fcntl = None

_OTHERS_MAY_ANYTHING: Final = stat.S_IRWXG | stat.S_IRWXO
#: Bytes that a file of ours may have.
_MOST: Final = 256
#: Seconds between two looks at who logs in.
_PAUSE: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The last rejected login: how many there were, and the wall-clock time of the next one."""

    times: int
    next_login: float
    number: int | None = None
    sqlstate: str | None = None


class Turn:
    """``is_ours``: no other process logs in meanwhile. ``note`` is what was noted before."""

    def __init__(self, *, note: Note | None = None, path: Path | None = None, file: int = -1):
        self.note = note
        self._path = path
        self._file = file

    @property
    def is_ours(self) -> bool:
        return self._path is not None

    def write(self, note: Note) -> None:
        if self.is_ours:
            said = json.dumps([note.times, note.next_login, note.number, note.sqlstate])
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, 0)
                os.pwrite(self._file, said.encode("ascii"), 0)

    def remove(self) -> None:
        """Those who wait for this turn see that it ended well."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()


@contextmanager
def turn(name: str, *, patience: float, gives_up: Callable[[], bool]) -> Iterator[Turn]:
    """Ours, or not ours because another process has it, or there is no sharing here.

    With nothing noted, another one's turn is waited for: for ``patience`` seconds, or until
    ``gives_up``. Once that ended well, nobody needs a turn.
    """
    file = -1
    try:
        file, path = _opened(name)
        found = _taken(file, path, patience, gives_up)
    except OSError:
        found = Turn()
    try:
        yield found
    finally:
        if file >= 0:
            with contextlib.suppress(OSError):
                # A child that was forked meanwhile has the descriptor as well.
                _fcntl.flock(file, _fcntl.LOCK_UN)
            os.close(file)


def is_there(name: str) -> bool:
    """Somebody logs in or has noted something; one look at the file's name."""
    try:
        return _fcntl is not None and (place_of_turns() / name).exists()
    except OSError:
        return False


def place_of_turns() -> Path:
    """The directory of this user's processes."""
    return Path(tempfile.gettempdir()) / f"django-mssql-ops-{os.geteuid()}"


def _opened(name: str) -> tuple[int, Path]:
    """Raises OSError, also where the directory is not ours alone."""
    if _fcntl is None:
        raise OSError("files cannot be locked here")
    directory = place_of_turns()
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    place = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        status = os.fstat(place)
        if status.st_uid != os.geteuid() or status.st_mode & _OTHERS_MAY_ANYTHING:
            raise PermissionError("the directory is not ours alone")
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        return os.open(name, flags, 0o600, dir_fd=place), directory / name
    finally:
        os.close(place)


def _taken(file: int, path: Path, patience: float, gives_up: Callable[[], bool]) -> Turn:
    ends_at = time.monotonic() + patience
    while not _locks(file):
        note = _read(file)
        if note is not None or time.monotonic() >= ends_at or gives_up():
            return Turn(note=note)
        time.sleep(_PAUSE)
    if os.fstat(file).st_nlink == 0:
        # That login succeeded: all who waited for it go at once.
        _fcntl.flock(file, _fcntl.LOCK_UN)
        return Turn()
    return Turn(note=_read(file), path=path, file=file)


def _locks(file: int) -> bool:
    try:
        _fcntl.flock(file, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: int) -> Note | None:
    """None where nothing is noted, or nothing that we wrote."""
    try:
        times, next_login, number, sqlstate = json.loads(os.pread(file, _MOST, 0))
        return Note(
            times=min(max(1, int(times)), 1000),
            next_login=_finite(next_login),
            number=None if number is None else int(number),
            sqlstate=sqlstate if isinstance(sqlstate, str) and sqlstate.isalnum() else None,
        )
    except (TypeError, ValueError, OverflowError):
        return None


def _finite(value: object) -> float:
    """Raises TypeError and ValueError."""
    if isinstance(value, (int, float)) and math.isfinite(value):
        return float(value)
    raise ValueError("no time")
