"""PRELOGIN: what both sides say before anything can be secret.

Facts (MS-TDS 2.2.6.5):

- A table of options, 5 bytes each: type, offset (big-endian, from the start of the payload),
  length (big-endian); 0xFF ends the table. VERSION must be the first option.
- VERSION is major, minor, build (big-endian), sub-build; the client's is its own.
- The server answers INSTOPT with one byte: 0 when the instance name fits, 1 when it does not.
- THREADID is empty in an answer. TRACEID is a GUID (16 bytes) and an activity id (20 bytes).
- FEDAUTHREQUIRED is answered only when it was sent. NONCEOPT is 32 bytes.
- ENCRYPTION's bit 0x80 says that the client has a certificate to show.
- The answer to PRELOGIN is a PRELOGIN payload in packets of type TABULAR_RESULT.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.grammar import U16, U16_BE, U32, Cursor, unsigned
from django_mssql_ops.tds.limits import MAX_PRELOGIN_OPTIONS, MAX_PRELOGIN_SIZE

_TERMINATOR = 0xFF
_CLIENT_CERTIFICATE = 0x80
_TABLE_ENTRY_SIZE = 5


class Encryption(enum.IntEnum):
    """The ENCRYPTION option without the client-certificate bit."""

    OFF = 0
    ON = 1
    NOT_SUP = 2
    REQ = 3


class SessionEncryption(enum.Enum):
    """What the two ENCRYPTION options come to."""

    NONE = "none"
    LOGIN_ONLY = "login only"
    FULL = "full"
    REFUSED = "refused"


class _Option(enum.IntEnum):
    VERSION = 0x00
    ENCRYPTION = 0x01
    INSTOPT = 0x02
    THREADID = 0x03
    MARS = 0x04
    TRACEID = 0x05
    FEDAUTHREQUIRED = 0x06
    NONCEOPT = 0x07


_NEGOTIATED = {
    (Encryption.OFF, Encryption.OFF): SessionEncryption.LOGIN_ONLY,
    (Encryption.OFF, Encryption.NOT_SUP): SessionEncryption.NONE,
    (Encryption.NOT_SUP, Encryption.OFF): SessionEncryption.NONE,
    (Encryption.NOT_SUP, Encryption.NOT_SUP): SessionEncryption.NONE,
    (Encryption.ON, Encryption.NOT_SUP): SessionEncryption.REFUSED,
    (Encryption.REQ, Encryption.NOT_SUP): SessionEncryption.REFUSED,
    (Encryption.NOT_SUP, Encryption.ON): SessionEncryption.REFUSED,
    (Encryption.NOT_SUP, Encryption.REQ): SessionEncryption.REFUSED,
    # The client insists; a server that answers OFF to ON breaks the table and is refused.
    (Encryption.ON, Encryption.OFF): SessionEncryption.REFUSED,
    (Encryption.REQ, Encryption.OFF): SessionEncryption.REFUSED,
}


def negotiate(client: Encryption, server: Encryption) -> SessionEncryption:
    """What follows from what the client sent and the server answered (MS-TDS 2.2.6.5).

    Measured with msodbcsql 18.6.2: OFF/NOT_SUP is plaintext, OFF/OFF encrypts the login only,
    OFF/REQ and ON/ON everything, ON/NOT_SUP fails with 08001 native 20.
    """
    return _NEGOTIATED.get((client, server), SessionEncryption.FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prelogin:
    """One PRELOGIN, of either side. An option that is None is not sent or did not come.

    ``version`` is (major, minor, build, sub-build). ``instance`` holds the bytes of INSTOPT
    without the terminating zero: the name from a client, empty for "fits" from a server;
    ``instance_mismatch`` is the server's answer 1. ``trace_id`` has 36 bytes, ``nonce`` 32.
    """

    version: tuple[int, int, int, int] = (0, 0, 0, 0)
    encryption: Encryption | None = Encryption.OFF
    client_certificate: bool = False
    instance: bytes | str | None = None
    instance_mismatch: bool = False
    thread_id: int | None = None
    mars: bool | None = None
    trace_id: bytes | None = None
    fedauth_required: int | None = None
    nonce: bytes | None = field(default=None, repr=False)
    unknown: tuple[tuple[int, bytes], ...] = ()

    def encode(self) -> bytes:
        """The payload of a PRELOGIN message, or of the answer to one."""
        options = list(self._options())
        offset = len(options) * _TABLE_ENTRY_SIZE + 1
        end = offset + sum(len(content) for _, content in options)
        if end > 0xFFFF:
            raise LocalProtocolError(f"a PRELOGIN of {end} bytes; offsets end at 65535")
        table = bytearray()
        for option, content in options:
            table.append(option)
            table += U16_BE.pack(offset) + U16_BE.pack(len(content))
            offset += len(content)
        table.append(_TERMINATOR)
        return bytes(table) + b"".join(content for _, content in options)

    def _options(self) -> Iterator[tuple[int, bytes]]:
        major, minor, build, sub_build = self.version
        yield (
            _Option.VERSION,
            bytes((unsigned(major, 8, "major version"), unsigned(minor, 8, "minor version")))
            + U16_BE.pack(unsigned(build, 16, "build"))
            + U16.pack(unsigned(sub_build, 16, "sub-build")),
        )
        if self.encryption is not None:
            flag = _CLIENT_CERTIFICATE if self.client_certificate else 0
            yield _Option.ENCRYPTION, bytes((self.encryption | flag,))
        if self.instance_mismatch:
            yield _Option.INSTOPT, b"\x01"
        elif self.instance is not None:
            yield _Option.INSTOPT, _instance_bytes(self.instance) + b"\x00"
        if self.thread_id is not None:
            yield _Option.THREADID, U32.pack(unsigned(self.thread_id, 32, "thread id"))
        if self.mars is not None:
            yield _Option.MARS, bytes((self.mars,))
        if self.trace_id is not None:
            yield _Option.TRACEID, _exactly(self.trace_id, 36, "trace id")
        if self.fedauth_required is not None:
            yield _Option.FEDAUTHREQUIRED, bytes((unsigned(self.fedauth_required, 8, "fedauth"),))
        if self.nonce is not None:
            yield _Option.NONCEOPT, _exactly(self.nonce, 32, "nonce")
        yield from self.unknown

    @classmethod
    def decode(cls, payload: bytes) -> Prelogin:
        """Raises RemoteProtocolError for anything but a PRELOGIN payload."""
        if len(payload) > MAX_PRELOGIN_SIZE:
            raise RemoteProtocolError(
                f"a PRELOGIN of {len(payload)} bytes; expected at most {MAX_PRELOGIN_SIZE}"
            )
        fields: dict[str, object] = {"encryption": None}
        unknown = []
        for option, content in _read_options(payload):
            reader = _READERS.get(option)
            if reader is None:
                unknown.append((option, content))
            else:
                fields.update(reader(content))
        if "version" not in fields:
            raise RemoteProtocolError("a PRELOGIN without the VERSION option")
        return cls(**fields, unknown=tuple(unknown))  # type: ignore[arg-type]


def _instance_bytes(instance: bytes | str) -> bytes:
    raw = instance.encode("utf-8") if isinstance(instance, str) else instance
    if b"\x00" in raw:
        raise LocalProtocolError(f"instance name {instance!r} contains a zero byte")
    return raw


def _exactly(content: bytes, size: int, what: str) -> bytes:
    if len(content) != size:
        raise LocalProtocolError(f"{what} has {len(content)} bytes; expected {size}")
    return content


def _read_options(payload: bytes) -> Iterator[tuple[int, bytes]]:
    cursor = Cursor(payload)
    seen: set[int] = set()
    while (option := cursor.u8()) != _TERMINATOR:
        offset, length = cursor.u16_be(), cursor.u16_be()
        if option in seen or len(seen) >= MAX_PRELOGIN_OPTIONS:
            raise RemoteProtocolError(f"PRELOGIN option 0x{option:02X} came twice, or too many")
        seen.add(option)
        if offset + length > len(payload):
            raise RemoteProtocolError(
                f"PRELOGIN option 0x{option:02X} ends at {offset + length}, "
                f"behind the payload's {len(payload)} bytes"
            )
        yield option, payload[offset : offset + length]


def _version(content: bytes) -> dict[str, object]:
    if len(content) != 6:
        raise RemoteProtocolError(f"PRELOGIN VERSION has {len(content)} bytes; expected 6")
    build = int.from_bytes(content[2:4], "big")
    return {"version": (content[0], content[1], build, int.from_bytes(content[4:6], "little"))}


def _encryption(content: bytes) -> dict[str, object]:
    if len(content) != 1 or content[0] & 0x7F > Encryption.REQ:
        raise RemoteProtocolError(f"PRELOGIN ENCRYPTION is {content[:8].hex()}; expected 00 to 03")
    return {
        "encryption": Encryption(content[0] & 0x7F),
        "client_certificate": bool(content[0] & _CLIENT_CERTIFICATE),
    }


def _instance(content: bytes) -> dict[str, object]:
    if content == b"\x01":
        return {"instance_mismatch": True}
    return {"instance": content.partition(b"\x00")[0]}


def _thread_id(content: bytes) -> dict[str, object]:
    return {"thread_id": int.from_bytes(content, "little") if len(content) == 4 else None}


def _mars(content: bytes) -> dict[str, object]:
    if len(content) != 1:
        raise RemoteProtocolError(f"PRELOGIN MARS has {len(content)} bytes; expected 1")
    return {"mars": content != b"\x00"}


def _fedauth_required(content: bytes) -> dict[str, object]:
    if len(content) != 1:
        raise RemoteProtocolError(f"PRELOGIN FEDAUTHREQUIRED has {len(content)} bytes; expected 1")
    return {"fedauth_required": content[0]}


def _nonce(content: bytes) -> dict[str, object]:
    if len(content) != 32:
        raise RemoteProtocolError(f"PRELOGIN NONCEOPT has {len(content)} bytes; expected 32")
    return {"nonce": content}


def _trace_id(content: bytes) -> dict[str, object]:
    return {"trace_id": content if len(content) == 36 else None}


_READERS: dict[int, Callable[[bytes], dict[str, object]]] = {
    _Option.VERSION: _version,
    _Option.ENCRYPTION: _encryption,
    _Option.INSTOPT: _instance,
    _Option.THREADID: _thread_id,
    _Option.MARS: _mars,
    _Option.TRACEID: _trace_id,
    _Option.FEDAUTHREQUIRED: _fedauth_required,
    _Option.NONCEOPT: _nonce,
}
