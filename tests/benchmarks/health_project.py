"""A project that serves its health and nothing else: the settings of the measured servers.

``BENCH_HEALTH_SERVER`` is the database's ``host:port``.
"""

from __future__ import annotations

import os

from django_mssql_ops.odbc import use_bundled_driver
from tests.benchmarks.open_alias import entry

use_bundled_driver()

SECRET_KEY = "a benchmark keeps no secret from anyone"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django_mssql_ops", "health_check"]
ROOT_URLCONF = "tests.benchmarks.health_routes"
USE_TZ = True
# A probe that fails says so in the figures.
LOGGING_CONFIG = None

_HOST, _, _PORT = os.environ.get("BENCH_HEALTH_SERVER", "127.0.0.1:1433").rpartition(":")
DATABASES = {"default": entry(_HOST, int(_PORT))}
