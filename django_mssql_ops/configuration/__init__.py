"""DATABASES turned into facts, without a driver, a connection or a secret."""

from django_mssql_ops.configuration.connection_settings import ConnectionSettings, Target
from django_mssql_ops.configuration.engines import is_retired, is_sql_server
from django_mssql_ops.configuration.reading import read_settings

__all__ = ["ConnectionSettings", "Target", "is_retired", "is_sql_server", "read_settings"]
