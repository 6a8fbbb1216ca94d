from __future__ import annotations

from collections.abc import Iterator

import pytest

from django_mssql_ops.pooling import live


@pytest.fixture(autouse=True)
def nothing_opened() -> Iterator[None]:
    """The process tells 64 aliases apart, and tests make more than that."""
    live._tracker.forget()
    yield
    live._tracker.forget()
