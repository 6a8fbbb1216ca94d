"""Settings driven by the environment.

===================  ==========================================================================
MSSQL_HOST           a real server; without it the project expects the stand-in on localhost
MSSQL_PORT           default 1433
MSSQL_NAME           database, default ``app``
MSSQL_USER           default ``app``
MSSQL_PASSWORD       no default for a real server
MSSQL_PYTHON_DRIVER  ``pyodbc`` (default) or ``mssql_python``
MSSQL_EXTRA_PARAMS   ODBC keywords, default ``Encrypt=yes``
DJANGO_SECRET_KEY    required when MSSQL_HOST is set
DJANGO_DEBUG         ``1`` for a debug page
STANDIN_*            HOST, PORT and PASSWORD of the stand-in, when MSSQL_HOST is not set
===================  ==========================================================================
"""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.odbc import use_bundled_driver

_ON_STANDIN = "MSSQL_HOST" not in os.environ
#: Made up: the stand-in's own account, which exists on no server.
_STANDIN_PASSWORD = os.environ.get("STANDIN_PASSWORD", "stand-in Passw0rd")


def _required(name: str, on_standin: str) -> str:
    value = os.environ.get(name, on_standin if _ON_STANDIN else "")
    if not value:
        raise ImproperlyConfigured(f"MSSQL_HOST is set, so {name} must be set as well")
    return value


PYTHON_DRIVER = os.environ.get("MSSQL_PYTHON_DRIVER", "pyodbc")
if PYTHON_DRIVER == "pyodbc":
    # Microsoft's driver from the mssql-python-odbc wheel, unless one is registered already.
    use_bundled_driver()

SECRET_KEY = _required("DJANGO_SECRET_KEY", "the stand-in's project keeps no secret from anyone 1")
DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "sampleproject.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["mssql", "django_mssql_ops", "sampleproject.shop"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

_OPTIONS: dict[str, object] = {
    "extra_params": os.environ.get("MSSQL_EXTRA_PARAMS", "Encrypt=yes"),
    "connection_timeout": 15,
    "query_timeout": 30,
}
if PYTHON_DRIVER == "pyodbc":
    # Named, so that the backend cannot fall back to Driver 17, which does not encrypt by default.
    _OPTIONS["driver"] = "ODBC Driver 18 for SQL Server"
else:
    _OPTIONS["python_driver"] = PYTHON_DRIVER

DATABASES = {
    "default": {
        "ENGINE": "mssql",
        "HOST": os.environ.get("MSSQL_HOST") or os.environ.get("STANDIN_HOST", "localhost"),
        "PORT": os.environ.get("MSSQL_PORT") or os.environ.get("STANDIN_PORT", "1433"),
        "NAME": os.environ.get("MSSQL_NAME", "app"),
        "USER": os.environ.get("MSSQL_USER", "app"),
        "PASSWORD": _required("MSSQL_PASSWORD", _STANDIN_PASSWORD),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _OPTIONS,
    }
}
