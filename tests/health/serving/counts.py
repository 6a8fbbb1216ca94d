"""What processes have open, as Linux's /proc tells it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PARENT: Final = re.compile(r"\) \S (\d+) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of one process: its threads, its sockets that lead to a server, and its memory.

    A socket has a name of its own, the same in a process that has inherited it.
    """

    threads: int
    sockets: frozenset[str]
    megabytes: float


def counts(pid: int, port: int) -> Counts:
    """How it is now; ``sockets`` are those to this port of a server, open or being opened."""
    proc = _PROC / str(pid)
    status = (proc / "status").read_text(encoding="ascii")
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident is not None
    return Counts(
        threads=len(list((proc / "task").iterdir())),
        sockets=frozenset(_sockets_of(proc) & _sockets_to(proc, port)),
        megabytes=int(resident[1]) / 1024,
    )


def children(pid: int) -> list[int]:
    """The processes it has started that still run, except for helpers of multiprocessing."""
    return sorted(
        int(proc.name)
        for proc in _PROC.iterdir()
        if proc.name.isdigit() and _parent(proc) == pid and not _is_helper(proc)
    )


def open_sockets() -> set[str]:
    """The sockets of this process, each by a name of its own."""
    return _sockets_of(_PROC / "self")


def _sockets_of(proc: Path) -> set[str]:
    return {target for target in _descriptors(proc) if target.startswith("socket:")}


def _descriptors(proc: Path) -> Iterator[str]:
    for link in (proc / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield str(os.readlink(link))


def _sockets_to(proc: Path, port: int) -> set[str]:
    """Those whose other end is this port; the columns are those of proc_pid_net(5)."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in (proc / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
            columns = line.split()
            if int(columns[2].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{columns[9]}]")
    return found


def _parent(proc: Path) -> int:
    with suppress(OSError):
        found = _PARENT.search((proc / "stat").read_text(encoding="utf-8", errors="replace"))
        if found:
            return int(found[1])
    return 0


def _is_helper(proc: Path) -> bool:
    with suppress(OSError):
        return b"resource_tracker" in (proc / "cmdline").read_bytes()
    return True
