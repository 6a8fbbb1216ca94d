"""One TCP connect to every address at once: refused, timed out and unreachable told apart.

All connects are started together and waited for with one selector, so that ten dead addresses
cost one time limit and not ten.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
from collections.abc import Sequence

from django_mssql_ops.diagnostics.deadline import Deadline, Stopwatch
from django_mssql_ops.diagnostics.facts import AddressFacts, Outcome, TcpFacts

_OUTCOMES = {
    0: Outcome.OK,
    errno.ECONNREFUSED: Outcome.REFUSED,
    errno.ETIMEDOUT: Outcome.TIMED_OUT,
    errno.EHOSTUNREACH: Outcome.UNREACHABLE,
    errno.ENETUNREACH: Outcome.UNREACHABLE,
    errno.EADDRNOTAVAIL: Outcome.UNREACHABLE,
    errno.EACCES: Outcome.UNREACHABLE,
    errno.EPERM: Outcome.UNREACHABLE,
    errno.ECONNRESET: Outcome.RESET,
}

#: What connect_ex answers while a non-blocking connect is under way.
_IN_PROGRESS = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})


def probe_tcp(addresses: Sequence[str], port: int, *, limit: float) -> TcpFacts:
    """Connect to each of ``addresses``; takes at most ``limit`` seconds for all of them."""
    deadline = Deadline(limit)
    watch = Stopwatch()
    results: dict[str, AddressFacts] = {}
    with selectors.DefaultSelector() as selector:
        for address in addresses:
            immediate = _start(selector, address, port)
            if immediate is not None:
                results[address] = _facts(address, port, immediate, watch.milliseconds)
        while selector.get_map() and deadline.remaining() > 0:
            for key, _ in selector.select(deadline.remaining()):
                code = _finish(selector, key.fileobj)
                results[key.data] = _facts(key.data, port, code, watch.milliseconds)
        for key in tuple(selector.get_map().values()):
            _close(selector, key.fileobj)
            results[key.data] = _timed_out(key.data, port, limit, watch.milliseconds)
    return TcpFacts(port=port, attempts=tuple(results[address] for address in addresses))


def _start(selector: selectors.BaseSelector, address: str, port: int) -> int | None:
    """Start one connect; the errno when it is already decided, else None."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        connection = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        return error.errno or errno.EAFNOSUPPORT
    connection.setblocking(False)
    try:
        code = connection.connect_ex((address, port))
    except OSError as error:
        code = error.errno or errno.EINVAL
    if code in _IN_PROGRESS:
        selector.register(connection, selectors.EVENT_WRITE, address)
        return None
    connection.close()
    return code


def _finish(selector: selectors.BaseSelector, file: object) -> int:
    assert isinstance(file, socket.socket)  # noqa: S101  only sockets are registered
    code = file.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    _close(selector, file)
    return code


def _close(selector: selectors.BaseSelector, file: object) -> None:
    assert isinstance(file, socket.socket)  # noqa: S101  only sockets are registered
    selector.unregister(file)
    file.close()


def _facts(address: str, port: int, code: int, milliseconds: float) -> AddressFacts:
    return AddressFacts(
        address=address,
        port=port,
        outcome=_OUTCOMES.get(code, Outcome.FAILED),
        milliseconds=milliseconds,
        error=os.strerror(code) if code else "",
    )


def _timed_out(address: str, port: int, limit: float, milliseconds: float) -> AddressFacts:
    return AddressFacts(
        address=address,
        port=port,
        outcome=Outcome.TIMED_OUT,
        milliseconds=milliseconds,
        error=f"no answer within {limit:g} s",
    )
