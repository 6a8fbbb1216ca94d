"""The URLs for probes: ``path("health/", include("django_mssql_ops.health.urls"))``.

``live/`` says that the process answers, ``ready/`` that its databases do, ``health/`` all that is
known, to those who may see it. Nothing here imports django-health-check.
"""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from django_mssql_ops.health import views

app_name: Final = "mssql_ops_health"
urlpatterns: Final[list[URLPattern]] = [
    path("live/", views.live, name="live"),
    path("ready/", views.ready, name="ready"),
    path("health/", views.health, name="health"),
]
