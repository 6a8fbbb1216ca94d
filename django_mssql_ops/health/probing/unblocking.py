"""Free a thread of this process that waits for a server for ever, by ending its TCP connection.

Neither driver's login time-out covers the TLS handshake: a peer that goes silent there is waited
for without end, whatever SQL_ATTR_LOGIN_TIMEOUT and SQL_ATTR_CONNECTION_TIMEOUT say, and one that
stalls inside a token for 122 s (measured with msodbcsql 18.6.2 on Linux through both drivers).
Linux says which call a thread is in, and with which arguments (proc(5), ``/proc/pid/syscall``); the
drivers were seen in recv and in poll of one descriptor. Elsewhere, and where a process may not read
that, nothing is done.
"""

from __future__ import annotations

import os
import platform
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TASKS: Final = Path("/proc/self/task")
_MEMORY: Final = Path("/proc/self/mem")


@dataclass(frozen=True, slots=True)
class _Calls:
    """Numbers of Linux's calls: those whose first argument is a descriptor, or a list of them."""

    of_one: frozenset[int]
    of_list: frozenset[int]


#: read and recvfrom, poll and ppoll (Linux, arch/x86/entry/syscalls and asm-generic/unistd.h).
_CALLS: Final = {
    "x86_64": _Calls(frozenset({0, 45}), frozenset({7, 271})),
    "aarch64": _Calls(frozenset({63, 207}), frozenset({73})),
}


@dataclass(frozen=True, slots=True)
class _Wait:
    """``call`` tells it from the next one: with its arguments, its stack and its place in code."""

    call: str
    descriptor: int


def end_wait_of(native_id: int) -> bool:
    """End the TCP connection that this thread waits for; False when it waits for none.

    Its call then fails as if the server had left.
    """
    wait = _wait_of(native_id)
    copy = None if wait is None else _socket(wait.descriptor)
    if copy is None:
        return False
    with copy:
        # The number may have become another file's before it was copied; the copy's cannot.
        if not _is_tcp(copy) or _wait_of(native_id) != wait:
            return False
        try:
            copy.shutdown(socket.SHUT_RDWR)
        except OSError:
            # It ended meanwhile.
            return False
    return True


def _socket(descriptor: int) -> socket.socket | None:
    try:
        copy = os.dup(descriptor)
    except OSError:
        return None
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        return None


def _is_tcp(waited_for: socket.socket) -> bool:
    is_internet = waited_for.family in (socket.AF_INET, socket.AF_INET6)
    return is_internet and waited_for.type == socket.SOCK_STREAM


def _wait_of(native_id: int) -> _Wait | None:
    calls = _CALLS.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None:
        return None
    try:
        call = (_TASKS / str(native_id) / "syscall").read_text(encoding="ascii")
        descriptor = _descriptor(call.split(), calls)
    except (OSError, ValueError, struct.error):
        return None
    return None if descriptor is None else _Wait(call, descriptor)


def _descriptor(fields: list[str], calls: _Calls) -> int | None:
    """Raises ValueError for a thread that runs, and OSError for memory that is gone."""
    number, first, second = (int(field, 0) for field in fields[:3])
    if number in calls.of_one:
        return first
    if number not in calls.of_list or second != 1:
        return None
    with _MEMORY.open("rb", buffering=0) as memory:
        memory.seek(first)
        # struct pollfd begins with the descriptor.
        return int(struct.unpack("=i", memory.read(4))[0])
