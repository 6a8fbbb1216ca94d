"""Is there a pool under Django, and did it keep the one connection when Django closed it?

This stage ends the connection. Opening several to compare ``@@SPID`` would be the plainer way, but
the run makes one login only; so the socket of that login is watched instead.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.deadline import TimeLimitExceeded, within
from django_mssql_ops.diagnostics.facts import Fact, PoolingFacts, Unreadable
from django_mssql_ops.pooling import SocketWatch, pool_facts

_NOT_TOLD: Final = Unreadable("the driver does not say whether it pools")
_NOT_SEEN: Final = Unreadable("no socket of the login could be watched, which only Linux allows")


def probe_pooling(
    wrapper: BaseDatabaseWrapper,
    settings: ConnectionSettings,
    odbc_driver: str,
    watch: SocketWatch,
    *,
    limit: float,
) -> PoolingFacts:
    """Close ``wrapper``'s connection and look whether its socket is open all the same."""
    found = pool_facts(settings, odbc_driver)
    pool = found.pool
    return PoolingFacts(
        conn_max_age=found.conn_max_age,
        conn_health_checks=found.conn_health_checks,
        configured=_NOT_TOLD if pool.enabled is None else pool.enabled,
        where=pool.where,
        kept=_kept(wrapper, watch, limit),
        ignored=pool.ignored,
        max_size=pool.max_size,
        idle_seconds=pool.idle_seconds,
        means_asgi=found.means_asgi,
    )


def _kept(wrapper: BaseDatabaseWrapper, watch: SocketWatch, limit: float) -> Fact[bool]:
    try:
        within(limit, wrapper.close)
    except TimeLimitExceeded:
        return Unreadable("the connection could not be closed in time")
    except Exception as problem:
        return Unreadable(f"{type(problem).__name__} while the connection was closed")
    seen = watch.outlived()
    return _NOT_SEEN if seen is None else seen
