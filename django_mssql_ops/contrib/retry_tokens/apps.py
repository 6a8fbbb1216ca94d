from __future__ import annotations

from django.apps import AppConfig


class RetryTokensConfig(AppConfig):
    name = "django_mssql_ops.contrib.retry_tokens"
    label = "django_mssql_ops_retry_tokens"
    verbose_name = "Retry tokens"
    default_auto_field = "django.db.models.BigAutoField"
