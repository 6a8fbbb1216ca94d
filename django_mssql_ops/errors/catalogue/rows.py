"""All rows together, in the order of their numbers."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django_mssql_ops.errors.catalogue import (
    availability,
    azure,
    client_codes,
    concurrency,
    login,
    permissions,
    resources,
)

#: The server's numbers (sys.messages and Azure's gateways).
CATALOGUE: Final = tuple(
    sorted(
        (
            *login.ROWS,
            *availability.ROWS,
            *azure.ROWS,
            *concurrency.ROWS,
            *resources.ROWS,
            *permissions.ROWS,
        ),
        key=lambda row: row.number,
    )
)

#: The client's numbers.
CLIENT_CODES: Final = client_codes.ROWS

OF_SERVER: Final = MappingProxyType({row.number: row for row in CATALOGUE})
OF_CLIENT: Final = MappingProxyType({row.number: row for row in CLIENT_CODES})
