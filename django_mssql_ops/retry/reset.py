"""Makes an alias as good as new after a failed attempt, so that no thread is left wedged.

A lost connection may leave Django's flags saying that a block is open that nobody will ever leave:
"Cannot open a new connection in an atomic block." from then on, and neither close() nor
close_old_connections() mends that (measured). Only connect() resets those flags.
"""

from __future__ import annotations

from typing import Any, Final

from django_mssql_ops.retry.reaper import close_soon

#: Seconds that a reset waits for close().
CLOSE_LIMIT: Final = 1.0


def hard_reset(alias: str, *, limit: float = CLOSE_LIMIT) -> None:
    """Give up this thread's connection to ``alias``; the next use opens a new one.

    Never raises, and takes ``limit`` seconds at most. An alias inside an atomic block is left
    alone, since what was done in there is not ours to lose. Inside a TestCase the connection is
    kept, and only the marks are removed that the attempt left.
    """
    from django_mssql_ops.connections import wrapper_if_any

    wrapper = wrapper_if_any(alias)
    if wrapper is not None:
        reset_wrapper(wrapper, limit=limit)


def reset_wrapper(wrapper: Any, *, limit: float = CLOSE_LIMIT) -> None:
    """The same for a wrapper, which this thread may use."""
    blocks = wrapper.atomic_blocks
    if any(not block._from_testcase for block in blocks):
        return
    if blocks:
        _clear_marks(wrapper)
        return
    drop_connection(wrapper, limit=limit)
    _forget_transaction(wrapper)


def drop_connection(wrapper: Any, *, limit: float = CLOSE_LIMIT) -> None:
    """Take the connection from the wrapper, and have it closed where nobody waits long."""
    connection, wrapper.connection = wrapper.connection, None
    if connection is not None:
        close_soon(wrapper.alias, connection.close, limit=limit)


def _forget_transaction(wrapper: Any) -> None:
    """What connect() resets, and what it takes for granted."""
    wrapper.in_atomic_block = False
    wrapper.closed_in_transaction = False
    wrapper.needs_rollback = False
    wrapper.rollback_exc = None
    wrapper.commit_on_exit = True
    wrapper.savepoint_ids = []
    wrapper.savepoint_state = 0
    wrapper.atomic_blocks = []
    wrapper.run_on_commit = []
    wrapper.run_commit_hooks_on_set_autocommit_on = False
    wrapper.errors_occurred = False
    wrapper.autocommit = wrapper.settings_dict["AUTOCOMMIT"]


def _clear_marks(wrapper: Any) -> None:
    """Inside a TestCase: its connection is there again, and its transaction usable."""
    from django_mssql_ops.retry.recording.hooks import take_back

    take_back(wrapper)
    if wrapper.connection is not None and not wrapper.closed_in_transaction:
        wrapper.needs_rollback = False
        wrapper.rollback_exc = None
        wrapper.errors_occurred = False
