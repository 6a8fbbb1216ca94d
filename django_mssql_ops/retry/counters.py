"""How often retries were made and not made in this process, without anybody who listens.

Touched only when an attempt has failed. The labels are the engine's stable words and aliases, of
which so many are told apart: an alias is never a reason to grow.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.dispatch import Signal

from django_mssql_ops.retry import signals
from django_mssql_ops.retry.budget import tokens
from django_mssql_ops.retry.signals import Event

#: What is said of an event, by the name of its signal.
_BY_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "retry_attempted": "attempted",
        "retry_exhausted": "exhausted",
        "retry_refused": "refused",
        "outcome_unknown": "unknown",
    }
)
#: The name of an event as a label, with its signal.
OUTCOMES: Final[Mapping[str, Signal]] = MappingProxyType(
    {outcome: getattr(signals, name) for name, outcome in _BY_NAME.items()}
)

#: Aliases come from DATABASES, so there are few; this many are told apart all the same.
_MOST_ALIASES: Final = 32
_aliases: Final[set[str]] = set()
_counts: Final[dict[tuple[str, str], int]] = {}
_lock = threading.Lock()


def count(event: Event) -> None:
    """One more of what ``event`` says."""
    key = alias_label(event), _BY_NAME[event.name]
    with _lock:
        _counts[key] = _counts.get(key, 0) + 1


def retry_counts() -> Mapping[tuple[str, str], int]:
    """How often, by alias and outcome ("attempted", "exhausted", "refused", "unknown").

    The alias is one of DATABASES, or ``several``, ``none`` or ``other`` as :func:`alias_label` has
    them. What never happened is not there.
    """
    with _lock:
        return dict(_counts)


def tokens_left(alias: str) -> float:
    """What is in the retry budget of ``alias``.

    Raises ConfigurationError when MSSQL_OPS is wrong.
    """
    from django_mssql_ops.conf import ops_settings

    return tokens(alias, ops_settings().retry_budget)


def alias_label(event: Event) -> str:
    """The alias; ``several`` where the attempt used more than one, ``none`` where it used none."""
    if len(event.aliases) != 1:
        return "several" if event.aliases else "none"
    [alias] = event.aliases
    if alias not in _aliases and len(_aliases) >= _MOST_ALIASES:
        return "other"
    _aliases.add(alias)
    return alias


def forget() -> None:
    """Begin at 0, as a forked child does; for tests too."""
    global _lock
    _lock = threading.Lock()
    _counts.clear()
    _aliases.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget)
