"""Nothing is served yet: the project's views come with its data."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
