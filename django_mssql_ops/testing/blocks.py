"""The program's own ``atomic()`` blocks, as opposed to those of the TestCase around it.

Django marks a TestCase's blocks with ``_from_testcase`` (django/test/testcases.py), which is how
``atomic(durable=True)`` can be tested. ``savepoint_ids[i]`` belongs to ``atomic_blocks[i + 1]``
(django/db/transaction.py, Django 5.2 to 6.1).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper


def in_testcase(wrapper: BaseDatabaseWrapper) -> bool:
    return any(_is_testcases(block) for block in wrapper.atomic_blocks)


def own_block(wrapper: BaseDatabaseWrapper) -> object | None:
    """The outermost open block that is not a TestCase's."""
    return next((block for block in wrapper.atomic_blocks if not _is_testcases(block)), None)


def own_savepoint(wrapper: BaseDatabaseWrapper) -> str | None:
    """The savepoint of :func:`own_block`, inside a TestCase."""
    blocks = wrapper.atomic_blocks
    place = next((i for i, block in enumerate(blocks) if not _is_testcases(block)), 0)
    savepoints: Sequence[str | None] = wrapper.savepoint_ids
    return savepoints[place - 1] if 0 < place <= len(savepoints) else None


def _is_testcases(block: object) -> bool:
    return bool(getattr(block, "_from_testcase", False))
