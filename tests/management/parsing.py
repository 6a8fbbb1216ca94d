"""Command lines of mssql_check parsed as Django parses them."""

from __future__ import annotations

from typing import Any

from django_mssql_ops.management.commands.mssql_check import Command


def options(*words: str) -> dict[str, Any]:
    """The options of a command line, defaults included."""
    return vars(Command().create_parser("manage.py", "mssql_check").parse_args(list(words)))
