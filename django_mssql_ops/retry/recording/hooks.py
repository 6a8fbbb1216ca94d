"""Hooks on one of Django's wrappers: on the instance, so that no class is changed.

Django's TestCase puts its own doubles on connect(), cursor() and the like, and takes them off again
by name: those four are left alone.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from django_mssql_ops.retry import transaction_edge
from django_mssql_ops.retry.effects import current
from django_mssql_ops.retry.reaper import close_soon
from django_mssql_ops.retry.recording.cursor import RecordingCursor
from django_mssql_ops.retry.recording.watch import Watch

_ATTRIBUTE: Final = "_mssql_ops_watch"

#: Seconds for the statement that undoes a block inside a TestCase.
_UNDO_LIMIT: Final = 1.0


def watch_of(wrapper: BaseDatabaseWrapper) -> Watch:
    """The wrapper's watch; it is hooked when it has none."""
    watch = wrapper.__dict__.get(_ATTRIBUTE)
    if not isinstance(watch, Watch):
        watch = Watch(wrapper)
        setattr(wrapper, _ATTRIBUTE, watch)
        _hook_callbacks(wrapper, watch)
        _hook_blocks(wrapper, watch)
        _hook_savepoints(wrapper, watch)
        if watch.is_sql_server:
            _hook_close(wrapper, watch)
        else:
            _hook_transactions(wrapper, watch)
    return watch


def take_back(wrapper: BaseDatabaseWrapper) -> None:
    """Give a TestCase its connection back, where close() has only put it aside."""
    watch = wrapper.__dict__.get(_ATTRIBUTE)
    if isinstance(watch, Watch) and watch.kept is not None:
        if wrapper.connection is None or wrapper.connection is watch.kept:
            wrapper.connection = watch.kept
            wrapper.closed_in_transaction = False
        watch.kept = None


def _hook_callbacks(wrapper: Any, watch: Watch) -> None:
    run, register = wrapper.run_and_clear_commit_hooks, wrapper.on_commit

    def run_and_clear_commit_hooks() -> None:
        if wrapper.run_on_commit:
            watch.callbacks_called(len(wrapper.run_on_commit))
        run()

    def on_commit(func: Any, robust: bool = False) -> None:
        if not wrapper.in_atomic_block:
            # Outside a block it is called at once.
            watch.callbacks_called(1)
        register(func, robust)

    wrapper.run_and_clear_commit_hooks = run_and_clear_commit_hooks
    wrapper.on_commit = on_commit


def _hook_blocks(wrapper: Any, watch: Watch) -> None:
    set_on, connect = wrapper.set_autocommit, wrapper.get_new_connection

    def set_autocommit(autocommit: bool, *args: Any, **kwargs: Any) -> None:
        if not autocommit:
            watch.began()
            set_on(autocommit, *args, **kwargs)
        elif watch.is_sql_server and current() is not None:
            transaction_edge.leave(watch, lambda: set_on(autocommit, *args, **kwargs))
        else:
            set_on(autocommit, *args, **kwargs)

    def get_new_connection(conn_params: Any) -> Any:
        # It may fail before there is a statement, and the alias is used all the same.
        watch.used()
        return connect(conn_params)

    wrapper.set_autocommit = set_autocommit
    wrapper.get_new_connection = get_new_connection


def _hook_savepoints(wrapper: Any, watch: Watch) -> None:
    """Inside a TestCase a savepoint is all that a block of the project's own has."""
    begin, commit, roll_back = (
        wrapper.savepoint,
        wrapper.savepoint_commit,
        wrapper.savepoint_rollback,
    )

    def savepoint() -> Any:
        if watch.is_between_test_blocks:
            watch.began()
        return begin()

    def savepoint_commit(sid: Any) -> None:
        commit(sid)
        if watch.is_between_test_blocks:
            watch.committed()

    def savepoint_rollback(sid: Any) -> None:
        roll_back(sid)
        if watch.is_between_test_blocks:
            watch.rolled_back()

    wrapper.savepoint = savepoint
    wrapper.savepoint_commit = savepoint_commit
    wrapper.savepoint_rollback = savepoint_rollback


def _hook_close(wrapper: Any, watch: Watch) -> None:
    """Keep a TestCase's connection: mssql-django closes it for 08S01, also for one made up.

    With it the TestCase's transaction would be gone, and every later attempt with it. The wrapper
    is left as close() leaves it; a hard reset puts the connection back.
    """
    end = wrapper.close

    def close() -> None:
        keeps = (
            watch.is_in_test_case
            and wrapper.connection is not None
            and not wrapper.closed_in_transaction
            and current() is not None
            and _undo_own_block(watch)
        )
        if not keeps:
            end()
            return
        wrapper.validate_thread_sharing()
        watch.kept = wrapper.connection
        watch.rolled_back()
        wrapper.run_on_commit = []
        wrapper.closed_in_transaction = True
        wrapper.needs_rollback = True

    wrapper.close = close


def _undo_own_block(watch: Watch) -> bool:
    """Roll back to where the project's own outermost block began; whether the connection works.

    Its exit will not do it: for Django the connection is closed by then.
    """
    wrapper, connection = watch.wrapper, watch.wrapper.connection
    # The outermost block of all has no savepoint: the own ones follow those of the TestCase.
    first = sum(block._from_testcase for block in wrapper.atomic_blocks) - 1
    own = [sid for sid in wrapper.savepoint_ids[first:] if sid is not None]
    sql = wrapper.ops.savepoint_rollback_sql(own[0]) if own else "SELECT 1"
    worked: list[bool] = []

    def undo() -> None:
        cursor = connection.cursor()
        cursor.execute(sql)
        cursor.close()
        worked.append(True)

    return close_soon(watch.alias, undo, limit=_UNDO_LIMIT) and bool(worked)


def _hook_transactions(wrapper: Any, watch: Watch) -> None:
    """For other vendors, whose DB-API connection stays what it is."""
    commit, roll_back, switch, create, end = (
        wrapper._commit,
        wrapper._rollback,
        wrapper._set_autocommit,
        wrapper.create_cursor,
        wrapper._close,
    )

    def _commit() -> Any:
        try:
            result = commit()
        except BaseException as error:
            watch.commit_failed(error)
            raise
        watch.committed()
        return result

    def _rollback() -> Any:
        result = roll_back()
        watch.rolled_back()
        return result

    def _set_autocommit(autocommit: bool) -> None:
        try:
            switch(autocommit)
        except BaseException as error:
            if autocommit:
                watch.commit_failed(error)
            raise
        if autocommit:
            watch.committed()

    def create_cursor(*args: Any, **kwargs: Any) -> Any:
        return RecordingCursor(create(*args, **kwargs), watch)

    def _close() -> Any:
        result = end()
        watch.rolled_back()
        return result

    wrapper._commit = _commit
    wrapper._rollback = _rollback
    wrapper._set_autocommit = _set_autocommit
    wrapper.create_cursor = create_cursor
    wrapper._close = _close
