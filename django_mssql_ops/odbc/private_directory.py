"""A directory that only this user can change, for a file that decides which code is loaded.

A ``Driver=`` line names a library that the driver manager loads: whoever can write it can run code
as this user. So the file lies in a directory of mode 0700, of this user's, no link, below
directories that nobody else can rename or replace; a place that is not like that is passed over.
The directory is named after its content: processes with different drivers do not meet, processes
with the same one agree, and what is there is compared byte for byte before it is used.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

logger = logging.getLogger("django_mssql_ops.odbc")

DIRECTORY_NAME = "django-mssql-ops"
#: 128 bits of SHA-256: enough that two contents never share a name.
_DIGEST_CHARACTERS = 32
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS_MAY_ANYTHING = stat.S_IRWXG | stat.S_IRWXO


class UnsafePlace(Exception):
    """A directory that someone else could change, or that cannot be written."""


def store(files: Mapping[str, bytes], links: Mapping[str, str], environ: Mapping[str, str]) -> Path:
    """Put ``files`` (name -> content) and ``links`` (name -> target) into a private directory.

    Tried in order: ``XDG_CACHE_HOME`` or ``~/.cache``, ``XDG_RUNTIME_DIR``, and at last a new
    directory with a random name in the temporary directory, removed when this process ends.
    Raises UnsafePlace when none of them can be used.
    """
    name = f"odbc-{_digest(files, links)}"
    for base in _bases(environ):
        try:
            return _store_below(base, name, files, links)
        except (UnsafePlace, OSError) as problem:
            logger.warning("%s is not used for the ODBC configuration: %s", base, problem)
    return _store_for_this_process(files, links)


def _bases(environ: Mapping[str, str]) -> Iterator[Path]:
    """The user's cache and runtime directories; relative ones do not count (XDG)."""
    home = environ.get("HOME", "")
    cache = environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(home, ".cache")
    for path in (cache, environ.get("XDG_RUNTIME_DIR", "")):
        if os.path.isabs(path):
            yield Path(path)


def _store_below(
    base: Path, name: str, files: Mapping[str, bytes], links: Mapping[str, str]
) -> Path:
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    parent = base.resolve(strict=True) / DIRECTORY_NAME
    _make_private(parent)
    require_safe_ancestors(parent)
    target = parent / name
    if not target.exists() or not _is_intact(target, files, links):
        _write_aside_and_rename(target, files, links)
    if not _is_intact(target, files, links):
        raise UnsafePlace(f"{target} does not hold what was written there")
    return target


def _store_for_this_process(files: Mapping[str, bytes], links: Mapping[str, str]) -> Path:
    try:
        directory = Path(tempfile.mkdtemp(prefix=f"{DIRECTORY_NAME}-"))
        atexit.register(_remove_if_mine, directory, os.getpid())
        require_safe_ancestors(directory)
        _write(directory, files, links)
    except OSError as problem:
        raise UnsafePlace(f"no private directory could be made: {problem}") from problem
    return directory


def _remove_if_mine(directory: Path, process: int) -> None:
    """A forked child runs the same exit functions; only the process that made it removes it."""
    if os.getpid() == process:
        shutil.rmtree(directory, ignore_errors=True)


def _make_private(directory: Path) -> None:
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    require_private(directory)


def require_private(directory: Path) -> None:
    """Raise UnsafePlace unless ``directory`` is no link, is ours and is closed to others."""
    status = os.lstat(directory)
    if not stat.S_ISDIR(status.st_mode):
        raise UnsafePlace(f"{directory} is not a directory")
    if status.st_uid != os.geteuid():
        raise UnsafePlace(f"{directory} belongs to user {status.st_uid}, not to {os.geteuid()}")
    if status.st_mode & _OTHERS_MAY_ANYTHING:
        raise UnsafePlace(
            f"{directory} is open to other users (mode {stat.S_IMODE(status.st_mode):04o})"
        )


def require_safe_ancestors(directory: Path) -> None:
    """Raise UnsafePlace when someone else could rename or replace a directory on the way.

    Each must belong to root or to this user, and be writable by its owner only, unless it is
    sticky as /tmp is (then only an entry's owner may rename it).
    """
    for ancestor in directory.resolve(strict=True).parents:
        status = os.stat(ancestor)
        if status.st_uid not in (0, os.geteuid()):
            raise UnsafePlace(f"{ancestor} belongs to user {status.st_uid}")
        if status.st_mode & _OTHERS_MAY_WRITE and not status.st_mode & stat.S_ISVTX:
            raise UnsafePlace(
                f"{ancestor} is writable by others (mode {stat.S_IMODE(status.st_mode):04o})"
            )


def _is_intact(directory: Path, files: Mapping[str, bytes], links: Mapping[str, str]) -> bool:
    """Whether ``directory`` holds exactly what it should. Raises UnsafePlace when it is unsafe."""
    require_private(directory)
    return all(_holds(directory / name, content) for name, content in files.items()) and all(
        _points_to(directory / name, target) for name, target in links.items()
    )


def _holds(path: Path, content: bytes) -> bool:
    try:
        status = os.lstat(path)
        return (
            stat.S_ISREG(status.st_mode)
            and status.st_uid == os.geteuid()
            and not status.st_mode & _OTHERS_MAY_WRITE
            and status.st_size == len(content)
            and path.read_bytes() == content
        )
    except OSError:
        return False


def _points_to(path: Path, target: str) -> bool:
    try:
        return os.readlink(path) == target
    except OSError:
        return False


def _write_aside_and_rename(
    target: Path, files: Mapping[str, bytes], links: Mapping[str, str]
) -> None:
    """Make the whole directory beside ``target``, then give it its name: all or nothing.

    When another process was first, its directory stays: the name is its content. Entries of a
    directory that is there but not intact are replaced one by one, each at once.
    """
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        _write(aside, files, links)
        try:
            aside.rename(target)
        except OSError:
            for name in (*files, *links):
                os.replace(aside / name, target / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(directory: Path, files: Mapping[str, bytes], links: Mapping[str, str]) -> None:
    for name, content in files.items():
        descriptor = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for name, link in links.items():
        os.symlink(link, directory / name)


def _digest(files: Mapping[str, bytes], links: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted([*files.items(), *((n, os.fsencode(t)) for n, t in links.items())]):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGEST_CHARACTERS]
