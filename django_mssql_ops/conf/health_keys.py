"""The keys of ``MSSQL_OPS["HEALTH"]``; the health checks judge their options by them too."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django_mssql_ops.conf import keys
from django_mssql_ops.conf.values import (
    FAIL_ON,
    HEALTH_WARNINGS,
    MAX_THRESHOLD,
    MAX_TIMEOUT,
    MAX_TOKENS,
    MAX_WAIT,
    SHORTEST_TOKEN,
)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _is_token(text: str) -> bool:
    """It comes back in a header, where other characters are not the same for all servers."""
    return len(text) >= SHORTEST_TOKEN and text.isascii() and text.isprintable() and " " not in text


def _threshold(unit: str, maximum: float = MAX_THRESHOLD) -> keys.Key:
    return keys.number(0, maximum, unit, optional=True)


THRESHOLD_KEYS: Final[Mapping[str, keys.Key]] = {
    "LATENCY": _threshold("seconds"),
    "SESSION_SHARE": _threshold("a share", 1),
    "IDLE_TRANSACTION": _threshold("seconds"),
    "BLOCKED": _threshold("seconds"),
    "TOKEN": _threshold("seconds"),
    "CERTIFICATE_DAYS": _threshold("days"),
    "ORPHANED": keys.whole(0, MAX_TOKENS, "connections"),
    "TOKEN_AGE": keys.seconds(MAX_THRESHOLD),
}
HEALTH_KEYS: Final[Mapping[str, keys.Key]] = {
    "DATABASES": keys.texts("an alias", "aliases"),
    "TIMEOUT": keys.seconds(MAX_TIMEOUT),
    "CACHE": keys.number(0, MAX_TIMEOUT, "seconds"),
    "LOGIN_TIMEOUT": keys.whole(1, 600, "whole seconds"),
    "QUERY_TIMEOUT": keys.whole(1, 600, "whole seconds"),
    "FACTS_EVERY": keys.seconds(MAX_WAIT),
    "FAIL_ON": keys.choice(FAIL_ON),
    "THRESHOLDS": keys.table(THRESHOLD_KEYS, lambda **found: MappingProxyType(found)),
    "IGNORED": keys.texts(
        f"one of the words {', '.join(HEALTH_WARNINGS)}",
        "words",
        lambda text: text in HEALTH_WARNINGS,
    ),
    "TOKENS": keys.texts(
        f"a token of at least {SHORTEST_TOKEN} characters, ASCII and without spaces",
        "tokens",
        _is_token,
        secret=True,
    ),
    "NETWORKS": keys.texts("a network as 10.0.0.0/8, without host bits", "networks", _is_network),
}
