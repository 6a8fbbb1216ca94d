from __future__ import annotations

from django.db import models

from django_mssql_ops.retry.tokens import MAX_TOKEN, TABLE


class RetryToken(models.Model):
    """One unit of work that was committed; rows come with raw SQL, in the work's transaction."""

    token = models.CharField(primary_key=True, max_length=MAX_TOKEN)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "django_mssql_ops_retry_tokens"
        db_table = TABLE

    def __str__(self) -> str:
        return self.token
