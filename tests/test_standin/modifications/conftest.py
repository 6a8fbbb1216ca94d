"""A shop in memory for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_standin.modifications.sandbox import Sandbox, shop


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Three products, of which the first has a line."""
    box = Sandbox(*shop())
    box.change("INSERT INTO product (name, stock) VALUES ('apple', 1), ('bread', 2), ('cake', 3)")
    box.change("INSERT INTO line (product_id, quantity) VALUES (1, 7)")
    yield box
    box.close()
