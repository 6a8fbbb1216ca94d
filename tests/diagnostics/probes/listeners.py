"""Loopback peers that misbehave in one way each; port 0, one thread, gone at the end of the block.

Every listener is a context manager that yields where it listens. Its thread ends when the block
does, and whatever went wrong in it is raised there, so that a broken listener fails its test.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

LOOPBACK: Final = "127.0.0.1"
#: Seconds after which a listener that waits for its client gives up.
PATIENCE: Final = 10.0
#: SO_LINGER with a time of zero: closing sends RST instead of FIN.
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)

Serve = Callable[[socket.socket], None]


class Place(NamedTuple):
    address: str
    port: int


def closed_port(
    kind: socket.SocketKind = socket.SOCK_STREAM,
) -> contextlib.AbstractContextManager[Place]:
    """A port that nobody listens on while the block lasts: it is bound and not listening."""
    return _bound(kind)


@contextlib.contextmanager
def _bound(kind: socket.SocketKind) -> Iterator[Place]:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((LOOPBACK, 0))
        if kind is socket.SOCK_DGRAM:
            # A bound datagram socket would take the question in; a closed one refuses it.
            port = holder.getsockname()[1]
            holder.close()
            yield Place(LOOPBACK, port)
        else:
            yield Place(LOOPBACK, holder.getsockname()[1])


@contextlib.contextmanager
def listening(serve: Serve) -> Iterator[Place]:
    """A listener that calls ``serve`` with each client, one after the other, then closes it."""
    failures: list[BaseException] = []
    with socket.create_server((LOOPBACK, 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, serve, failures), daemon=True)
        thread.start()
        try:
            yield Place(*listener.getsockname()[:2])
        finally:
            # Wakes a thread that waits in accept(); closing alone would not.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)
    assert not thread.is_alive(), "the listener did not end"
    if failures:
        raise failures[0]


def _accept(listener: socket.socket, serve: Serve, failures: list[BaseException]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        client.settimeout(PATIENCE)
        with client:
            try:
                serve(client)
            except BaseException as error:
                failures.append(error)


def silent() -> contextlib.AbstractContextManager[Place]:
    """Accepts, reads and never says a word; ends when the client does."""
    return listening(_drain)


def resetting() -> contextlib.AbstractContextManager[Place]:
    """Reads the first question and answers with RST."""

    def serve(client: socket.socket) -> None:
        client.recv(65_536)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

    return listening(serve)


def closing() -> contextlib.AbstractContextManager[Place]:
    """Reads the first question and hangs up with FIN."""

    def serve(client: socket.socket) -> None:
        client.recv(65_536)
        client.shutdown(socket.SHUT_WR)
        _drain(client)

    return listening(serve)


def answering(*pieces: bytes, then_close: bool = False) -> contextlib.AbstractContextManager[Place]:
    """Reads the first question, sends ``pieces`` and then waits for the client, or hangs up."""

    def serve(client: socket.socket) -> None:
        client.recv(65_536)
        for piece in pieces:
            client.sendall(piece)
        if then_close:
            client.shutdown(socket.SHUT_WR)
        _drain(client)

    return listening(serve)


def speaking_http() -> contextlib.AbstractContextManager[Place]:
    """A web server on the wrong port."""
    return answering(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", then_close=True)


def _drain(client: socket.socket) -> None:
    """Read until the client ends the connection, by FIN or by RST."""
    with contextlib.suppress(ConnectionResetError):
        while client.recv(65_536):
            pass


@contextlib.contextmanager
def datagrams(answer: bytes | None) -> Iterator[tuple[Place, list[bytes]]]:
    """A UDP peer that answers every datagram with ``answer``, or keeps silent for None.

    Yields where it is and the list of questions it got.
    """
    questions: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((LOOPBACK, 0))
        place = Place(*peer.getsockname())
        thread = threading.Thread(target=_answer, args=(peer, answer, questions), daemon=True)
        thread.start()
        try:
            yield place, questions
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(_END, place)
            thread.join(PATIENCE)
    assert not thread.is_alive(), "the datagram peer did not end"


_END: Final = b"end of test"


def _answer(peer: socket.socket, answer: bytes | None, questions: list[bytes]) -> None:
    while True:
        question, client = peer.recvfrom(65_536)
        if question == _END:
            return
        questions.append(question)
        if answer is not None:
            peer.sendto(answer, client)
