"""Everything the project serves."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("sampleproject.shop.urls")),
    # /live/, /ready/ and /health/
    path("", include("django_mssql_ops.health.urls")),
    path("admin/", admin.site.urls),
    # Browsers ask for it by this name wherever a page names no icon of its own.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}shop/icon.svg")),
]
