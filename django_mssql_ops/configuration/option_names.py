"""The keys that mssql-django 2.0 reads, per level of ``DATABASES[alias]``.

Anything else is ignored without a word; the backend validates nothing.
"""

from __future__ import annotations

from typing import Final

#: Read from OPTIONS by ``mssql/base.py``.
CONNECTION_OPTIONS: Final = frozenset(
    {
        "collation",
        "connection_recovery_interval_msec",
        "connection_retries",
        "connection_retry_backoff_time",
        "connection_timeout",
        "datefirst",
        "driver",
        "driver_charset",
        "driver_needs_utf8",
        "dsn",
        "extra_params",
        "host_is_server",
        "isolation_level",
        "python_driver",
        "query_timeout",
        "return_rows_bulk_insert",
        "setdecoding",
        "setencoding",
        "unicode_results",
    }
)

#: Read from OPTIONS by ``mssql/client.py`` alone: they change dbshell and nothing else.
DBSHELL_OPTIONS: Final = frozenset({"db", "host", "passwd", "port", "read_default_file", "user"})

OPTIONS: Final = CONNECTION_OPTIONS | DBSHELL_OPTIONS

#: Read from the entry itself, by Django or by mssql-django.
TOP_LEVEL: Final = frozenset(
    {
        "ATOMIC_REQUESTS",
        "AUTOCOMMIT",
        "CONN_HEALTH_CHECKS",
        "CONN_MAX_AGE",
        "DISABLE_SERVER_SIDE_CURSORS",
        "ENGINE",
        "HOST",
        "NAME",
        "OPTIONS",
        "PASSWORD",
        "PORT",
        "TEST",
        "TIME_ZONE",
        "TOKEN",
        "Trusted_Connection",
        "USER",
    }
)

_TOP_LEVEL_IN_LOWER_CASE: Final = {name.lower(): name for name in TOP_LEVEL}


def belongs_to_top_level(option: str) -> str:
    """The top-level setting that the key ``option`` of OPTIONS was meant to be, or ""."""
    return "" if option in OPTIONS else _TOP_LEVEL_IN_LOWER_CASE.get(option.lower(), "")


#: Settings of the module; mssql-django reads them from nowhere else.
MODULE_LEVEL: Final = frozenset({"DATABASE_CONNECTION_POOLING"})

#: A connection keyword (lower case) -> the setting that writes it.
SETTING_OF_KEYWORD: Final = {
    "addr": "HOST",
    "address": "HOST",
    "database": "NAME",
    "port": "PORT",
    "pwd": "PASSWORD",
    "server": "HOST",
    "servername": "HOST",
    "trusted_connection": "Trusted_Connection",
    "uid": "USER",
}
