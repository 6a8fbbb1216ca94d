"""What may be quoted from a setting, and what could be a secret.

Facts keep text from settings, and rules quote it. Passwords turn up in odd places: a whole
connection string in HOST, a URL with credentials, ``Encrypt=yes PWD=...`` with the semicolon
forgotten. Everything quoted goes through here first, and when in doubt it is hidden.
"""

from __future__ import annotations

import re
from typing import Final

#: Stands for text that could be a secret. No driver accepts it as a value of any keyword.
HIDDEN: Final = "***"
#: Longer text is cut: a finding is one line.
MAX_QUOTED_CHARACTERS: Final = 200
#: Longer text is hidden whole: no host, name or path is that long, and matching stays quick.
MAX_READ_CHARACTERS: Final = 2000

_SECRETIVE: Final = r"pwd|pass|secret|token|credential|api_?key|access_?key|account_?key"
_SECRET_NAME: Final = re.compile(_SECRETIVE, re.IGNORECASE)
_SECRET_PAIR: Final = re.compile(rf"((?:{_SECRETIVE})[\w \t-]*[=:]).*", re.IGNORECASE | re.DOTALL)
_URL_CREDENTIALS: Final = re.compile(r"://.*@", re.DOTALL)
_JSON_WEB_TOKEN: Final = re.compile(r"eyJ[\w.+/=-]{8,}")
#: What a text has where one of the patterns above fits; most texts have nothing of it.
_SUSPICIOUS: Final = re.compile(rf"{_SECRETIVE}|://|eyJ", re.IGNORECASE)


def names_a_secret(name: str) -> bool:
    """True when a keyword or setting of this name would hold a secret, also when misspelt a little.

    ``PWD``, ``Password``, ``KeyStoreSecret``, ``AccessToken``, ``pwd hunter2`` are such names.
    """
    return _SECRET_NAME.search(name) is not None


def redact(text: str) -> str:
    """``text`` with everything hidden that could be a secret, and cut where it is too long.

    After a secret's name and ``=`` or ``:`` the whole rest goes, because a password may hold
    any delimiter. In a URL everything before the last ``@`` goes.
    """
    if len(text) > MAX_READ_CHARACTERS:
        return HIDDEN
    if _SUSPICIOUS.search(text) is not None:
        text = _SECRET_PAIR.sub(rf"\1{HIDDEN}", text)
        text = _URL_CREDENTIALS.sub(f"://{HIDDEN}@", text)
        text = _JSON_WEB_TOKEN.sub(HIDDEN, text)
    if len(text) > MAX_QUOTED_CHARACTERS:
        return text[:MAX_QUOTED_CHARACTERS] + "…"
    return text
