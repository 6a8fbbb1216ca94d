"""SERVER as the Microsoft driver reads it: ``[protocol:]host[\\instance][,port]``.

Measured with msodbcsql 18.6.2.1 on Linux, one listener per form:

- an empty server, ``.`` and ``(local)`` mean this machine; ``,1444`` alone reaches nothing;
- of several ports the first counts: ``host,1444,1433`` goes to 1444; blanks around it are fine;
- an instance name is asked for (SQL Server Browser, UDP 1434) only when there is no port;
- ``admin:`` goes to port 1434; ``np:`` and ``lpc:`` open no TCP connection;
- ``::1`` works, ``[::1]`` and ``host:port`` reach nothing;
- a port that is not 1 to 65535 reaches nothing, or another port than the one written.
"""

from __future__ import annotations

import re
from typing import Final

from django_mssql_ops.configuration.connection_settings import Target
from django_mssql_ops.configuration.redaction import HIDDEN, redact

DEFAULT_PORT: Final = 1433
#: The dedicated administrator connection of a default instance listens here.
ADMIN_PORT: Final = 1434
MAX_PORT: Final = 65535
#: What the driver connects to for "this machine"; the spellings themselves do not resolve.
LOCAL_HOST: Final = "localhost"

_LOCAL_SPELLINGS: Final = frozenset({"", ".", "(local)", "*"})
_PROTOCOL: Final = re.compile(r"\s*(tcp|np|lpc|admin):", re.IGNORECASE)
_COLON_PORT: Final = re.compile(r"[^:]+:\d+")


class TargetProblem(ValueError):
    """The text points nowhere; the message is one sentence."""


def read_server(server: str) -> Target:
    """The target of a SERVER value; raises :class:`TargetProblem` when it points nowhere."""
    quoted = redact(server)
    if quoted != server or HIDDEN in quoted:
        raise TargetProblem(f"{quoted!r} holds more than a server")
    protocol, rest = _split_protocol(server)
    if protocol in ("np", "lpc"):
        raise TargetProblem(
            f"{server!r} asks for {protocol}, which uses no TCP port "
            f"and exists on Windows only; use 'tcp:' or no prefix"
        )
    address, *ports = rest.split(",")
    host, _, instance = (part.strip() for part in address.partition("\\"))
    if not host and ports:
        raise TargetProblem(f"{server!r} has a port but no host, and reaches nothing")
    port = read_port(ports[0]) if ports else _unnamed_port(protocol, instance)
    return Target(host=_host(host), port=port, instance=instance, protocol=protocol)


def _unnamed_port(protocol: str, instance: str) -> int | None:
    if instance:
        return None
    return ADMIN_PORT if protocol == "admin" else DEFAULT_PORT


def read_port(text: str) -> int:
    """``text`` as a TCP port; raises :class:`TargetProblem` when it is none."""
    digits = text.strip().lstrip("0")
    if digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) <= MAX_PORT:
        return int(digits)
    raise TargetProblem(f"{text!r} is not a port; give a whole number from 1 to 65535")


def ports_in(server: str) -> list[str]:
    """What stands behind the commas of a SERVER value; the driver takes the first."""
    return _split_protocol(server)[1].split(",")[1:]


def has_colon_port(server: str) -> bool:
    """True for ``db:1444``, which is a URL's way to write a port; an IPv6 address is none."""
    address = _split_protocol(server)[1].split(",")[0]
    return _COLON_PORT.fullmatch(address.partition("\\")[0].strip()) is not None


def _split_protocol(server: str) -> tuple[str, str]:
    match = _PROTOCOL.match(server)
    if match is None:
        return "tcp", server
    return match.group(1).lower(), server[match.end() :]


def _host(text: str) -> str:
    if text.lower() in _LOCAL_SPELLINGS:
        return LOCAL_HOST
    if text.startswith("["):
        raise TargetProblem(f"{text!r} is in brackets; write the IPv6 address without them")
    if _COLON_PORT.fullmatch(text):
        raise TargetProblem(f"{text!r} has a colon before the port; write 'host,port'")
    return text
