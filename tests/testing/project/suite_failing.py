"""A test that shows nothing: its fault never fires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.django_db
def test_never(mssql_faults: Callable[..., Any]) -> None:
    mssql_faults(1205, sql="MERGE", nth=2)
