"""Two databases on the stand-in whose port STANDIN_PORT names, through MSSQL_PYTHON_DRIVER."""

from __future__ import annotations

import os
from typing import Any

from django_mssql_ops.odbc import use_bundled_driver
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

SECRET_KEY = "the stand-in keeps no secret from anyone"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tests.test_standin.runners.project.urls"
#: Django's test server asks for both.
STATIC_URL, MEDIA_URL = "static/", "media/"
# Without contenttypes: after a flush it makes its rows again, with other keys than those that
# serialized_rollback brings back, on every database.
INSTALLED_APPS = ["mssql", "tests.test_standin.runners.project.shelf"]
#: Creating a test database creates the cache's table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shelf_cache",
    }
}

_OPTIONS: dict[str, Any] = {
    "extra_params": "Encrypt=no",
    "connection_retries": 0,
    "connection_timeout": 10,
    "query_timeout": 10,
}
if os.environ["MSSQL_PYTHON_DRIVER"] == "mssql_python":
    _OPTIONS["python_driver"] = "mssql_python"
else:
    use_bundled_driver()
    _OPTIONS["driver"] = "ODBC Driver 18 for SQL Server"


def _database(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "mssql",
        "NAME": name,
        "HOST": "127.0.0.1",
        "PORT": os.environ["STANDIN_PORT"],
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": _OPTIONS,
    }


#: There is no database "archive": only test_archive, while tests run.
DATABASES = {"default": _database(DEFAULT_DATABASE), "archive": _database("archive")}
