"""Nothing that could be a secret leaves this package in a text.

Drivers do not repeat connection strings in their messages, as far as was measured, but whoever
raises from or around them may. Where the end of a secret cannot be told (an unbraced password may
hold any character), everything from its keyword on is left out: a sentence less is cheaper than a
password more.
"""

from __future__ import annotations

import re
from typing import Final

#: Longest text kept, in characters: SQL Server's longest message (2,047, RAISERROR) fits.
MAX_TEXT_LENGTH: Final = 2_100

HIDDEN: Final = "…"

_SECRET_KEYWORD = re.compile(
    r"(?:\bPWD|pass[\s_-]?word|passwd|pass[\s_-]?phrase|secret|access[\s_-]?key|account[\s_-]?key"
    r"|api[\s_-]?key|token|credentials?|\bsig|signature|authorization)"
    r"[\"']?\s{0,4}(?:=|:(?!\w{1,8}://))",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\bbearer\s+(?=\S)", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?<=://)[^\s/@]{0,512}@")
#: A JSON Web Token or its beginning: base64url of `{"` is `eyJ`.
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}")
#: Longer than any identifier of SQL Server (128 characters) and without a blank: a key or a token.
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=.~-]{129,}")


#: Control characters, lone surrogates and marks that turn the direction of writing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def redact(text: str) -> str:
    """``text`` without anything that could be a secret."""
    for pattern in (_SECRET_KEYWORD, _BEARER):
        found = pattern.search(text)
        if found is not None:
            text = text[: found.end()] + HIDDEN
    for pattern in (_URL_PASSWORD, _JWT, _OPAQUE):
        text = pattern.sub(HIDDEN, text)
    return text


def printable(text: str) -> str:
    """``text`` redacted, without what would drive a terminal, and cut to MAX_TEXT_LENGTH."""
    clean = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", redact(text.replace("\r", "")))
    return clean if len(clean) <= MAX_TEXT_LENGTH else clean[: MAX_TEXT_LENGTH - 1] + HIDDEN
