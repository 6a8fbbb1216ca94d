"""The sample project's settings with pools switched off."""

from __future__ import annotations

from sampleproject.settings import *  # noqa: F403

DATABASE_CONNECTION_POOLING = False
