"""Addresses of the pages that the rows name as their sources."""

from __future__ import annotations

from typing import Final

ERRORS: Final = "https://learn.microsoft.com/sql/relational-databases/errors-events"
_EVENTS = f"{ERRORS}/database-engine-events-and-errors"
E0: Final = f"{_EVENTS}-0-to-999"
E1000: Final = f"{_EVENTS}-1000-to-1999"
E3000: Final = f"{_EVENTS}-3000-to-3999"
E4000: Final = f"{_EVENTS}-4000-to-4999"
E8000: Final = f"{_EVENTS}-8000-to-8999"
E9000: Final = f"{_EVENTS}-9000-to-9999"
E10000: Final = f"{_EVENTS}-10000-to-10999"
E17000: Final = f"{_EVENTS}-16000-to-17999"
E18000: Final = f"{_EVENTS}-18000-to-18999"
E31000: Final = f"{_EVENTS}-31000-to-41399"
E41400: Final = f"{_EVENTS}-41400-to-49999"

AZURE: Final = (
    "https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues"
)
PRIVATE: Final = "https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings"
VNET: Final = (
    "https://learn.microsoft.com/azure/azure-sql/database/vnet-service-endpoint-rule-overview"
)
LIMITS: Final = (
    "https://learn.microsoft.com/azure/azure-sql/database/resource-limits-logical-server"
)
SYNAPSE: Final = "https://learn.microsoft.com/azure/synapse-analytics/sql-data-warehouse"
FABRIC: Final = "https://learn.microsoft.com/fabric/data-warehouse/limitations"

WINSOCK: Final = "https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2"
WIN32: Final = "https://learn.microsoft.com/windows/win32/debug/system-error-codes"
ERRNO: Final = "https://man7.org/linux/man-pages/man3/errno.3.html"

EF_CORE: Final = (
    "https://github.com/dotnet/efcore/blob/main/src/EFCore.SqlServer/Storage/Internal/"
    "SqlServerTransientExceptionDetector.cs"
)
JDBC: Final = "https://github.com/microsoft/mssql-jdbc"

#: Folders of pages about the backend, the drivers and the service.
DJANGO: Final = "https://learn.microsoft.com/sql/connect/python/mssql-django"
MSSQL_PYTHON: Final = "https://learn.microsoft.com/sql/connect/python/mssql-python"
ODBC: Final = "https://learn.microsoft.com/sql/connect/odbc"
GITHUB: Final = "https://github.com"
