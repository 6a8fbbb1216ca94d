from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.support_matrix import SUPPORTED, version_pair


@pytest.mark.parametrize(
    ("version", "pair"),
    [
        ("2.0.0", (2, 0)),
        ("1.15.0rc1", (1, 15)),
        ("1.15rc1", (1, 15)),
        ("2", (2, 0)),
        ("2.dev0", (9999, 0)),
        ("unknown", (9999, 0)),
        ("", (9999, 0)),
        (".5", (9999, 0)),
    ],
)
def test_a_version_starts_with_two_numbers(version: str, pair: tuple[int, int]) -> None:
    assert version_pair(version) == pair


@given(st.text())
def test_any_text_is_some_version(version: str) -> None:
    assert len(version_pair(version)) == 2


def test_the_matrix_grows_with_the_versions() -> None:
    newest = [supported.django[1] for supported in SUPPORTED.values()]
    assert newest == sorted(newest)
    for supported in SUPPORTED.values():
        assert supported.django[0] <= supported.django[1]
        assert supported.python[0] <= supported.python[1]
        for django, pythons in supported.tested.items():
            assert supported.django[0] <= django <= supported.django[1]
            assert supported.python[0] <= pythons[0] <= pythons[1] <= supported.python[1]
