"""What the probes of the open connection are tested with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from django_mssql_ops.diagnostics.probes import installed_tables
from tests.diagnostics.probes.in_process import InProcess
from tests.diagnostics.probes.models import REGISTRY


@pytest.fixture
def connection() -> Iterator[InProcess]:
    """An open connection to an empty database of the stand-in."""
    made = InProcess()
    yield made
    made.close()


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small project's models are the installed ones."""
    monkeypatch.setattr(installed_tables, "apps", REGISTRY)
