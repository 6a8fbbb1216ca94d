"""Pools under Django, and the connections of this process: what is set, and what was seen of it.

Django keeps a connection per thread and alias for CONN_MAX_AGE. Below that there may be a pool that
keeps the server's end open when Django closes its own: the ODBC driver manager's (pyodbc), or
mssql-python's. Neither has an interface that tells what it holds, so :class:`SocketWatch` looks at
this process's sockets, and :mod:`.live` follows Django's own connections by its signal. Nothing
here imports a driver or opens a connection. mssql-django has no ``OPTIONS["pool"]``, which Django
knows for other databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_mssql_ops.lazy_names import lazy_names

if TYPE_CHECKING:
    from django_mssql_ops.pooling.facts import Layer, PoolFacts, PoolSettings
    from django_mssql_ops.pooling.live import LiveConnection, live_connections, start_tracking
    from django_mssql_ops.pooling.settings import pool_settings
    from django_mssql_ops.pooling.sockets import SocketWatch, open_sockets
    from django_mssql_ops.pooling.summary import pool_facts
    from django_mssql_ops.pooling.unixodbc import is_yes, leading_number, unixodbc_pool

__all__ = [
    "Layer",
    "LiveConnection",
    "PoolFacts",
    "PoolSettings",
    "SocketWatch",
    "is_yes",
    "leading_number",
    "live_connections",
    "open_sockets",
    "pool_facts",
    "pool_settings",
    "start_tracking",
    "unixodbc_pool",
]

#: Name -> its module, which is imported when the name is first asked for: ready() of the app needs
#: one of them, and reading odbcinst.ini is for those who look.
_MODULES: Final = {
    "Layer": "facts",
    "LiveConnection": "live",
    "PoolFacts": "facts",
    "PoolSettings": "facts",
    "SocketWatch": "sockets",
    "is_yes": "unixodbc",
    "leading_number": "unixodbc",
    "live_connections": "live",
    "open_sockets": "sockets",
    "pool_facts": "summary",
    "pool_settings": "settings",
    "start_tracking": "live",
    "unixodbc_pool": "unixodbc",
}

__getattr__ = lazy_names(__name__, _MODULES)
