"""The Django app: importing it costs next to nothing and imports no driver."""

from __future__ import annotations

from django.apps import AppConfig


class MssqlOpsConfig(AppConfig):
    name = "django_mssql_ops"
    verbose_name = "SQL Server operations"

    def ready(self) -> None:
        from django_mssql_ops import checks
        from django_mssql_ops.pooling.live import start_tracking
        from django_mssql_ops.pooling.serving import watch_first_request

        checks.register()
        start_tracking()
        watch_first_request()
