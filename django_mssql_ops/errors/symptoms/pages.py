"""Addresses of the pages that several rows name."""

from __future__ import annotations

from typing import Final

_LEARN: Final = "https://learn.microsoft.com"
_ODBC: Final = f"{_LEARN}/sql/connect/odbc"
_BACKEND: Final = f"{_LEARN}/sql/connect/python/mssql-django"

OPTIONS: Final = f"{_BACKEND}/connection-options"
TROUBLESHOOTING: Final = f"{_BACKEND}/troubleshooting"

INSTALL: Final = f"{_ODBC}/linux-mac/installing-the-microsoft-odbc-driver-for-sql-server"
INSTALL_MAC: Final = f"{_ODBC}/linux-mac/install-microsoft-odbc-driver-sql-server-macos"
DRIVER_MANAGER: Final = f"{_ODBC}/linux-mac/installing-the-driver-manager"
DOWNLOAD: Final = f"{_ODBC}/download-odbc-driver-for-sql-server"
KEYWORDS: Final = f"{_ODBC}/dsn-connection-string-attribute"
CONNECTION_STRINGS: Final = (
    f"{_ODBC}/linux-mac/connection-string-keywords-and-data-source-names-dsns"
)
DRIVER_TROUBLESHOOTING: Final = f"{_ODBC}/connection-troubleshooting"
RESILIENCY: Final = f"{_ODBC}/connection-resiliency"

NETWORK: Final = (
    f"{_LEARN}/troubleshoot/sql/database-engine/connect/"
    "network-related-or-instance-specific-error-occurred-while-establishing-connection"
)
TLS_1_2: Final = (
    f"{_LEARN}/troubleshoot/sql/database-engine/connect/tls-1-2-support-microsoft-sql-server"
)
ENCRYPTION: Final = (
    f"{_LEARN}/sql/database-engine/configure-windows/configure-sql-server-encryption"
)
TDS_8: Final = f"{_LEARN}/sql/relational-databases/security/networking/tds-8"
USER_CONNECTIONS: Final = (
    f"{_LEARN}/sql/database-engine/configure-windows/"
    "configure-the-user-connections-server-configuration-option"
)
CONNECTIONPROPERTY: Final = f"{_LEARN}/sql/t-sql/functions/connectionproperty-transact-sql"
AZURE: Final = f"{_LEARN}/azure/azure-sql/database/troubleshoot-common-errors-issues"

PYODBC_ISSUES: Final = "https://github.com/mkleehammer/pyodbc/issues"
BACKEND_ISSUES: Final = "https://github.com/microsoft/mssql-django/issues"
MSSQL_PYTHON_ISSUES: Final = "https://github.com/microsoft/mssql-python/issues"
PHP_ISSUES: Final = "https://github.com/microsoft/msphpsql/issues"
SQL_DOCS_ISSUES: Final = "https://github.com/MicrosoftDocs/sql-docs/issues"
