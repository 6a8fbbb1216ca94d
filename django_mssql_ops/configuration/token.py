"""What an access token says about itself, without a check of its signature and without keeping it.

Microsoft Entra's access tokens for SQL are JSON Web Tokens (RFC 7519): three parts of base64url,
the second of which holds the claims. ``exp`` and ``iat`` are seconds since 1970 (section 4.1.4).
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Final

#: Longer texts are no token: Entra's have two or three thousand characters.
MAX_TOKEN_LENGTH: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """``TOKEN`` of one alias: whether it can be one, and until when it is good.

    ``problem`` is "" for text that is not blank, else what is wrong with it. Times are aware, in
    UTC, and None where the token does not say.
    """

    problem: str = ""
    is_readable: bool = False
    expires_at: dt.datetime | None = None
    issued_at: dt.datetime | None = None


def read_token(value: object) -> TokenFacts:
    """The facts of a TOKEN setting; nothing of the token itself is kept."""
    if not isinstance(value, str):
        return TokenFacts(problem=f"is {'None' if value is None else 'a ' + type(value).__name__}")
    if not value.strip():
        return TokenFacts(problem="is blank")
    claims = _claims(value)
    if claims is None:
        return TokenFacts()
    return TokenFacts(
        is_readable=True,
        expires_at=_moment(claims.get("exp")),
        issued_at=_moment(claims.get("iat")),
    )


def _claims(token: str) -> dict[str, object] | None:
    parts = token.strip().split(".")
    if len(token) > MAX_TOKEN_LENGTH or len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    # json answers deep nesting with RecursionError; UnicodeError is a ValueError.
    except (ValueError, binascii.Error, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _moment(seconds: object) -> dt.datetime | None:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
