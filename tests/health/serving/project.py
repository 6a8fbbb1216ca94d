"""The settings of a small project whose databases lie behind the fault proxy; for web servers.

What it serves and how it probes comes from the variable that :mod:`.web` sets.
"""

from __future__ import annotations

import json
import os

from django_mssql_ops.odbc import use_bundled_driver
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_USER

use_bundled_driver()

_told = json.loads(os.environ["SERVING"])

SECRET_KEY = "tests hold no secret"
USE_TZ = True
TIME_ZONE = "UTC"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.health.serving.urls"
INSTALLED_APPS = ["django_mssql_ops"]
DATABASES = {
    driver: {
        "ENGINE": "mssql",
        "NAME": DEFAULT_DATABASE,
        "HOST": "localhost",
        "PORT": str(_told["port"]),
        "USER": DEFAULT_USER,
        "PASSWORD": _told["password"],
        "OPTIONS": {"driver": "ODBC Driver 18 for SQL Server"}
        if driver == "pyodbc"
        else {"python_driver": driver},
    }
    for driver in _told["drivers"]
}
DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
MSSQL_OPS = {"HEALTH": _told["health"]}
