"""Streams that are cheap to send and look dear to read: a head and a unit that is repeated."""

from __future__ import annotations

from django_mssql_ops import tds


def repeated(head: bytes, unit: bytes, size: int) -> bytes:
    """About ``size`` bytes of it."""
    return head + unit * max(0, (size - len(head)) // len(unit))


def metadata(*types: tds.TypeInfo) -> bytes:
    """COLMETADATA of nameless columns."""
    return tds.encode_token(tds.ColMetadata(tuple(tds.Column("", info) for info in types)))


def hostile_streams(width: int) -> dict[str, tuple[bytes, bytes]]:
    """Name -> (head, unit); ``width`` is the number of columns of the wide ones."""
    wide = metadata(*[tds.int_type(1)] * width)
    image = metadata(tds.TypeInfo(tds.DataType.IMAGE, 1))
    unknown = b"\xfe" + b"\xff" * 7
    bitmap = (width + 7) // 8
    return {
        "rows of one null": (metadata(tds.bit_type()), b"\xd1\x00"),
        "null bitmaps of one column": (metadata(tds.bit_type()), b"\xd2\x01"),
        "null bitmaps of many columns": (wide, b"\xd2" + b"\xff" * bitmap),
        "many null columns": (wide, b"\xd1" + b"\x00" * width),
        "many present columns": (wide, b"\xd2" + b"\x00" * bitmap + b"\x00" * width),
        "descriptions of columns": (b"", wide),
        "descriptions of columns and a row": (b"", wide + b"\xd2" + b"\xff" * bitmap),
        "descriptions of nothing": (b"", b"\x81\x00\x00"),
        "no metadata": (b"", b"\x81\xff\xff"),
        "empty orders": (b"", b"\xa9\x00\x00"),
        "empty feature lists": (b"", b"\xae\xff"),
        "return statuses": (b"", b"\x79\x00\x00\x00\x00"),
        "returned values": (b"", b"\xac" + bytes(10) + b"\x32\x00"),
        "dones": (b"", b"\xfd" + bytes(12)),
        "chunks of one byte": (
            metadata(tds.varbinary(None)) + b"\xd1" + unknown,
            b"\x01\x00\x00\x00a",
        ),
        "a value that never ends": (
            metadata(tds.nvarchar(None)) + b"\xd1" + unknown + b"\xff\xff\xff\x03",
            b"a\x00",
        ),
        "a text that never ends": (image + b"\xd1\x01\x00" + bytes(8) + b"\xff\xff\xff\x03", b"a"),
        "variants": (metadata(tds.variant_type()), b"\xd1\x03\x00\x00\x00\x32\x00\x01"),
        "session states": (b"\xe4\xff\xff\x0f\x00", b"\x01\x00"),
        "table names": (b"\xa4\xff\xff", b"\x00"),
        "errors": (b"", b"\xaa\x0e\x00" + bytes(14)),
    }
