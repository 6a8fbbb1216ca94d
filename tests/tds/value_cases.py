"""Types, values and their bytes, by hand from MS-TDS 2.2.5.4 to 2.2.5.6: both directions."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal

from django_mssql_ops import tds
from tests.tds.token_cases import utf16_hex

UTF8 = tds.Collation(0x0409, 0x40, 0)
LATIN = "0904d00034"
NULL_PLP = "ffffffffffffffff"


@dataclass(frozen=True)
class ValueCase:
    """``row`` are the bytes of the value in a row; ``rpc``, when they differ, in a parameter."""

    name: str
    type: tds.TypeInfo
    type_hex: str
    value: object
    row: str
    rpc: str | None = None


def plain(kind: tds.DataType, length: int | None = None) -> tds.TypeInfo:
    return tds.TypeInfo(kind, length)


def collated(kind: tds.DataType, length: int) -> tds.TypeInfo:
    return tds.TypeInfo(kind, length, collation=tds.DEFAULT_COLLATION)


def chunk(content: str) -> str:
    size = len(bytes.fromhex(content))
    return (
        f"{size.to_bytes(8, 'little').hex()} {size.to_bytes(4, 'little').hex()} {content} 00000000"
    )


T = tds.DataType
POINTER = "10" + b"dummy textptr\x00\x00\x00".hex() + b"dummyTS\x00".hex()
GUID = uuid.UUID("01020304-0506-0708-090a-0b0c0d0e0f10")
UDT = tds.TypeInfo(T.UDT, 892, user_type=tds.UserType("d", "sys", "hierarchyid", "asm"))
XML_BOUND = tds.TypeInfo(T.XML, xml_schema=tds.XmlSchema("d", "dbo", "coll"))

VALUE_CASES = [
    ValueCase("tinyint", plain(T.INT1), "30", 255, "ff"),
    ValueCase("bit", plain(T.BIT), "32", True, "01"),
    ValueCase("smallint", plain(T.INT2), "34", -2, "feff"),
    ValueCase("int", plain(T.INT4), "38", -2, "feffffff"),
    ValueCase("bigint", plain(T.INT8), "7f", 1 << 40, "0000000000010000"),
    ValueCase("real", plain(T.FLT4), "3b", 1.5, "0000c03f"),
    ValueCase("float", plain(T.FLT8), "3e", -0.5, "000000000000e0bf"),
    ValueCase("money", plain(T.MONEY), "3c", Decimal("-0.0001"), "ffffffff ffffffff"),
    ValueCase(
        "money, high part first", plain(T.MONEY), "3c", Decimal("429496.7297"), "01000000 01000000"
    ),
    ValueCase("smallmoney", plain(T.MONEY4), "7a", Decimal("1.0000"), "10270000"),
    ValueCase(
        "smalldatetime", plain(T.DATETIME4), "3a", dt.datetime(1900, 1, 2, 0, 3), "0100 0300"
    ),
    ValueCase(
        "datetime", plain(T.DATETIME), "3d", dt.datetime(1900, 1, 2, 0, 0, 1), "01000000 2c010000"
    ),
    ValueCase(
        "datetime in ticks",
        plain(T.DATETIME),
        "3d",
        dt.datetime(1899, 12, 31, 0, 0, 0, 997000),
        "ffffffff 2b010000",
    ),
    ValueCase("nullable tinyint", tds.int_type(1), "26 01", 200, "01 c8"),
    ValueCase("nullable smallint", tds.int_type(2), "26 02", -1, "02 ffff"),
    ValueCase("nullable int", tds.int_type(4), "26 04", 5, "04 05000000"),
    ValueCase("nullable bigint", tds.int_type(8), "26 08", -1, "08 ffffffffffffffff"),
    ValueCase("null int", tds.int_type(4), "26 04", None, "00"),
    ValueCase("nullable bit", tds.bit_type(), "68 01", False, "01 00"),
    ValueCase("null bit", tds.bit_type(), "68 01", None, "00"),
    ValueCase("nullable float", tds.float_type(), "6d 08", 1.0, "08 000000000000f03f"),
    ValueCase("nullable real", tds.float_type(4), "6d 04", 1.0, "04 0000803f"),
    ValueCase(
        "nullable money", tds.money_type(), "6e 08", Decimal("1.0000"), "08 00000000 10270000"
    ),
    ValueCase("nullable smallmoney", tds.money_type(4), "6e 04", Decimal("-1.0000"), "04 f0d8ffff"),
    ValueCase(
        "nullable datetime",
        tds.datetime_type(),
        "6f 08",
        dt.datetime(1753, 1, 1),
        "08 462effff 00000000",
    ),
    ValueCase(
        "nullable smalldatetime",
        tds.datetime_type(4),
        "6f 04",
        dt.datetime(2079, 6, 6, 23, 59),
        "04 ffff 9f05",
    ),
    ValueCase("guid", tds.guid_type(), "24 10", GUID, "10 04030201 0605 0807 090a0b0c0d0e0f10"),
    ValueCase("null guid", tds.guid_type(), "24 10", None, "00"),
    ValueCase("decimal", tds.decimal(9, 2), "6a 05 09 02", Decimal("-1.50"), "05 00 96000000"),
    ValueCase(
        "decimal of 38 digits",
        tds.decimal(38, 38),
        "6a 11 26 26",
        Decimal("0." + "9" * 38),
        "11 01 ffffffff3f228a097ac4865aa84c3b4b",
    ),
    ValueCase("null decimal", tds.decimal(9, 2), "6a 05 09 02", None, "00"),
    ValueCase(
        "numeric",
        replace(tds.decimal(19, 0), type=T.NUMERICN),
        "6c 09 13 00",
        Decimal(1),
        "09 01 0100000000000000",
    ),
    ValueCase(
        "legacy decimal",
        tds.TypeInfo(T.DECIMAL, 5, 9, 0),
        "37 05 09 00",
        Decimal(7),
        "05 01 07000000",
    ),
    ValueCase("date", tds.date_type(), "28", dt.date(1, 1, 2), "03 010000"),
    ValueCase("last date", tds.date_type(), "28", dt.date(9999, 12, 31), "03 dab937"),
    ValueCase("null date", tds.date_type(), "28", None, "00"),
    ValueCase("time(0)", tds.time_type(0), "29 00", dt.time(0, 1), "03 3c0000"),
    ValueCase("time(3)", tds.time_type(3), "29 03", dt.time(0, 0, 1, 2000), "04 ea030000"),
    ValueCase("time(7)", tds.time_type(7), "29 07", dt.time(23, 59, 59, 999999), "05 f6bf692ac9"),
    ValueCase(
        "datetime2(7)",
        tds.datetime2(7),
        "2a 07",
        dt.datetime(1, 1, 2, 0, 0, 0, 1),
        "08 0a00000000 010000",
    ),
    ValueCase(
        "datetime2(0)", tds.datetime2(0), "2a 00", dt.datetime(1, 1, 2, 0, 0, 1), "06 010000 010000"
    ),
    ValueCase("null datetime2", tds.datetime2(3), "2a 03", None, "00"),
    ValueCase(
        "datetimeoffset(0)",
        tds.datetimeoffset(0),
        "2b 00",
        dt.datetime(1, 1, 3, 1, 0, 1, tzinfo=dt.timezone(dt.timedelta(minutes=60))),
        "08 010000 020000 3c00",
    ),
    ValueCase(
        "datetimeoffset west",
        tds.datetimeoffset(7),
        "2b 07",
        dt.datetime(1, 1, 2, 23, tzinfo=dt.timezone(dt.timedelta(hours=-1))),
        "0a 0000000000 020000 c4ff",
    ),
    ValueCase("nvarchar", tds.nvarchar(5), f"e7 0a00 {LATIN}", "é😀", "0600 e9003dd800de"),
    ValueCase("empty nvarchar", tds.nvarchar(5), f"e7 0a00 {LATIN}", "", "0000"),
    ValueCase("null nvarchar", tds.nvarchar(5), f"e7 0a00 {LATIN}", None, "ffff"),
    ValueCase(
        "nvarchar with half a pair", tds.nvarchar(5), f"e7 0a00 {LATIN}", "\ud800", "0200 00d8"
    ),
    ValueCase("nchar", tds.nchar(2), f"ef 0400 {LATIN}", "a ", "0400 61002000"),
    ValueCase("varchar", tds.varchar(9), f"a7 0900 {LATIN}", "é€", "0200 e980"),
    ValueCase(
        "varchar with a byte cp1252 lacks", tds.varchar(9), f"a7 0900 {LATIN}", "\udc81", "0100 81"
    ),
    ValueCase("varchar in UTF-8", tds.varchar(9, UTF8), "a7 0900 0904000400", "é", "0200 c3a9"),
    ValueCase("char", tds.char(2), f"af 0200 {LATIN}", "ab", "0200 6162"),
    ValueCase("varbinary", tds.varbinary(9), "a5 0900", b"\x00\x01", "0200 0001"),
    ValueCase("binary", tds.binary(2), "ad 0200", b"\x00\x01", "0200 0001"),
    ValueCase("null varbinary", tds.varbinary(9), "a5 0900", None, "ffff"),
    ValueCase("nvarchar(max)", tds.nvarchar(None), f"e7 ffff {LATIN}", "ab", chunk("61006200")),
    ValueCase(
        "empty nvarchar(max)",
        tds.nvarchar(None),
        f"e7 ffff {LATIN}",
        "",
        "0000000000000000 00000000",
    ),
    ValueCase("null nvarchar(max)", tds.nvarchar(None), f"e7 ffff {LATIN}", None, NULL_PLP),
    ValueCase("varchar(max)", tds.varchar(None), f"a7 ffff {LATIN}", "é", chunk("e9")),
    ValueCase("varbinary(max)", tds.varbinary(None), "a5 ffff", b"\xff", chunk("ff")),
    ValueCase("xml", tds.xml_type(), "f1 00", "<a/>", chunk(utf16_hex("<a/>"))),
    ValueCase(
        "xml with a schema",
        XML_BOUND,
        f"f1 01 01 6400 03 {utf16_hex('dbo')} 0400 {utf16_hex('coll')}",
        None,
        NULL_PLP,
    ),
    ValueCase("json", plain(T.JSON), "f4", '{"é":1}', chunk('{"é":1}'.encode().hex())),
    ValueCase(
        "clr type",
        UDT,
        f"f0 7c03 01 6400 03 {utf16_hex('sys')} 0b {utf16_hex('hierarchyid')}"
        f" 0300 {utf16_hex('asm')}",
        b"\x58",
        chunk("58"),
    ),
    ValueCase(
        "text",
        collated(T.TEXT, 0x7FFFFFFF),
        f"23 ffffff7f {LATIN}",
        "é",
        f"{POINTER} 01000000 e9",
        "01000000 e9",
    ),
    ValueCase(
        "null text", collated(T.TEXT, 0x7FFFFFFF), f"23 ffffff7f {LATIN}", None, "00", "ffffffff"
    ),
    ValueCase(
        "ntext",
        collated(T.NTEXT, 0x7FFFFFFE),
        f"63 feffff7f {LATIN}",
        "é",
        f"{POINTER} 02000000 e900",
        "02000000 e900",
    ),
    ValueCase(
        "image",
        plain(T.IMAGE, 0x7FFFFFFF),
        "22 ffffff7f",
        b"\x01",
        f"{POINTER} 01000000 01",
        "01000000 01",
    ),
    ValueCase("legacy varchar", plain(T.LEGACY_VARCHAR, 9), "27 09", "é", "01 e9"),
    ValueCase("legacy char", plain(T.LEGACY_CHAR, 2), "2f 02", "ab", "02 6162"),
    ValueCase("legacy varbinary", plain(T.LEGACY_VARBINARY, 9), "25 09", b"\x01", "01 01"),
    ValueCase("legacy binary", plain(T.LEGACY_BINARY, 1), "2d 01", b"\x01", "01 01"),
    ValueCase(
        "vector",
        tds.TypeInfo(T.VECTOR, 16, scale=0),
        "f5 1000 00",
        (1.0, -0.5),
        "1000 a901 0200 00 000000 0000803f 000000bf",
    ),
    ValueCase("null vector", tds.TypeInfo(T.VECTOR, 16, scale=0), "f5 1000 00", None, "ffff"),
    ValueCase("null variant", tds.variant_type(), "62 491f0000", None, "00000000"),
    *[
        ValueCase(
            f"variant of {name}", tds.variant_type(), "62 491f0000", tds.Variant(info, value), row
        )
        for name, info, value, row in (
            ("int", plain(T.INT4), 5, "06000000 38 00 05000000"),
            ("bit", plain(T.BIT), True, "03000000 32 00 01"),
            ("guid", tds.guid_type(), GUID, "12000000 24 00 0403020106050807090a0b0c0d0e0f10"),
            ("date", tds.date_type(), dt.date(1, 1, 2), "05000000 28 00 010000"),
            (
                "datetime2",
                tds.datetime2(0),
                dt.datetime(1, 1, 1, 0, 0, 1),
                "09000000 2a 01 00 010000 000000",
            ),
            ("decimal", tds.decimal(9, 2), Decimal("1.50"), "09000000 6a 02 09 02 01 96000000"),
            ("nvarchar", tds.nvarchar(5), "é", f"0b000000 e7 07 {LATIN} 0a00 e900"),
            ("varbinary", tds.varbinary(5), b"\x01", "05000000 a5 02 0500 01"),
        )
    ],
]
