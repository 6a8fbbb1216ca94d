"""Settings for three environments, driven by the environment.

====================  =========================================================================
SHOP_ENVIRONMENT      ``local`` (default): plain HTTP for this machine's browser, debug pages;
                      ``production``: HTTPS only; ``container``: the same behind a proxy that
                      ends TLS and sets X-Forwarded-Proto itself
SHOP_DEBUG            ``1`` or ``0``; default ``1`` in ``local``, and nowhere else allowed
SHOP_HOSTS            names the project answers to, with commas; default this machine's own
SHOP_STATIC_ROOT      where ``collectstatic`` puts the admin's files for the web server
SHOP_TIME_ZONE        default ``UTC``
SHOP_LOG_LEVEL        of what goes to stderr, default ``INFO``
SHOP_API_TOKEN        what clients that order through the API show; without it only ``local``
                      takes such orders
SHOP_HEALTH_TOKEN     what a monitor shows to see ``/health/`` and the details of ``/ready/``;
                      without it only ``local`` shows them, to this machine
DJANGO_SECRET_KEY     required when MSSQL_HOST is set
MSSQL_HOST            a real server; without it the project expects the stand-in on localhost
MSSQL_PORT            default 1433
MSSQL_NAME            database, default ``app``
MSSQL_USER            default ``app``
MSSQL_PASSWORD        no default for a real server
MSSQL_PYTHON_DRIVER   ``pyodbc`` (default) or ``mssql_python``
MSSQL_EXTRA_PARAMS    ODBC keywords, default ``Encrypt=yes``
STANDIN_*             HOST, PORT and PASSWORD of the stand-in, when MSSQL_HOST is not set
====================  =========================================================================

A secret can also be a file: DJANGO_SECRET_KEY_FILE, MSSQL_PASSWORD_FILE, SHOP_API_TOKEN_FILE and
SHOP_HEALTH_TOKEN_FILE name one, as the secrets of Docker and Kubernetes are given.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.odbc import use_bundled_driver

_ENVIRONMENTS = ("local", "production", "container")
_ON_STANDIN = "MSSQL_HOST" not in os.environ
#: Made up: the stand-in's own account, which exists on no server.
_STANDIN_PASSWORD = os.environ.get("STANDIN_PASSWORD", "stand-in Passw0rd")


def _secret(name: str) -> str:
    """The variable, or the content of the file that ``<name>_FILE`` names; empty without either."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as failure:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {failure.strerror}") from failure


def _required(name: str, on_standin: str) -> str:
    value = _secret(name) or (on_standin if _ON_STANDIN else "")
    if not value:
        raise ImproperlyConfigured(f"MSSQL_HOST is set, so {name} must be set as well")
    return value


SHOP_ENVIRONMENT = os.environ.get("SHOP_ENVIRONMENT", "local")
if SHOP_ENVIRONMENT not in _ENVIRONMENTS:
    raise ImproperlyConfigured(f"SHOP_ENVIRONMENT is none of {', '.join(_ENVIRONMENTS)}")
_LOCAL = SHOP_ENVIRONMENT == "local"

PYTHON_DRIVER = os.environ.get("MSSQL_PYTHON_DRIVER", "pyodbc")
if PYTHON_DRIVER == "pyodbc":
    # Microsoft's driver from the mssql-python-odbc wheel, unless one is registered already.
    use_bundled_driver()

SECRET_KEY = _required("DJANGO_SECRET_KEY", "the stand-in's project keeps no secret from anyone 1")
SHOP_API_TOKEN = _secret("SHOP_API_TOKEN")
_HEALTH_TOKEN = _secret("SHOP_HEALTH_TOKEN")
DEBUG = os.environ.get("SHOP_DEBUG", "1" if _LOCAL else "0") == "1"
if DEBUG and not _LOCAL:
    raise ImproperlyConfigured("SHOP_DEBUG=1 shows settings and source: only for local")
ALLOWED_HOSTS = os.environ.get("SHOP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "sampleproject.urls"
WSGI_APPLICATION = "sampleproject.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
# mssql-django 2.0 truncates and extracts dates with a zone's standard offset all year round
# (operations.py, _get_utcoffset): with summer time, an hour of every summer's day is counted on the
# wrong side of midnight.
TIME_ZONE = os.environ.get("SHOP_TIME_ZONE", "UTC")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "mssql",
    "django_mssql_ops",
    "django_mssql_ops.contrib.retry_tokens",
    "sampleproject.shop",
]
if find_spec("health_check"):
    # For its command; the page under /health/ needs it installed, and no more.
    INSTALLED_APPS.append("health_check")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Out here the session and everything else further in is made anew for another try.
    "django_mssql_ops.middleware.DatabaseRetryMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("SHOP_STATIC_ROOT")

if not _LOCAL:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # An orchestrator asks the process itself, over plain HTTP, and takes a redirect for success.
    SECURE_REDIRECT_EXEMPT = [r"^(live|ready)/$"]
if SHOP_ENVIRONMENT == "container":
    # Right only where every request passes a proxy that overwrites this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "sampleproject": {"level": os.environ.get("SHOP_LOG_LEVEL", "INFO")},
        # Django's own goes the same way, and not to mail or only to debug pages.
        "django": {"handlers": [], "level": os.environ.get("SHOP_LOG_LEVEL", "INFO")},
    },
}

MSSQL_OPS = {
    "HEALTH": {
        "TOKENS": (_HEALTH_TOKEN,) if _HEALTH_TOKEN else (),
        # Behind a proxy on the same machine every request comes from loopback.
        "NETWORKS": ("127.0.0.0/8", "::1/128") if _LOCAL else (),
    }
}

_EXTRA_PARAMS = os.environ.get("MSSQL_EXTRA_PARAMS", "Encrypt=yes")
_OPTIONS: dict[str, object] = {
    "connection_timeout": 15,
    "query_timeout": 30,
    # Two tries of 15 s and a pause of 5: no worker waits longer for a server that is not there.
    "connection_retries": 1,
    "connection_retry_backoff_time": 5,
}
if PYTHON_DRIVER == "pyodbc":
    # mssql-django takes several results at once for granted on Linux and does not ask for them
    # (microsoft/mssql-django#618): said one way or the other, it is right.
    _OPTIONS["extra_params"] = f"{_EXTRA_PARAMS};MARS_Connection=no"
    # Named, so that the backend cannot fall back to Driver 17, which does not encrypt by default.
    _OPTIONS["driver"] = "ODBC Driver 18 for SQL Server"
else:
    _OPTIONS["extra_params"] = _EXTRA_PARAMS
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
