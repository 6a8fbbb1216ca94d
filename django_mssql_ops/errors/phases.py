"""Which step failed: from the ODBC function that pyodbc names, or from the frames passed through.

mssql-python names no function, and pyodbc's SQLEndTran is commit and rollback alike. The traceback
knows more: the driver's, the backend's and Django's own methods have telling names. Only code
objects are read, never a frame's variables, which hold connection strings.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import MappingProxyType, TracebackType
from typing import Final

from django_mssql_ops.errors.driver_error import Phase

#: Frames looked at: a traceback is as deep as the recursion limit allows (1,000 by default).
MAX_FRAMES: Final = 1_000

_EXECUTE_FUNCTIONS = (
    "SQLExecDirect SQLExecute SQLPrepare SQLParamData SQLPutData SQLBindParameter SQLDescribeParam "
    "SQLNumParams SQLSetDescField SQLRowCount SQLNumResultCols SQLMoreResults SQLTables SQLColumns "
    "SQLStatistics SQLSpecialColumns SQLPrimaryKeys SQLForeignKeys SQLProcedures "
    "SQLProcedureColumns SQLGetTypeInfo"
)
_FETCH_FUNCTIONS = "SQLFetch SQLFetchScroll SQLGetData SQLDescribeCol SQLColAttribute SQLBindCol"

#: ODBC function (without W and without an argument in brackets) -> phase.
_BY_FUNCTION: Final = MappingProxyType(
    {
        "SQLDriverConnect": Phase.CONNECT,
        "SQLSetConnectAttr": Phase.AUTOCOMMIT,
        "SQLEndTran": Phase.COMMIT_OR_ROLLBACK,
        "SQLDisconnect": Phase.DISCONNECT,
        **dict.fromkeys(_EXECUTE_FUNCTIONS.split(), Phase.EXECUTE),
        **dict.fromkeys(_FETCH_FUNCTIONS.split(), Phase.FETCH),
    }
)

#: The argument that pyodbc 5.5 adds to some names; the attributes are those set while connecting.
_BY_ARGUMENT: Final = MappingProxyType(
    {
        "SQL_COMMIT": Phase.COMMIT,
        "SQL_ROLLBACK": Phase.ROLLBACK,
        "SQL_ATTR_LOGIN_TIMEOUT": Phase.CONNECT,
        "SQL_ATTR_ACCESS_MODE": Phase.CONNECT,
        "SQL_ATTR_QUERY_TIMEOUT": Phase.EXECUTE,
    }
)

_CURSOR_METHODS = {
    "execute": Phase.EXECUTE,
    "executemany": Phase.EXECUTE,
    "nextset": Phase.EXECUTE,
    "fetchone": Phase.FETCH,
    "fetchmany": Phase.FETCH,
    "fetchall": Phase.FETCH,
    "fetchval": Phase.FETCH,
    "__next__": Phase.FETCH,
}

#: Module -> function -> phase, read in mssql-python 1.16, mssql-django 2.0 and Django 5.2 to 6.1.
_BY_FRAME: Final = MappingProxyType(
    {
        "mssql_python.db_connection": {"connect": Phase.CONNECT},
        "mssql_python.connection": {
            "__init__": Phase.CONNECT,
            "setautocommit": Phase.AUTOCOMMIT,
            "commit": Phase.COMMIT,
            "rollback": Phase.ROLLBACK,
            "close": Phase.DISCONNECT,
        },
        "mssql_python.cursor": _CURSOR_METHODS,
        "mssql.base": {
            "get_new_connection": Phase.CONNECT,
            "_set_autocommit": Phase.AUTOCOMMIT,
            **_CURSOR_METHODS,
        },
        "django.db.backends.base.base": {
            "_commit": Phase.COMMIT,
            "_rollback": Phase.ROLLBACK,
            "_close": Phase.DISCONNECT,
        },
    }
)


def phase_of_function(name: str | None) -> Phase:
    """``SQLExecDirectW`` -> EXECUTE, ``SQLEndTran(SQL_COMMIT)`` -> COMMIT."""
    function, _, argument = (name or "").partition("(")
    told = _BY_ARGUMENT.get(argument.removesuffix(")"))
    return told or _BY_FUNCTION.get(function.removesuffix("W"), Phase.UNKNOWN)


def phase_of_traceback(traceback: TracebackType | None) -> Phase:
    """The innermost frame with a telling name decides; what connecting sets up is connecting."""
    phase = Phase.UNKNOWN
    for module, function in islice(_frames(traceback), MAX_FRAMES):
        told = _BY_FRAME.get(module, {}).get(function, phase)
        if (phase, told) != (Phase.CONNECT, Phase.AUTOCOMMIT):
            phase = told
    return phase


def refine(phase: Phase, traceback: TracebackType | None) -> Phase:
    """What the function's name says, made exact by the frames where the name leaves it open."""
    if phase is Phase.UNKNOWN:
        return phase_of_traceback(traceback)
    if phase is Phase.COMMIT_OR_ROLLBACK:
        told = phase_of_traceback(traceback)
        return told if told in (Phase.COMMIT, Phase.ROLLBACK) else phase
    if phase is Phase.AUTOCOMMIT and phase_of_traceback(traceback) is Phase.CONNECT:
        return Phase.CONNECT
    return phase


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, str]]:
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_globals.get("__name__")
        yield (module if isinstance(module, str) else ""), frame.f_code.co_name
        traceback = traceback.tb_next
