"""The rows of the catalogue of symptoms, a module a topic. Their order says nothing."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.symptom import Symptom
from django_mssql_ops.errors.symptoms import (
    azure,
    certificates,
    concurrency,
    driver_discovery,
    entra,
    kerberos,
    login,
    lost_connections,
    network,
    python_imports,
    statements,
    tls,
)

ROWS: Final[tuple[Symptom, ...]] = (
    *driver_discovery.ROWS,
    *python_imports.ROWS,
    *network.ROWS,
    *lost_connections.ROWS,
    *certificates.ROWS,
    *tls.ROWS,
    *login.ROWS,
    *kerberos.ROWS,
    *entra.ROWS,
    *azure.ROWS,
    *concurrency.ROWS,
    *statements.ROWS,
)
