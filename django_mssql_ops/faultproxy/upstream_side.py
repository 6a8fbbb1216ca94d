"""The proxy as the server sees it before the login: TCP, PRELOGIN, and TLS as the project wants it.

What the driver and the proxy agreed on has no part in it: a driver that speaks in the clear to the
proxy gets a server that is spoken to as the project's settings say, or none.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django_mssql_ops.exceptions import ProtocolError
from django_mssql_ops.faultproxy.ends import End, Ended
from django_mssql_ops.faultproxy.upstream import Upstream
from django_mssql_ops.faultproxy.waiting import wait_writable
from django_mssql_ops.odbc.host_names import matches
from django_mssql_ops.odbc.trust_store import driver_trust_store
from django_mssql_ops.tds import (
    ALPN_TDS8,
    Encryption,
    MessageReader,
    PacketType,
    Prelogin,
    SessionEncryption,
    negotiate,
    packetize,
)
from django_mssql_ops.tds.limits import MAX_PRELOGIN_SIZE

WHO: Final = "the server"
#: Seconds between two looks whether the proxy stops, while a connection is made.
_TICK: Final = 0.1
#: What the settings' words offer in PRELOGIN; in TDS 8 it means nothing any more.
_OFFERS: Final = {"no": Encryption.OFF, "yes": Encryption.ON, "strict": Encryption.ON}


class Unreachable(Ended):
    """No connection to the server; the driver is to see what it would see without the proxy."""


def connect(host: str, port: int, seconds: float, stops: Callable[[], bool]) -> End:
    """A TCP connection to any address of ``host``. Raises Unreachable."""
    deadline = time.monotonic() + seconds
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"the server's name is not resolved: {_words(error)}") from error
    problem = "the server's name has no address"
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            _connect(sock, address, deadline, stops)
        except OSError as error:
            sock.close()
            problem = f"the server cannot be reached: {_words(error)}"
        else:
            return End(sock, WHO)
    raise Unreachable(problem)


def _connect(sock: socket.socket, address: Any, deadline: float, stops: Callable[[], bool]) -> None:
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        while not wait_writable(sock, _TICK):
            if stops() or time.monotonic() > deadline:
                raise TimeoutError("no answer in time") from None
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


class Greeting:
    """PRELOGIN and TLS with a server; ``encryption`` is what they came to.

    ``names``: besides HostnameInCertificate, those a certificate may have.
    """

    def __init__(self, end: End, upstream: Upstream, names: Sequence[str]) -> None:
        self._end = end
        self._upstream = upstream
        self._names = names
        self._strict = upstream.encrypt == "strict"
        self.encryption = SessionEncryption.FULL

    def exchange(self, drivers: Prelogin) -> Prelogin:
        """Say what the driver said, but for encryption, and give the answer. Raises Ended."""
        if self._strict:
            self._start_tls()
        offer = _OFFERS[self._upstream.encrypt]
        # A certificate of the driver's own would have to travel through this side.
        said = replace(drivers, encryption=offer, client_certificate=False, mars=False)
        self._end.send(packetize(PacketType.PRELOGIN, said.encode()))
        reader = MessageReader(MAX_PRELOGIN_SIZE)
        message = self._end.read_message(reader, self._upstream.seconds)
        self._end.give_back(reader.take_trailing())
        try:
            answer = Prelogin.decode(message.payload)
        except ProtocolError as error:
            raise Ended("the server's answer to PRELOGIN makes no sense") from error
        if not self._strict:
            self._agree(offer, answer)
        return answer

    def _agree(self, offer: Encryption, answer: Prelogin) -> None:
        theirs = Encryption.NOT_SUP if answer.encryption is None else answer.encryption
        self.encryption = negotiate(offer, theirs)
        if self.encryption is SessionEncryption.REFUSED:
            raise Ended("the server does not encrypt, and the settings want it to")
        if self.encryption is not SessionEncryption.NONE:
            self._start_tls()

    def _start_tls(self) -> None:
        context = self._context()
        try:
            self._end.start_tls(
                context,
                self._upstream.seconds,
                server_hostname=self._names[0],
                wrapped=not self._strict,
            )
        except ProtocolError as error:
            raise Ended("the server's TLS handshake is not MS-TDS") from error
        self._check_certificate(verified=context.verify_mode is ssl.CERT_REQUIRED)

    @property
    def _verifies(self) -> bool:
        upstream = self._upstream
        if self._strict:
            return not upstream.server_certificate
        if upstream.trust or self.encryption is SessionEncryption.LOGIN_ONLY:
            return False
        return upstream.encrypt == "yes" or upstream.verify_forced

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Names are compared as the driver compares them, once the chain is verified.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if self._strict:
            context.set_alpn_protocols([ALPN_TDS8])
        if self._verifies:
            context.verify_mode = ssl.CERT_REQUIRED
            driver_trust_store().load_into(context)
        return context

    def _check_certificate(self, *, verified: bool) -> None:
        tunnel = self._end.wire.tunnel
        if tunnel is None:
            return
        if self._strict and self._upstream.server_certificate:
            if _certificate_in(self._upstream.server_certificate) != tunnel.peer_certificate_der:
                raise Ended("the server's certificate is not the one of ServerCertificate")
        elif verified:
            accepted = (*self._names, self._upstream.hostname_in_certificate)
            if not matches(tunnel.peer_certificate, filter(None, accepted)):
                raise Ended("the server's certificate is made out to another name")


def _certificate_in(path: str) -> bytes:
    """The certificate in a file, PEM or DER, as DER. Raises Ended."""
    try:
        content = Path(path).read_bytes()
        if b"-----BEGIN CERTIFICATE-----" in content:
            return ssl.PEM_cert_to_DER_cert(content.decode("ascii"))
    except (OSError, ValueError) as error:
        raise Ended("the file of ServerCertificate cannot be read") from error
    return content


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
