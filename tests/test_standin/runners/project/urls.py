"""One page, for the tests that run a server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.test_standin.runners.project.shelf.models import Book


def titles(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(Book.objects.order_by("title").values_list("title", flat=True)))


urlpatterns = [path("titles/", titles)]
