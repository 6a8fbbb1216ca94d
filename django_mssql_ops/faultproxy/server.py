"""The proxy as a whole: a port on loopback, a thread for each connection, and an end to all."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import socket
import threading
import time
from collections.abc import Iterable
from typing import Final, Self

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.driver_side import driver_side
from django_mssql_ops.faultproxy.events import Event, Stats
from django_mssql_ops.faultproxy.link import Link
from django_mssql_ops.faultproxy.switchboard import TICK, Switchboard
from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.faultproxy.waiting import wait_readable

#: The proxy hands whatever it gets to a database: nobody but this machine may reach it.
HOST: Final = "127.0.0.1"
#: Connections at once; the next one is cut as soon as it is accepted. Each takes a thread.
MAX_CONNECTIONS: Final = 500
#: Connections the kernel holds that were not accepted yet.
BACKLOG: Final = 128
#: Seconds that :meth:`ProxyServer.stop` waits for the threads; all of them end at once when asked.
JOIN_SECONDS: Final = 10.0


class ProxyServer:
    """A proxy in threads of this process; a context manager.

    ::

        with ProxyServer(Upstream(host="db", port=1433, encrypt="yes")) as proxy:
            proxy.arm([injection(fault_named("reset"), point=Point.COMMIT)])
            connect("127.0.0.1", proxy.port)

    Threads of one process share Python's lock, and mssql-python keeps it while it fetches: with
    that driver a proxy has to be a :class:`.process.ProxyProcess`. ``tls``: drivers may encrypt.
    ``port`` 0 takes a free one. All methods may be called from any thread.
    """

    def __init__(
        self,
        upstream: Upstream,
        *,
        port: int = 0,
        tls: bool = False,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        """Raises ConfigurationError when TLS takes a library that is missing."""
        self.host = HOST
        self.port = port
        self._upstream = upstream
        self._side = driver_side(tls=tls)
        self._max_connections = max_connections
        self._board = Switchboard()
        self._board.refuse = self._refuse
        self._listener: socket.socket | None = None
        self._lock = threading.Lock()
        self._links: dict[Link, threading.Thread] = {}
        self._acceptor: threading.Thread | None = None
        self._numbers = itertools.count(1)
        self._turned_away = 0
        #: When to listen again, on the monotonic clock.
        self._refusing_until = 0.0

    @property
    def certificate(self) -> bytes:
        """What drivers have to trust, as PEM; empty without TLS."""
        return self._side.certificate

    # Life

    def start(self) -> Self:
        """Listen and serve; returns once a driver can connect. ConfigurationError: port taken."""
        self._listen()
        self._acceptor = threading.Thread(
            target=self._accept_all, name=f"fault proxy :{self.port}", daemon=True
        )
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """End every connection and every thread; RuntimeError when one does not end."""
        self._board.stop()
        deadline = time.monotonic() + JOIN_SECONDS
        if self._acceptor is not None:
            self._acceptor.join(JOIN_SECONDS)
        self._close_listener()
        for link, thread in self._served():
            link.abort()
            thread.join(max(deadline - time.monotonic(), 0.0))
            if thread.is_alive():
                raise RuntimeError(f"{thread.name} did not end within {JOIN_SECONDS:g} s")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *details: object) -> None:
        self.stop()

    # Control

    def arm(
        self, injections: Iterable[Injection] = (), *, seed: int = 0, alias: str | None = None
    ) -> None:
        """See :meth:`.Switchboard.arm`."""
        self._board.arm(injections, seed=seed, alias=alias)

    def disarm(self) -> None:
        """Let everything pass again; who is held stays held until :meth:`release`."""
        self._board.disarm()

    def release(self) -> None:
        """End every silence of a fault, by RST, and listen again where the port was closed."""
        self._refusing_until = 0.0
        self._board.release()

    def cut(self) -> None:
        """End every connection by RST."""
        self.release()
        for link, _ in self._served():
            link.cut()

    def events(self, since: int = 0) -> tuple[Event, ...]:
        """What happened after the event of this number."""
        return self._board.events.since(since)

    def stats(self) -> Stats:
        """Counts since the start, and of the faults armed last."""
        armed = self._board.armed
        return dataclasses.replace(
            self._board.events.counted(),
            open_connections=len(self._served()),
            turned_away=self._turned_away,
            fired=armed.fired,
            seen=armed.seen,
        )

    @property
    def open_connections(self) -> int:
        """How many drivers are connected."""
        return len(self._served())

    # Listening

    def _listen(self) -> None:
        try:
            listener = socket.create_server((self.host, self.port), backlog=BACKLOG)
        except OSError as error:
            raise ConfigurationError(
                f"the proxy cannot listen on port {self.port} of {self.host}: {error.strerror}"
            ) from None
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._listener = listener

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def _refuse(self, seconds: float | None) -> None:
        self._refusing_until = float("inf") if seconds is None else time.monotonic() + seconds

    def _accept_all(self) -> None:
        stopping = self._board.stopping
        while not stopping.is_set():
            if time.monotonic() < self._refusing_until:
                self._close_listener()
                stopping.wait(TICK)
            elif self._listener is None:
                with contextlib.suppress(ConfigurationError):
                    self._listen()
                stopping.wait(TICK)
            elif wait_readable(self._listener, TICK):
                with contextlib.suppress(OSError):  # the driver left before it was accepted
                    self._take(self._listener.accept()[0])

    def _take(self, sock: socket.socket) -> None:
        if len(self._served()) >= self._max_connections:
            self._turned_away += 1
            sock.close()
            return
        number = next(self._numbers)
        link = Link(sock, number, board=self._board, upstream=self._upstream, side=self._side)
        thread = threading.Thread(
            target=self._serve, args=(link,), name=f"fault proxy connection {number}", daemon=True
        )
        with self._lock:
            self._links[link] = thread
        thread.start()

    def _serve(self, link: Link) -> None:
        try:
            link.run()
        finally:
            with self._lock:
                self._links.pop(link, None)

    def _served(self) -> list[tuple[Link, threading.Thread]]:
        with self._lock:
            return list(self._links.items())
