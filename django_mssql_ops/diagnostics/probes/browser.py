"""SQL Server Browser: which TCP port a named instance listens on.

MC-SQLR 2.2.3 CLNT_UCAST_INST: byte 0x04, the instance name in ASCII, a zero byte, to UDP port 1434.
MC-SQLR 2.2.5 SVR_RESP: byte 0x05, a little-endian u16 length, then ``key;value;`` pairs that end in
``;;``. The answer is bounded by that length and by what one datagram can carry.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence

from django_mssql_ops.diagnostics.deadline import Deadline, Stopwatch
from django_mssql_ops.diagnostics.facts import BrowserFacts, Outcome

BROWSER_PORT = 1434
#: MC-SQLR 2.2.5: RESP_DATA of one instance is at most 1024 bytes; one datagram never exceeds this.
MAX_DATAGRAM = 65_535
_CLNT_UCAST_INST = b"\x04"
_SVR_RESP = 0x05
_PORT_DIGITS = 5


def probe_browser(
    host: str,
    addresses: Sequence[str],
    instance: str,
    *,
    limit: float,
    browser_port: int = BROWSER_PORT,
) -> BrowserFacts:
    """Ask each of ``addresses`` for ``instance`` until one answers, within ``limit`` seconds."""
    watch = Stopwatch()
    try:
        answer = _ask_any(addresses, browser_port, instance, Deadline(limit))
    except TimeoutError:
        outcome, error = Outcome.TIMED_OUT, f"no answer within {limit:g} s"
    except ConnectionRefusedError:
        outcome, error = Outcome.REFUSED, f"nothing listens on UDP port {browser_port}"
    except (OSError, UnicodeError) as failure:
        outcome, error = Outcome.FAILED, str(failure)
    else:
        return _facts(host, instance, answer, watch.milliseconds)
    return BrowserFacts(
        host=host,
        instance=instance,
        outcome=outcome,
        error=error,
        milliseconds=watch.milliseconds,
    )


def _ask_any(addresses: Sequence[str], port: int, instance: str, deadline: Deadline) -> bytes:
    for position, address in enumerate(addresses, start=1):
        # Each address still to come keeps its share of the time.
        seconds = deadline.remaining() / (len(addresses) - position + 1)
        try:
            return _ask(address, port, instance, seconds)
        except OSError:
            if position == len(addresses):
                raise
    raise OSError("no address to ask")


def _ask(address: str, port: int, instance: str, seconds: float) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as connection:
        connection.settimeout(max(seconds, 0.001))
        connection.connect((address, port))
        connection.send(_CLNT_UCAST_INST + instance.encode("ascii") + b"\x00")
        return connection.recv(MAX_DATAGRAM)


def _facts(host: str, instance: str, answer: bytes, milliseconds: float) -> BrowserFacts:
    pairs = parse_answer(answer)
    port = pairs.get("tcp", "")
    # The length first: int() raises ValueError for thousands of digits.
    usable = port.isdecimal() and len(port) <= _PORT_DIGITS and 0 < int(port) < 65_536
    return BrowserFacts(
        host=host,
        instance=instance,
        outcome=Outcome.OK if usable else Outcome.NOT_FOUND,
        port=int(port) if usable else None,
        version=pairs.get("version", ""),
        error="" if usable else "the answer names no TCP port",
        milliseconds=milliseconds,
    )


def parse_answer(answer: bytes) -> dict[str, str]:
    """The ``key;value`` pairs of one SVR_RESP, keys in lower case; {} when it is not one."""
    if len(answer) < 3 or answer[0] != _SVR_RESP:
        return {}
    length = int.from_bytes(answer[1:3], "little")
    words = answer[3 : 3 + length].decode("ascii", "replace").split(";;")[0].split(";")
    return {key.lower(): value for key, value in zip(words[::2], words[1::2], strict=False)}
