"""Django settings of the test run: a database that is never opened unless a test says so."""

from __future__ import annotations

SECRET_KEY = "tests hold no secret"
USE_TZ = True
INSTALLED_APPS = ["django_mssql_ops"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
