"""The stand-in as a whole: a listener, a thread for each connection, and an end to all of them."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from django_mssql_ops.tds import Encryption
from tests.standin.certificates import (
    Authority,
    CertificateKind,
    server_contexts,
    shared_authority,
)
from tests.standin.connection import Connection
from tests.standin.counters import ConnectionRecord, Counters
from tests.standin.encryption import EncryptionPolicy
from tests.standin.engine import Engine
from tests.standin.logins import Accounts
from tests.standin.outage import Outage
from tests.standin.profiles import SQLSERVER2022, Profile
from tests.standin.script import Script
from tests.standin.sessions import SessionNumbers, Sessions
from tests.standin.sql_engine import SqlEngine

#: Connections served at once; the next one is closed as soon as it is accepted.
MAX_CONNECTIONS: Final = 64
#: Seconds a client may stay silent before its connection ends; a pooled connection is silent
#: between requests, for longer than the 60 s of the sample project's CONN_MAX_AGE.
IDLE_SECONDS: Final = 600.0
#: Seconds :meth:`StandIn.stop` waits for a thread; all of them end at once when asked.
JOIN_SECONDS: Final = 10.0
#: Connections the kernel holds that were not accepted yet.
BACKLOG: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a stand-in is told before it starts.

    ``encryption`` overrides the profile's policy; ``encryption_answer`` overrides even what the
    policy would answer, for a server that breaks the rules. ``port`` 0 takes a free one.
    ``directory`` keeps the databases; without one they are gone when the stand-in stops.
    """

    profile: Profile = SQLSERVER2022
    accounts: Accounts = field(default_factory=Accounts)
    certificate: CertificateKind = CertificateKind.VALID
    encryption: EncryptionPolicy | None = None
    encryption_answer: Encryption | None = None
    host: str = "127.0.0.1"
    port: int = 0
    idle_seconds: float = IDLE_SECONDS
    max_connections: int = MAX_CONNECTIONS
    directory: Path | None = None

    @property
    def policy(self) -> EncryptionPolicy:
        """The encryption policy in force."""
        return self.encryption or self.profile.encryption


class StandIn:
    """A server on loopback that speaks TDS; a context manager.

    ::

        with StandIn(Configuration(certificate=CertificateKind.EXPIRED)) as standin:
            connect("127.0.0.1", standin.port)
            assert standin.counters.logins == …

    ``script`` and ``counters`` may be used while it serves. ``engine`` answers the statements that
    are not scripted.
    """

    def __init__(
        self,
        configuration: Configuration | None = None,
        *,
        engine: Engine | None = None,
        authority: Authority | None = None,
    ) -> None:
        self.configuration = configuration or Configuration()
        self.authority = authority or shared_authority()
        self.engine: Engine = engine or SqlEngine(self.configuration.directory)
        self.script = Script()
        self.counters = Counters()
        self.stopping = threading.Event()
        self.port = 0
        self.contexts = server_contexts(
            self.authority.issue(self.configuration.certificate), self.configuration.certificate
        )
        self._listener: socket.socket | None = None
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._threads: set[threading.Thread] = set()
        self._connections: set[Connection] = set()
        self._lock = threading.Lock()
        self.outage = Outage()
        self.sessions = Sessions()
        self.session_numbers = SessionNumbers()

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self.configuration.host

    @property
    def open_connections(self) -> int:
        """How many connections are being served."""
        with self._lock:
            return len(self._connections)

    def start(self) -> Self:
        """Listen and serve; returns once a client can connect. Raises OSError for a taken port."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.create_server(
            (self.host, self.configuration.port), family=family, backlog=BACKLOG
        )
        listener.setblocking(False)
        self.engine.start(self.configuration.accounts.databases)
        self.port = listener.getsockname()[1]
        self._listener, self._wake = listener, socket.socketpair()
        self.stopping.clear()
        self._start_thread(self._accept_all, f"stand-in :{self.port}")
        return self

    def stop(self) -> None:
        """End every connection and join every thread; raises RuntimeError when one will not end."""
        self.stopping.set()
        if self._wake is not None:
            with contextlib.suppress(OSError):
                self._wake[1].send(b"x")
        self._join_all(time.monotonic() + JOIN_SECONDS)
        self._close_listener()
        self.engine.stop()

    def fail_over(self, seconds: float, profile: Profile | None = None) -> None:
        """End every connection, and refuse logins with 40613 for so many seconds.

        Those who come afterwards may find another ``profile``: a secondary replica, for example.
        """
        self.outage.begin(seconds)
        if profile is not None:
            self.configuration = replace(self.configuration, profile=profile)
        self._abort_connections()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def wait_until_idle(self, seconds: float = JOIN_SECONDS) -> tuple[ConnectionRecord, ...]:
        """Wait until no connection is open and return all records; raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while self.open_connections:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.open_connections} connections still open")
            time.sleep(0.005)
        return self.counters.connections

    def _accept_all(self) -> None:
        assert self._listener is not None and self._wake is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake[0], selectors.EVENT_READ)
            while not self.stopping.is_set():
                selector.select()
                with contextlib.suppress(OSError):  # the client left before it was accepted
                    while not self.stopping.is_set():
                        self._take(self._listener.accept()[0])

    def _take(self, sock: socket.socket) -> None:
        if self.open_connections >= self.configuration.max_connections:
            self.counters.turn_away()
            sock.close()
            return
        self._reap_threads()
        connection = Connection(sock, self, self.session_numbers.take())
        with self._lock:
            self._connections.add(connection)
        self._start_thread(lambda: self._serve(connection), f"stand-in spid {connection.spid}")

    def _serve(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _start_thread(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        with self._lock:
            self._threads.add(thread)
            thread.start()

    def _reap_threads(self) -> None:
        with self._lock:
            ended = {thread for thread in self._threads if not thread.is_alive()}
            self._threads -= ended

    def _join_all(self, deadline: float) -> None:
        """Join until no thread is left: the accepting thread may still start one."""
        while True:
            self._abort_connections()
            with self._lock:
                thread = next(iter(self._threads), None)
            if thread is None:
                return
            thread.join(max(deadline - time.monotonic(), 0.0))
            if thread.is_alive():
                raise RuntimeError(f"{thread.name} did not end within {JOIN_SECONDS} s")
            with self._lock:
                self._threads.discard(thread)

    def _abort_connections(self) -> None:
        with self._lock:
            connections = tuple(self._connections)
        for connection in connections:
            connection.abort()

    def _close_listener(self) -> None:
        for sock in (self._listener, *(self._wake or ())):
            if sock is not None:
                sock.close()
        self._listener = self._wake = None
