"""The version that a library's file name tells, read without opening the file."""

from __future__ import annotations

from pathlib import Path


def version_of_library(library: str) -> tuple[int, ...] | None:
    """``.../libmsodbcsql-18.6.so.2.1`` -> (18, 6, 2, 1); None when the name does not tell.

    Links are followed, as packages register ``libmsodbcsql.18.so`` and the like. A single number
    (``msodbcsql18.dll`` has none, ``libfoo.so.2`` one) is no version of a release.
    """
    try:
        name = Path(library).resolve().name
    except (OSError, RuntimeError, ValueError):  # a loop of links; a NUL in the name
        return None
    numbers = numbers_in(name)
    return numbers if len(numbers) > 1 else None


def numbers_in(name: str) -> tuple[int, ...]:
    """The numbers between dots and hyphens; a part with letters in it is none."""
    parts = name.replace("-", ".").split(".")
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit())
