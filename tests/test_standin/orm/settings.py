"""Django on the stand-in whose port STANDIN_PORT names, or on the real server of MSSQL_HOST.

MSSQL_PYTHON_DRIVER says through which driver.
"""

from __future__ import annotations

import os

from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

SECRET_KEY = "the stand-in keeps no secret from anyone"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "mssql",
    "sampleproject.shop",
    "tests.test_standin.orm.library",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# The slow hashers are none of the database's business.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "library_cache",
        "OPTIONS": {"MAX_ENTRIES": 20},
    }
}

_OPTIONS: dict[str, object] = {
    "extra_params": os.environ.get("MSSQL_EXTRA_PARAMS", "Encrypt=yes;TrustServerCertificate=yes"),
    "connection_retries": 0,
    "connection_timeout": 10,
    "query_timeout": 20,
}
if os.environ.get("MSSQL_PYTHON_DRIVER") == "mssql_python":
    _OPTIONS["python_driver"] = "mssql_python"
else:
    _OPTIONS["driver"] = "ODBC Driver 18 for SQL Server"
    # Where nothing is said of MARS, mssql-django on Linux streams as if it were on, and a query
    # inside an iterator() fails with "Connection is busy" (mssql-django issue 618).
    _OPTIONS["extra_params"] = f"{_OPTIONS['extra_params']};MARS_Connection=no"

DATABASES = {
    "default": {
        "ENGINE": "mssql",
        "NAME": os.environ.get("MSSQL_NAME", DEFAULT_DATABASE),
        "HOST": os.environ.get("MSSQL_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MSSQL_PORT") or os.environ["STANDIN_PORT"],
        "USER": os.environ.get("MSSQL_USER", DEFAULT_USER),
        "PASSWORD": os.environ.get("MSSQL_PASSWORD", DEFAULT_PASSWORD),
        "OPTIONS": _OPTIONS,
    }
}
