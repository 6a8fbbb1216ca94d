"""Django settings for mypy: every app of the project and of its tests at once."""

from __future__ import annotations

from sampleproject.settings import *  # noqa: F403
from sampleproject.settings import INSTALLED_APPS as _OF_THE_SAMPLE

INSTALLED_APPS = [
    *_OF_THE_SAMPLE,
    "tests.test_standin.orm.library",
    "tests.test_standin.runners.project.shelf",
]
