"""The databases that belong to SQL Server itself (Microsoft, "System databases")."""

from __future__ import annotations

from typing import Final

_NAMES: Final = frozenset({"master", "model", "msdb", "tempdb"})


def is_system_database(name: str) -> bool:
    """True for ``master`` and its kind, in any case; blanks around a name do not count."""
    return name.strip().lower() in _NAMES
