"""Text as SQL Server counts it: in UTF-16 code units.

Without a supplementary-character collation (``_SC``) every text function counts a character beyond
the Basic Multilingual Plane as two (Microsoft Learn, "Collation and Unicode support"). Python and
SQLite count it as one, so text with such characters is taken apart into surrogates, worked on, and
put together again.
"""

from __future__ import annotations

from tests.standin.engine import StatementFailed, not_supported

_BASIC_PLANE_END = "\uffff"


def length(text: str) -> int:
    """How many code units ``text`` has."""
    return len(text) + sum(character > _BASIC_PLANE_END for character in text)


def units(text: str) -> str:
    """``text`` with one Python character for each code unit."""
    if text.isascii() or max(text) <= _BASIC_PLANE_END:
        return text
    encoded = text.encode("utf-16-le")
    return "".join(
        chr(int.from_bytes(encoded[i : i + 2], "little")) for i in range(0, len(encoded), 2)
    )


def joined(text: str) -> str:
    """The inverse of :func:`units`.

    Half of a character, which SQL Server can store and SQLite cannot, is refused.
    """
    if text.isascii():
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise StatementFailed(not_supported("half of a surrogate pair")) from None
