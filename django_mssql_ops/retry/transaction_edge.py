"""The moment after the COMMIT, and the way out of a block whose connection is gone.

mssql-django turns autocommit on by asking for @@TRANCOUNT, and with pyodbc that question is a
transaction of its own: a second COMMIT, of nothing, follows the one that counts (measured). When
the connection is lost between the two, Django would raise an error for a transaction that is
committed, and drop its on_commit functions.

And Django turns autocommit on although the connection was dropped, for which it connects: a block
that failed because the server is away would wait for a whole login time-out before it says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import Error

from django_mssql_ops.retry.effects import levels
from django_mssql_ops.retry.recording.watch import Watch


def leave(watch: Watch, turn_on: Callable[[], None]) -> None:
    """Turn autocommit on, as ``turn_on`` does; called while an attempt runs.

    Raises what ``turn_on`` raises, unless the connection was lost with nothing left to commit.
    """
    wrapper = watch.wrapper
    if _has_nothing_to_turn_on(wrapper):
        _restore(wrapper)
        return
    try:
        turn_on()
    except Error as error:
        # Autocommit is on: this is what an on_commit function raised, which is the project's.
        if wrapper.autocommit or not _is_committed(watch) or not _is_lost(error):
            raise
        _drop(watch)
        _restore(wrapper)


def _has_nothing_to_turn_on(wrapper: Any) -> bool:
    """The block is over and the connection gone; the next one begins as the settings say."""
    return (
        wrapper.connection is None
        and not wrapper.in_atomic_block
        and not wrapper.autocommit
        and bool(wrapper.settings_dict["AUTOCOMMIT"])
    )


def _is_committed(watch: Watch) -> bool:
    """wrapper.commit() has succeeded, and nothing was written since."""
    wrapper = watch.wrapper
    if not wrapper.run_commit_hooks_on_set_autocommit_on or wrapper.in_atomic_block:
        return False
    noted = [level.of(watch, inside=True) for level in levels()]
    return not any(
        effects.in_outer_block or effects.commit_failures or effects.has_open_writes()
        for effects in noted
    )


def _is_lost(error: BaseException) -> bool:
    """Not when the error says that the connection goes on; a silent peer counts as lost."""
    from django_mssql_ops.errors import classify

    described = classify(error)
    return described is not None and described.is_connection_dead is not False


def _drop(watch: Watch) -> None:
    from django_mssql_ops.retry.reset import drop_connection

    drop_connection(watch.wrapper)


def _restore(wrapper: Any) -> None:
    """What set_autocommit(True) does, without a connection to do it on."""
    wrapper.autocommit = True
    wrapper.needs_rollback = False
    if wrapper.run_commit_hooks_on_set_autocommit_on:
        wrapper.run_and_clear_commit_hooks()
        wrapper.run_commit_hooks_on_set_autocommit_on = False
    else:
        wrapper.run_on_commit = []
