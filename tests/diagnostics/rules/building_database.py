"""Facts of a healthy alias about its tables and its pool, as :mod:`.building` has the others."""

from __future__ import annotations

from typing import Any

from django_mssql_ops.diagnostics.facts import (
    PermissionFacts,
    PoolingFacts,
    SchemaFacts,
    TablePermissions,
)


def table(name: str = "[shop_order]", *missing: str, **changes: Any) -> TablePermissions:
    """One table of the app "shop", with the permissions that are missing."""
    return TablePermissions(table=name, missing=missing, **{"app_label": "shop", **changes})


def permissions(*tables: TablePermissions, **changes: Any) -> PermissionFacts:
    healthy: dict[str, Any] = {
        "tables": tables or (table(),),
        "is_ddl_admin": False,
        "may_change_schema": False,
        "may_create_tables": False,
    }
    return PermissionFacts(**{**healthy, **changes})


def schema(**changes: Any) -> SchemaFacts:
    healthy: dict[str, Any] = {
        "use_tz": True,
        "date_times": (),
        "untrusted": (),
        "disabled": (),
        "triggers": (),
        "history_exists": True,
        "pending": (),
    }
    return SchemaFacts(**{**healthy, **changes})


def pooling(**changes: Any) -> PoolingFacts:
    healthy: dict[str, Any] = {
        "conn_max_age": 60.0,
        "conn_health_checks": True,
        "configured": False,
        "where": "unixODBC: no Pooling in [ODBC] of odbcinst.ini",
        "kept": False,
    }
    return PoolingFacts(**{**healthy, **changes})
