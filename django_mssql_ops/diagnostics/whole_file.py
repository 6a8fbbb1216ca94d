"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step, by way of a file beside it.

    A link stays a link, and the file that was there keeps its permissions. A device, a pipe and
    what /dev or /proc lead to (/dev/stdout may be a log file) are added to as they are. Raises
    OSError, or ValueError for a path with a NUL; then nothing has changed.
    """
    target = Path(os.path.realpath(path))
    if path.is_absolute() and path.parts[1:2] in (("dev",), ("proc",)):
        _add(path, content)
        return
    if target.exists() and not target.is_file() and not target.is_dir():
        _add(target, content)
        return
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _add(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def reason_of(problem: OSError | ValueError) -> str:
    """What the system says, without the path, which whoever reports it names in its own way."""
    return getattr(problem, "strerror", None) or str(problem)
