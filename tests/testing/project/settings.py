"""A project that runs its unit tests on SQLite."""

from __future__ import annotations

SECRET_KEY = "tests hold no secret"
USE_TZ = True
INSTALLED_APPS = ["django_mssql_ops", "django_mssql_ops.contrib.retry_tokens"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
