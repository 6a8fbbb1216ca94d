"""How connections of one alias are kept: one source for mssql_check and the health checks."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.pooling.facts import PoolFacts
from django_mssql_ops.pooling.serving import served_by
from django_mssql_ops.pooling.settings import pool_settings


def pool_facts(
    settings: ConnectionSettings,
    odbc_driver: str = "",
    environ: Mapping[str, str] | None = None,
) -> PoolFacts:
    """What is set for the alias, and what of it holds in this process; asks no server.

    ``odbc_driver`` is the ODBC driver that was loaded, where that is not the one asked for.
    """
    driver = odbc_driver or settings.driver
    return PoolFacts(
        conn_max_age=settings.conn_max_age,
        conn_health_checks=settings.conn_health_checks,
        pool=pool_settings(settings.python_driver, driver, environ),
        served_by=served_by(),
        means_asgi=_means_asgi(),
        uses_token=settings.has_token,
    )


def _means_asgi() -> bool:
    try:
        return bool(getattr(django_settings, "ASGI_APPLICATION", None))
    except ImproperlyConfigured:
        return False
