"""How the project uses this app's health checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django_mssql_ops.diagnostics.facts.reading import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthUse:
    """``networks`` are HEALTH["NETWORKS"]; ``strangers`` the names in HEALTH["DATABASES"] that are
    no alias of SQL Server.

    ``has_proxy``: a setting says that a proxy stands in front. ``redirected`` are the paths of
    live/ and ready/ that SECURE_SSL_REDIRECT redirects when they are asked for over HTTP, read from
    the URLconf once something else has loaded it.
    """

    networks: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    has_proxy: bool = False
    redirected: Stage[tuple[str, ...]] = ()


NO_HEALTH: Final = HealthUse()
