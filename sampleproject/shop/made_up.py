"""Chance that repeats itself: the same for the same seed and topic, on every machine."""

from __future__ import annotations

import datetime as dt
import random
import uuid

#: When the shop that is made up opened.
OPENING = dt.datetime(2024, 1, 2, 8, tzinfo=dt.UTC)

_NAMESPACE = uuid.UUID("5f0f3f0e-6a6b-4c1c-9d3c-3f6d8f6f2c11")


def dice(seed: int, *topic: object) -> random.Random:
    """Random numbers of their own for each topic."""
    return random.Random(f"{seed} {topic}")  # noqa: S311 - they guard nothing


def made_up_uuid(seed: int, *topic: object) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{seed} {topic}")
