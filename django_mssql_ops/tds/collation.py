"""Collations: which code page a char or varchar value is written in.

Facts (MS-TDS 2.2.5.1.2, "Collation Rule Definition"):

- 5 bytes: a little-endian DWORD with LCID (20 bits), flags (8 bits: ignore case, ignore accent,
  ignore kana, ignore width, binary, binary2, UTF-8, reserved) and version (4 bits); then SortId.
- A SortId other than 0 names a SQL collation and decides the code page (Microsoft, "Windows and
  SQL collation sort order" tables); otherwise the LCID's ANSI code page does.
- ``SQL_Latin1_General_CP1_CI_AS``, the usual default, is 09 04 D0 00 34: LCID 0x0409, SortId 52.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_mssql_ops.exceptions import LocalProtocolError
from django_mssql_ops.tds.grammar import U32

COLLATION_SIZE = 5
_UTF8 = 0x40


def _expand(ranges: dict[str, tuple[range | int, ...]]) -> dict[int, str]:
    table = {}
    for codec, members in ranges.items():
        for member in members:
            for sort_id in (member,) if isinstance(member, int) else member:
                table[sort_id] = codec
    return table


#: SortId -> codec, where it is not cp1252.
_SORT_IDS = _expand(
    {
        "cp437": (range(30, 36),),
        "cp850": (range(40, 46), 49, range(55, 62)),
        "cp1250": (range(80, 97),),
        "cp1251": (range(104, 109),),
        "cp1253": (range(112, 115), 120, 121, 124),
        "cp1254": (range(128, 131),),
        "cp1255": (range(136, 139),),
        "cp1256": (range(144, 147),),
        "cp1257": (range(152, 161),),
        "cp932": (192, 193, 200),
        "cp949": (194, 195, 201),
        "cp950": (196, 197, 202),
        "cp936": (198, 199, 203),
        "cp874": (range(204, 207),),
    }
)

#: Primary language of an LCID (its low 10 bits) -> codec, where it is not cp1252.
_LANGUAGES = _expand(
    {
        "cp874": (0x1E,),
        "cp932": (0x11,),
        "cp949": (0x12,),
        "cp950": (0x04,),
        "cp1250": (0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24, 0x42),
        "cp1251": (0x02, 0x19, 0x22, 0x23, 0x28, 0x2F, 0x3F, 0x40, 0x44, 0x50, 0x6D, 0x85),
        "cp1253": (0x08,),
        "cp1254": (0x1F, 0x2C, 0x43),
        "cp1255": (0x0D,),
        "cp1256": (0x01, 0x20, 0x29, 0x80, 0x8C),
        "cp1257": (0x25, 0x26, 0x27),
        "cp1258": (0x2A,),
    }
)

#: Whole LCIDs that differ from their language: simplified Chinese, Cyrillic Serbian and kin.
_LOCALES = {
    0x0804: "cp936",
    0x1004: "cp936",
    0x0C1A: "cp1251",
    0x1C1A: "cp1251",
    0x201A: "cp1251",
    0x082C: "cp1251",
    0x0843: "cp1251",
}


@dataclass(frozen=True, slots=True)
class Collation:
    """``flags`` holds the 8 flag bits; ``version`` is 0 for the collations of SQL Server 2000."""

    lcid: int = 0x0409
    flags: int = 0x0D
    sort_id: int = 52
    version: int = 0

    @property
    def encoding(self) -> str:
        """The Python codec of its char and varchar values."""
        if self.flags & _UTF8:
            return "utf-8"
        if self.sort_id:
            return _SORT_IDS.get(self.sort_id, "cp1252")
        return _LOCALES.get(self.lcid & 0xFFFF) or _LANGUAGES.get(self.lcid & 0x3FF, "cp1252")

    def encode(self) -> bytes:
        word = self.lcid | self.flags << 20 | self.version << 28
        if not (0 <= self.lcid < 1 << 20 and 0 <= word < 1 << 32 and 0 <= self.sort_id < 256):
            raise LocalProtocolError(f"{self!r} does not fit the 5 bytes of a collation")
        return U32.pack(word) + bytes((self.sort_id,))

    @classmethod
    def decode(cls, raw: bytes) -> Collation:
        """From exactly 5 bytes; every value of them is a collation."""
        word = U32.unpack_from(raw)[0]
        return cls(word & 0xFFFFF, (word >> 20) & 0xFF, raw[4], word >> 28)


#: ``SQL_Latin1_General_CP1_CI_AS``.
DEFAULT_COLLATION = Collation()
