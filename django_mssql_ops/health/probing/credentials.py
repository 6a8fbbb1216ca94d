"""A name for what a login goes to, and with which credentials; neither can be read from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils.crypto import salted_hmac

from django_mssql_ops.configuration.reading import read_settings

_PURPOSE: Final = "django_mssql_ops.health.probing.credentials"
_PASSWORD_WORDS: Final = ("pwd", "password")


def credentials_name(alias: str, entry: Mapping[str, Any], secret: str | bytes) -> str:
    """Hexadecimal, the same in all processes that have the same ``secret``.

    Another password or token is another name, because a login with it is to be tried at once. So is
    another database: a contained one has users of its own, and mssql-python tells of one that is
    not there as of a wrong password (measured with 1.16).
    Raises ConfigurationError for an entry that cannot be read.
    """
    read = read_settings(alias, entry)
    options = entry.get("OPTIONS") or {}
    text = str(options.get("extra_params") or "")
    if not any(word in text.lower() for word in _PASSWORD_WORDS):
        # What else differs there, such as ApplicationIntent, logs in no other user.
        text = ""
    secrets = [str(entry.get("PASSWORD") or ""), str(entry.get("TOKEN") or ""), text]
    told = json.dumps([*read.login_identity, (read.name or "").lower(), *secrets])
    return salted_hmac(_PURPOSE, told, secret=secret, algorithm="sha256").hexdigest()
