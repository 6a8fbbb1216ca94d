"""The URLs of :mod:`.health_project`: ours, and the stock check of the database beside them."""

from __future__ import annotations

from django.urls import include, path
from health_check.views import HealthCheckView

urlpatterns = [
    path("", include("django_mssql_ops.health.urls")),
    path("stock/", HealthCheckView.as_view(checks=["health_check.checks.Database"])),
]
