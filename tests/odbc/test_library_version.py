"""Versions that file names tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.odbc import RegisteredDriver
from django_mssql_ops.odbc.library_version import version_of_library


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        ("/opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.6.so.2.1", (18, 6, 2, 1)),
        ("libmsodbcsql-17.10.so.6.1", (17, 10, 6, 1)),
        ("libmsodbcsql.18.dylib", None),
        ("msodbcsql18.dll", None),
        ("libtdsodbc.so", None),
        ("", None),
        ("a\0b-1.2", None),
    ],
)
def test_the_version_is_in_the_name_or_nowhere(
    library: str, expected: tuple[int, ...] | None
) -> None:
    assert version_of_library(library) == expected
    assert RegisteredDriver("a name", library, "").version == expected


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "libmsodbcsql-18.6.so.2.1").touch()
    link = tmp_path / "libmsodbcsql.so"
    link.symlink_to("libmsodbcsql-18.6.so.2.1")
    assert version_of_library(str(link)) == (18, 6, 2, 1)


def test_a_loop_of_links_has_no_version(tmp_path: Path) -> None:
    loop = tmp_path / "libodd.so"
    loop.symlink_to(loop)
    assert version_of_library(str(loop)) is None


@given(st.text())
def test_no_name_is_too_odd(name: str) -> None:
    version = version_of_library(name)
    assert version is None or len(version) > 1
