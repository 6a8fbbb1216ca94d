"""The tokens a server's answer is made of, as plain structures.

Facts (MS-TDS 2.2.7, one section each; the id opens the token on the wire):

- COLINFO A5, COLMETADATA 81, DONE FD, DONEINPROC FF, DONEPROC FE, ENVCHANGE E3 (2.2.7.9),
  ERROR AA, FEATUREEXTACK AE, FEDAUTHINFO EE, INFO AB, LOGINACK AD, NBCROW D2, ORDER A9,
  RETURNSTATUS 79, RETURNVALUE AC, ROW D1, SESSIONSTATE E4, SSPI ED, TABNAME A4.
- ALTMETADATA, ALTROW (COMPUTE BY, gone since SQL Server 2012), OFFSET and DATACLASSIFICATION
  (only after the client asked for feature 09) are refused by name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from django_mssql_ops.tds.features import Feature
from django_mssql_ops.tds.types import TypeInfo


class TokenType(enum.IntEnum):
    RETURNSTATUS = 0x79
    COLMETADATA = 0x81
    TABNAME = 0xA4
    COLINFO = 0xA5
    ORDER = 0xA9
    ERROR = 0xAA
    INFO = 0xAB
    RETURNVALUE = 0xAC
    LOGINACK = 0xAD
    FEATUREEXTACK = 0xAE
    ROW = 0xD1
    NBCROW = 0xD2
    ENVCHANGE = 0xE3
    SESSIONSTATE = 0xE4
    SSPI = 0xED
    FEDAUTHINFO = 0xEE
    DONE = 0xFD
    DONEPROC = 0xFE
    DONEINPROC = 0xFF


class EnvChangeType(enum.IntEnum):
    DATABASE = 1
    LANGUAGE = 2
    CHARSET = 3
    PACKET_SIZE = 4
    UNICODE_LCID = 5
    UNICODE_FLAGS = 6
    COLLATION = 7
    BEGIN_TRANSACTION = 8
    COMMIT_TRANSACTION = 9
    ROLLBACK_TRANSACTION = 10
    ENLIST_TRANSACTION = 11
    DEFECT_TRANSACTION = 12
    MIRRORING_PARTNER = 13
    PROMOTE_TRANSACTION = 15
    TRANSACTION_MANAGER_ADDRESS = 16
    TRANSACTION_ENDED = 17
    RESET_COMPLETED = 18
    USER_INSTANCE = 19
    ROUTING = 20
    ENHANCED_ROUTING = 21


class DoneKind(enum.IntEnum):
    DONE = TokenType.DONE
    DONEPROC = TokenType.DONEPROC
    DONEINPROC = TokenType.DONEINPROC


class DoneStatus(enum.IntFlag):
    """MS-TDS 2.2.7.6. ``COUNT``: row_count is valid; ``ATTENTION``: acknowledges an attention."""

    FINAL = 0x000
    MORE = 0x001
    ERROR = 0x002
    IN_TRANSACTION = 0x004
    COUNT = 0x010
    ATTENTION = 0x020
    RPC_IN_BATCH = 0x080
    SERVER_ERROR = 0x100


@dataclass(frozen=True, slots=True)
class LoginAck:
    """``program_version`` is (major, minor, build)."""

    program: str
    program_version: tuple[int, int, int]
    tds_version: int = 0x74000004
    interface: int = 1


@dataclass(frozen=True, slots=True)
class Routing:
    """Connect there instead. ``protocol`` 0 is TCP; ``database`` comes with ENHANCED_ROUTING."""

    server: str
    port: int
    protocol: int = 0
    database: str | None = None


@dataclass(frozen=True, slots=True)
class EnvChange:
    """Text for names and sizes, bytes for collations and transactions, `Routing` for routing.

    A type this codec has no name for is an int; ``new`` then holds the whole content as bytes.
    """

    type: EnvChangeType | int
    new: str | bytes | Routing = ""
    old: str | bytes = ""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """INFO. ``severity`` is MS-TDS's Class: at most 10 here."""

    number: int
    message: str
    state: int = 1
    severity: int = 10
    server: str = ""
    procedure: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class ServerError:
    """ERROR. ``severity`` is MS-TDS's Class: 11 to 25; from 20 on the connection ends."""

    number: int
    message: str
    state: int = 1
    severity: int = 16
    server: str = ""
    procedure: str = ""
    line: int = 1


class Done(NamedTuple):
    """DONE, DONEPROC or DONEINPROC. ``row_count`` means something with `DoneStatus.COUNT` only."""

    kind: DoneKind = DoneKind.DONE
    status: DoneStatus = DoneStatus.FINAL
    command: int = 0
    row_count: int = 0

    @property
    def has_more(self) -> bool:
        return bool(self.status & DoneStatus.MORE)


@dataclass(frozen=True, slots=True)
class ReturnStatus:
    value: int


@dataclass(frozen=True, slots=True)
class ReturnValue:
    """An output parameter. ``status``: 1 output parameter, 2 value of a user-defined function."""

    name: str
    type: TypeInfo
    value: object = field(repr=False)
    ordinal: int = 0
    status: int = 1
    user_type: int = 0
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Column numbers, from 1, by which the rows are ordered."""

    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FeatureExtAck:
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class FedAuthInfo:
    """Where to get a token. ``others``: further (id, content) pairs."""

    sts_url: str = ""
    spn: str = ""
    others: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class SessionState:
    """``states``: (id, content) pairs to send back in a session recovery."""

    sequence: int
    recoverable: bool
    states: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class SspiMessage:
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TabName:
    """Multi-part names of the tables a browse-mode result comes from."""

    tables: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ColInfo:
    """Browse-mode column facts, as they came."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``flags`` (MS-TDS 2.2.7.4): bit 0 nullable, bits 2-3 updateable (2: unknown),
    bit 4 identity, bit 5 computed; ``table``: the multi-part name that text, ntext and image
    columns carry."""

    name: str
    type: TypeInfo
    user_type: int = 0
    flags: int = 0x09
    table: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColMetadata:
    """The columns of the rows that follow; None means "no metadata" (count 0xFFFF)."""

    columns: tuple[Column, ...] | None


class Row(NamedTuple):
    """The values of one ROW or NBCROW."""

    values: tuple[object, ...]


Token = (
    LoginAck
    | EnvChange
    | ServerError
    | ServerInfo
    | Done
    | ReturnStatus
    | ReturnValue
    | Order
    | FeatureExtAck
    | FedAuthInfo
    | SessionState
    | SspiMessage
    | TabName
    | ColInfo
    | ColMetadata
    | Row
)
