"""The health pages and nothing else."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("django_mssql_ops.health.urls"))]
