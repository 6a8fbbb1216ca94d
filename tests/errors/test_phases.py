from __future__ import annotations

from types import TracebackType
from typing import Any

import pytest

from django_mssql_ops.errors import Phase
from django_mssql_ops.errors.phases import phase_of_function, phase_of_traceback, refine


def traceback_through(*frames: tuple[str, str]) -> TracebackType:
    """The traceback of an error raised in the last of ``frames`` (module, function)."""
    call: Any = None
    for module, name in reversed(frames):
        namespace: dict[str, Any] = {"__name__": module, "inner": call}
        exec(f"def {name}():\n    if inner: inner()\n    raise KeyError", namespace)  # noqa: S102
        call = namespace[name]
    try:
        call()
    except KeyError as exc:
        assert exc.__traceback__ is not None
        return exc.__traceback__
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("function", "phase"),
    [
        ("SQLDriverConnect", Phase.CONNECT),
        ("SQLSetConnectAttr(SQL_ATTR_LOGIN_TIMEOUT)", Phase.CONNECT),
        ("SQLSetConnectAttr", Phase.AUTOCOMMIT),
        ("SQLExecDirectW", Phase.EXECUTE),
        ("SQLMoreResults", Phase.EXECUTE),
        ("SQLFetch", Phase.FETCH),
        ("SQLGetData", Phase.FETCH),
        ("SQLEndTran", Phase.COMMIT_OR_ROLLBACK),
        ("SQLEndTran(SQL_COMMIT)", Phase.COMMIT),
        ("SQLEndTran(SQL_ROLLBACK)", Phase.ROLLBACK),
        ("SQLSomethingNew", Phase.UNKNOWN),
        (None, Phase.UNKNOWN),
    ],
)
def test_the_name_of_the_odbc_function_tells(function: str | None, phase: Phase) -> None:
    assert phase_of_function(function) is phase


@pytest.mark.parametrize(
    ("frames", "phase"),
    [
        (
            [("mssql_python.connection", "commit"), ("mssql_python.connection", "_raise")],
            Phase.COMMIT,
        ),
        ([("mssql_python.connection", "rollback")], Phase.ROLLBACK),
        ([("mssql.base", "execute"), ("mssql_python.cursor", "execute")], Phase.EXECUTE),
        ([("mssql_python.cursor", "fetchall")], Phase.FETCH),
        (
            [
                ("mssql_python.db_connection", "connect"),
                ("mssql_python.connection", "setautocommit"),
            ],
            Phase.CONNECT,
        ),
        ([("mssql_python.connection", "setautocommit")], Phase.AUTOCOMMIT),
        ([("shop.models", "commit")], Phase.UNKNOWN),
    ],
)
def test_the_innermost_telling_frame_decides(frames: list[tuple[str, str]], phase: Phase) -> None:
    assert phase_of_traceback(traceback_through(*frames)) is phase


def test_frames_make_exact_what_a_name_leaves_open() -> None:
    commit = traceback_through(("django.db.backends.base.base", "_commit"))
    connecting = traceback_through(("mssql.base", "get_new_connection"))
    assert refine(Phase.COMMIT_OR_ROLLBACK, commit) is Phase.COMMIT
    assert refine(Phase.COMMIT_OR_ROLLBACK, connecting) is Phase.COMMIT_OR_ROLLBACK
    assert refine(Phase.AUTOCOMMIT, connecting) is Phase.CONNECT
    assert refine(Phase.EXECUTE, commit) is Phase.EXECUTE
    assert refine(Phase.UNKNOWN, None) is Phase.UNKNOWN
