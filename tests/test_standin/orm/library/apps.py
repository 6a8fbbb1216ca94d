from __future__ import annotations

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "tests.test_standin.orm.library"
    label = "library"
