"""The sample project's database and two apps of Django's.

Its shop has a JSONField, for which Django's own check of models connects and raises what the
driver raises; then nobody sees what other checks found (Django 5.2 to 6.1, _check_supported;
mssql-django 2.0 asks the server for its version).
"""

from __future__ import annotations

from sampleproject.settings import DATABASES as DATABASES

SECRET_KEY = "tests hold no secret"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_mssql_ops"]
ROOT_URLCONF = __name__
MSSQL_OPS = {"TIMEOUT": 2}

urlpatterns: list[object] = []
