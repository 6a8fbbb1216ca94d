"""LOGIN7: who the client is and what it wants. The password in it is reversible.

Facts (MS-TDS 2.2.6.4):

- 36 bytes of numbers, then offset/length pairs (USHORT each, lengths in characters, offsets from
  the start of the stream), 6 bytes ClientID and a DWORD for a long SSPI: 94 bytes in all.
- Password and new password: UTF-16LE, each byte with its nibbles swapped, then XOR 0xA5.
- With OptionFlags3 bit 0x10 the Extension pair points at a DWORD that holds the offset of the
  feature list.
- With cbSSPI 0xFFFF and cbSSPILong above 0 the latter is the length of SSPI.
- TDSVersion 0x74000004 is TDS 7.4 (SQL Server 2012 and later); 0x08000000 is TDS 8.0.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from django_mssql_ops.exceptions import LocalProtocolError, RemoteProtocolError
from django_mssql_ops.tds.features import Feature, decode_features, encode_features
from django_mssql_ops.tds.grammar import U16, U32, Cursor, remote_text, utf16
from django_mssql_ops.tds.limits import (
    DEFAULT_PACKET_SIZE,
    MAX_LOGIN_FIELD,
    MAX_LOGIN_FILE_NAME,
    MAX_LOGIN_SIZE,
)

TDS_7_4 = 0x74000004
TDS_8_0 = 0x08000000
FIXED_SIZE = 94
OPTION3_EXTENSION = 0x10
OPTION2_INTEGRATED_SECURITY = 0x80

_NUMBERS = struct.Struct("<IIIIIIBBBBiI")
#: The pairs before ClientID, in wire order; "extension" is not text.
_FIRST_PAIRS = (
    "hostname",
    "username",
    "password",
    "app_name",
    "server_name",
    "extension",
    "client_interface",
    "language",
    "database",
)
_SECRET = {"password", "change_password"}
_SWAPPED = bytes((((b << 4) & 0xF0) | (b >> 4)) ^ 0xA5 for b in range(256))
_RESTORED = bytes(_SWAPPED.index(b) for b in range(256))


def obfuscate_password(text: str) -> bytes:
    """As it travels: UTF-16LE, nibbles swapped, XOR 0xA5. Not encryption."""
    return utf16(text).translate(_SWAPPED)


def reveal_password(raw: bytes) -> str:
    """The text of an obfuscated password. RemoteProtocolError for an odd number of bytes."""
    return remote_text(raw.translate(_RESTORED), "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login7:
    """One LOGIN7. ``packet_size`` in bytes, 0 for the server's choice; ``time_zone`` in minutes."""

    hostname: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    app_name: str = ""
    server_name: str = ""
    client_interface: str = ""
    language: str = ""
    database: str = ""
    client_id: bytes = b"\x00" * 6
    sspi: bytes = field(default=b"", repr=False)
    attach_db_file: str = ""
    change_password: str = field(default="", repr=False)
    tds_version: int = TDS_7_4
    packet_size: int = DEFAULT_PACKET_SIZE
    client_program_version: int = 0
    client_pid: int = 0
    connection_id: int = 0
    #: fUseDB and fDatabase: report a change of database, fail when it cannot be opened.
    option_flags1: int = 0xE0
    #: fLanguage (fail when the language cannot be set) and fODBC.
    option_flags2: int = 0x03
    option_flags3: int = 0
    type_flags: int = 0
    time_zone: int = 0
    lcid: int = 0x0409
    features: tuple[Feature, ...] = ()

    @property
    def uses_integrated_security(self) -> bool:
        return bool(self.option_flags2 & OPTION2_INTEGRATED_SECURITY)

    def encode(self) -> bytes:
        """The payload. LocalProtocolError for a field or a whole that is too long."""
        if len(self.client_id) != 6:
            raise LocalProtocolError(f"client id has {len(self.client_id)} bytes; expected 6")
        area = _Area()
        pairs = [area.add(name, self._field(name)) for name in _FIRST_PAIRS]
        area.features = encode_features(self.features) if self.features else b""
        tail = self._tail(area)
        fixed = b"".join(pairs) + self.client_id + tail
        content = area.finish()
        length = FIXED_SIZE + len(content)
        if length > MAX_LOGIN_SIZE:
            raise LocalProtocolError(f"a LOGIN7 of {length} bytes; at most {MAX_LOGIN_SIZE}")
        return self._numbers(length) + fixed + content

    def _field(self, name: str) -> bytes:
        if name == "extension":
            return b"\x00" * 4 if self.features else b""
        return _text_field(name, getattr(self, name), MAX_LOGIN_FIELD)

    def _tail(self, area: _Area) -> bytes:
        long_sspi = len(self.sspi) >= 0xFFFF
        attach = area.add(
            "attach_db_file",
            _text_field("attach_db_file", self.attach_db_file, MAX_LOGIN_FILE_NAME),
        )
        change = area.add(
            "change_password",
            _text_field("change_password", self.change_password, MAX_LOGIN_FIELD),
        )
        # The longest comes last, so that every offset fits its USHORT.
        sspi = area.add("sspi", self.sspi)
        return sspi + attach + change + U32.pack(len(self.sspi) if long_sspi else 0)

    def _numbers(self, length: int) -> bytes:
        flags3 = self.option_flags3 | (OPTION3_EXTENSION if self.features else 0)
        try:
            return _NUMBERS.pack(
                length,
                self.tds_version,
                self.packet_size,
                self.client_program_version,
                self.client_pid,
                self.connection_id,
                self.option_flags1,
                self.option_flags2,
                self.type_flags,
                flags3,
                self.time_zone,
                self.lcid,
            )
        except struct.error as error:
            raise LocalProtocolError(
                f"a number does not fit its field in LOGIN7: {error}"
            ) from None

    @classmethod
    def decode(cls, payload: bytes) -> Login7:
        """Raises RemoteProtocolError for anything but a LOGIN7 of TDS 7.2 or later."""
        return decode_login7(payload)


class _Area:
    """The variable part: contents in order, and the feature list that one of them points at."""

    def __init__(self) -> None:
        self._content = bytearray()
        self._extension_at: int | None = None
        self.features = b""

    def add(self, name: str, content: bytes) -> bytes:
        """The offset/length pair of what was added."""
        offset = FIXED_SIZE + len(self._content)
        if name == "extension" and content:
            self._extension_at = len(self._content)
        self._content += content
        count = len(content) if name in {"extension", "sspi"} else len(content) // 2
        if offset > 0xFFFF:
            raise LocalProtocolError(f"LOGIN7 field {name} starts at {offset}; at most 65535")
        return U16.pack(offset) + U16.pack(min(count, 0xFFFF))

    def finish(self) -> bytes:
        if self._extension_at is not None:
            offset = FIXED_SIZE + len(self._content)
            self._content[self._extension_at : self._extension_at + 4] = U32.pack(offset)
        return bytes(self._content) + self.features


def _text_field(name: str, text: str, limit: int) -> bytes:
    raw = obfuscate_password(text) if name in _SECRET else utf16(text)
    if len(raw) // 2 > limit:
        raise LocalProtocolError(
            f"LOGIN7 field {name} has {len(raw) // 2} characters; expected at most {limit}"
        )
    return raw


def _slice(payload: bytes, name: str, offset: int, size: int) -> bytes:
    if not size:
        return b""
    if offset + size > len(payload):
        raise RemoteProtocolError(
            f"LOGIN7 field {name} ends at {offset + size}, behind its {len(payload)} bytes"
        )
    return payload[offset : offset + size]


def _read_pair(cursor: Cursor, name: str) -> object:
    offset, count = cursor.u16(), cursor.u16()
    limit = MAX_LOGIN_FILE_NAME if name == "attach_db_file" else MAX_LOGIN_FIELD
    if count > limit:
        raise RemoteProtocolError(
            f"LOGIN7 field {name} has {count} characters; expected at most {limit}"
        )
    raw = _slice(cursor.data, name, offset, count * 2)
    return reveal_password(raw) if name in _SECRET else remote_text(raw, name)


def _read_sspi(cursor: Cursor) -> tuple[int, int]:
    return cursor.u16(), cursor.u16()


def _read_features(payload: bytes, offset: int, count: int, flags3: int) -> tuple[Feature, ...]:
    if not flags3 & OPTION3_EXTENSION or not count:
        return ()
    pointer = Cursor(_slice(payload, "extension", offset, 4)).u32()
    if pointer < FIXED_SIZE:
        raise RemoteProtocolError(f"LOGIN7 feature list at {pointer}, inside the fixed part")
    return decode_features(Cursor(payload, min(pointer, len(payload))))


def decode_login7(payload: bytes) -> Login7:
    """See `Login7.decode`."""
    if not FIXED_SIZE <= len(payload) <= MAX_LOGIN_SIZE:
        raise RemoteProtocolError(
            f"a LOGIN7 of {len(payload)} bytes; expected {FIXED_SIZE} to {MAX_LOGIN_SIZE}"
        )
    numbers = _NUMBERS.unpack_from(payload)
    if numbers[0] != len(payload):
        raise RemoteProtocolError(f"LOGIN7 says {numbers[0]} bytes but {len(payload)} came")
    cursor = Cursor(payload, _NUMBERS.size)
    fields: dict[str, object] = {}
    extension = (0, 0)
    for name in _FIRST_PAIRS:
        if name == "extension":
            extension = (cursor.u16(), cursor.u16())
        else:
            fields[name] = _read_pair(cursor, name)
    client_id = cursor.take(6)
    sspi_offset, sspi_size = _read_sspi(cursor)
    fields["attach_db_file"] = _read_pair(cursor, "attach_db_file")
    fields["change_password"] = _read_pair(cursor, "change_password")
    long_size = cursor.u32()
    if sspi_size == 0xFFFF and long_size:
        sspi_size = long_size
    return Login7(
        **fields,  # type: ignore[arg-type]
        client_id=client_id,
        sspi=_slice(payload, "sspi", sspi_offset, sspi_size),
        features=_read_features(payload, *extension, numbers[9]),
        tds_version=numbers[1],
        packet_size=numbers[2],
        client_program_version=numbers[3],
        client_pid=numbers[4],
        connection_id=numbers[5],
        option_flags1=numbers[6],
        option_flags2=numbers[7],
        type_flags=numbers[8],
        option_flags3=numbers[9],
        time_zone=numbers[10],
        lcid=numbers[11],
    )
