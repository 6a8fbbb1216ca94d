"""Data types and the TYPE_INFO that describes a column, a parameter or a returned value.

Facts (MS-TDS 2.2.5.4 "Data Type Definitions", 2.2.5.5 details, 2.2.5.6 TYPE_INFO):

- A type's id decides how its values are framed: a fixed number of bytes, a BYTE length, a USHORT
  length (0xFFFF is NULL), a LONG length, or partially length-prefixed (PLP) chunks.
- (n)char, (n)varchar, binary and varbinary with maximum length 0xFFFF are the max types: PLP.
- Lengths count bytes, also for nchar and nvarchar.
- NULLTYPE (0x1F) has values of zero bytes; no server sends a column of it, so it is refused.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django_mssql_ops.tds.collation import Collation

#: The maximum length that marks a max type.
MAX_LENGTH = 0xFFFF


class DataType(enum.IntEnum):
    """MS-TDS 2.2.5.4. The four ``LEGACY_`` types are those from before TDS 7."""

    NULLTYPE = 0x1F
    INT1 = 0x30
    BIT = 0x32
    INT2 = 0x34
    INT4 = 0x38
    DATETIME4 = 0x3A
    FLT4 = 0x3B
    MONEY = 0x3C
    DATETIME = 0x3D
    FLT8 = 0x3E
    MONEY4 = 0x7A
    INT8 = 0x7F
    GUID = 0x24
    INTN = 0x26
    DECIMAL = 0x37
    NUMERIC = 0x3F
    BITN = 0x68
    DECIMALN = 0x6A
    NUMERICN = 0x6C
    FLTN = 0x6D
    MONEYN = 0x6E
    DATETIMN = 0x6F
    DATEN = 0x28
    TIMEN = 0x29
    DATETIME2N = 0x2A
    DATETIMEOFFSETN = 0x2B
    LEGACY_CHAR = 0x2F
    LEGACY_VARCHAR = 0x27
    LEGACY_BINARY = 0x2D
    LEGACY_VARBINARY = 0x25
    BIGVARBINARY = 0xA5
    BIGVARCHAR = 0xA7
    BIGBINARY = 0xAD
    BIGCHAR = 0xAF
    NVARCHAR = 0xE7
    NCHAR = 0xEF
    XML = 0xF1
    UDT = 0xF0
    TEXT = 0x23
    IMAGE = 0x22
    NTEXT = 0x63
    SSVARIANT = 0x62
    TVP = 0xF3
    JSON = 0xF4
    VECTOR = 0xF5


class Framing(enum.Enum):
    """How the length of a value is told."""

    FIXED = "fixed"
    BYTE = "BYTE length"
    USHORT = "USHORT length"
    LONG = "LONG length"
    POINTER = "text pointer and LONG length"
    PLP = "partially length-prefixed"


#: Fixed types and their size in bytes.
FIXED_SIZES = {
    DataType.INT1: 1,
    DataType.BIT: 1,
    DataType.INT2: 2,
    DataType.INT4: 4,
    DataType.DATETIME4: 4,
    DataType.FLT4: 4,
    DataType.MONEY: 8,
    DataType.DATETIME: 8,
    DataType.FLT8: 8,
    DataType.MONEY4: 4,
    DataType.INT8: 8,
}

#: Nullable families and the lengths their values may have.
NULLABLE_SIZES = {
    DataType.GUID: (16,),
    DataType.INTN: (1, 2, 4, 8),
    DataType.BITN: (1,),
    DataType.FLTN: (4, 8),
    DataType.MONEYN: (4, 8),
    DataType.DATETIMN: (4, 8),
}

DECIMALS = frozenset({DataType.DECIMAL, DataType.NUMERIC, DataType.DECIMALN, DataType.NUMERICN})
SCALED_TIMES = frozenset({DataType.TIMEN, DataType.DATETIME2N, DataType.DATETIMEOFFSETN})
LEGACY_STRINGS = frozenset(
    {
        DataType.LEGACY_CHAR,
        DataType.LEGACY_VARCHAR,
        DataType.LEGACY_BINARY,
        DataType.LEGACY_VARBINARY,
    }
)
SHORT_STRINGS = frozenset(
    {
        DataType.BIGVARBINARY,
        DataType.BIGVARCHAR,
        DataType.BIGBINARY,
        DataType.BIGCHAR,
        DataType.NVARCHAR,
        DataType.NCHAR,
    }
)
LONG_STRINGS = frozenset({DataType.TEXT, DataType.NTEXT, DataType.IMAGE})
COLLATED = frozenset(
    {
        DataType.BIGVARCHAR,
        DataType.BIGCHAR,
        DataType.NVARCHAR,
        DataType.NCHAR,
        DataType.TEXT,
        DataType.NTEXT,
    }
)
UNICODE = frozenset({DataType.NVARCHAR, DataType.NCHAR, DataType.NTEXT})
ALWAYS_PLP = frozenset({DataType.XML, DataType.UDT, DataType.JSON})


@dataclass(frozen=True, slots=True)
class UserType:
    """What names a CLR type (TYPE_INFO of UDT). ``assembly`` travels in COLMETADATA only."""

    database: str = ""
    schema: str = ""
    name: str = ""
    assembly: str = ""


@dataclass(frozen=True, slots=True)
class XmlSchema:
    """The schema collection an xml column is bound to."""

    database: str = ""
    owner: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """One type with its bounds.

    ``length`` is the maximum length in bytes, `MAX_LENGTH` for a max type. ``scale`` is that of
    a decimal or of a time; for a vector it is the base type (0 float32, 1 float16).
    """

    type: DataType
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    collation: Collation | None = None
    user_type: UserType | None = None
    xml_schema: XmlSchema | None = None

    @property
    def is_plp(self) -> bool:
        return self.type in ALWAYS_PLP or (self.type in SHORT_STRINGS and self.length == MAX_LENGTH)

    @property
    def framing(self) -> Framing:
        """How values in a ROW are framed; text, ntext and image differ in parameters."""
        if self.type in FIXED_SIZES:
            return Framing.FIXED
        if self.is_plp:
            return Framing.PLP
        if self.type in SHORT_STRINGS or self.type is DataType.VECTOR:
            return Framing.USHORT
        if self.type in LONG_STRINGS:
            return Framing.POINTER
        if self.type is DataType.SSVARIANT:
            return Framing.LONG
        return Framing.BYTE


def decimal_size(precision: int) -> int:
    """Bytes of a decimal's value with its sign (MS-TDS 2.2.5.5.1)."""
    return 5 if precision < 10 else 9 if precision < 20 else 13 if precision < 29 else 17
