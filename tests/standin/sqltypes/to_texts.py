"""Conversions whose result is text, bytes or a uniqueidentifier.

Sources: Microsoft Learn, "CAST and CONVERT" (truncation of each type in a text that is too short,
binary styles), "uniqueidentifier", "binary and varbinary".
"""

from __future__ import annotations

import re
import uuid
from typing import Final

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import conversion as errors
from tests.standin.sqltypes import date_styles, number_text, texts
from tests.standin.sqltypes.families import INTEGER_BYTES, TEMPORAL, UNICODE, Family, family
from tests.standin.sqltypes.sql_type import MAX, SqlType
from tests.standin.sqltypes.to_numbers import unsupported

_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_GUID: Final = re.compile(
    r"\{?([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})\}?.*",
    re.DOTALL,
)
_GUID_BYTES: Final = 16


def to_text(value: object, source: SqlType, target: SqlType, style: int | None) -> object:
    """char, varchar, nchar, nvarchar, text or ntext; what is too long ends as its type has it."""
    text = _printed(value, source, target, style)
    if target.length in (MAX, 0):
        return text
    if texts.length_of(text, target) > target.length:
        text = _shortened(text, value, source, target)
    return texts.padded(text, target)


def _printed(value: object, source: SqlType, target: SqlType, style: int | None) -> str:
    kind = family(source)
    if kind is Family.TEXT:
        return texts.in_code_page(str(value), target)
    if isinstance(value, bytes):
        return _text_of_bytes(value, source, target, style or 0)
    if kind in TEMPORAL:
        return date_styles.text_of(str(value), source, style)
    if isinstance(value, float):
        return number_text.text_of_float(value, style or 0)
    if kind is Family.MONEY:
        return number_text.text_of_money(str(value), style or 0)
    return str(value)


def _shortened(text: str, value: object, source: SqlType, target: SqlType) -> str:
    kind = family(source)
    if kind is Family.INTEGER:
        if target.name in UNICODE or source.name == "bigint":
            raise errors.expression_overflow(target)
        return "*"
    if kind is Family.DECIMAL:
        raise errors.overflow(source, target)
    if kind is Family.FLOAT:
        raise errors.float_overflow(target, float(str(value)), state=2)
    if kind is Family.MONEY:
        raise errors.no_room_for_money(target)
    if kind is Family.GUID:
        raise errors.no_room_for_guid()
    return texts.cut(text, target)


def _text_of_bytes(raw: bytes, source: SqlType, target: SqlType, style: int) -> str:
    if style in (1, 2):
        return ("0x" if style == 1 else "") + raw.hex().upper()
    if style:
        raise StatementFailed(not_supported(f"style {style} for {source.name}"))
    if target.name in UNICODE and len(raw) % 2:
        raw += b"\0"
    try:
        return raw.decode(texts.encoding_of(target))
    except UnicodeDecodeError:
        raise StatementFailed(not_supported(f"bytes that are no {target.name}")) from None


def to_binary(value: object, source: SqlType, target: SqlType, style: int | None) -> object:
    """binary, varbinary or image. Numbers keep their low bytes, everything else its first ones."""
    kind = family(source)
    if kind is Family.INTEGER and isinstance(value, int):
        return _bytes_of_integer(value, source, target)
    if isinstance(value, bytes):
        raw = value
    elif kind is Family.TEXT:
        raw = _bytes_of_text(str(value), source, target, style or 0)
    elif kind is Family.GUID:
        raw = uuid.UUID(str(value)).bytes_le
    else:
        raise unsupported(source, target)
    if target.length not in (MAX, 0):
        raw = raw[: target.length]
    return raw.ljust(target.length, b"\0") if target.name == "binary" else raw


def _bytes_of_integer(number: int, source: SqlType, target: SqlType) -> bytes:
    size = INTEGER_BYTES[source.name]
    modulus: int = 256**size
    raw = (number % modulus).to_bytes(size, "big")
    if target.length in (MAX, 0):
        return raw
    raw = raw[-target.length :]
    return raw.rjust(target.length, b"\0") if target.name == "binary" else raw


def _bytes_of_text(text: str, source: SqlType, target: SqlType, style: int) -> bytes:
    if style == 0:
        return texts.encoded(text, source)
    if style not in (1, 2):
        raise StatementFailed(not_supported(f"style {style} for {target.name}"))
    digits = text
    if style == 1:
        if text[:2] not in ("0x", "0X"):
            raise errors.conversion_error(source, target)
        digits = text[2:]
    if not _HEX.fullmatch(digits):
        raise errors.conversion_error(source, target)
    return bytes.fromhex(digits)


def to_guid(value: object, source: SqlType, target: SqlType, style: int) -> object:
    """uniqueidentifier; what follows the 36 characters of a text is ignored (Microsoft Learn)."""
    if isinstance(value, bytes):
        if len(value) < _GUID_BYTES:
            raise unsupported(source, target)
        return str(uuid.UUID(bytes_le=value[:_GUID_BYTES])).upper()
    match = _GUID.fullmatch(str(value))
    if match is None:
        raise errors.invalid_guid_text()
    return match[1].upper()
