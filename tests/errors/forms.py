"""One error in every form in which people meet it: exceptions, texts, tracebacks, logs.

``forms(...)`` takes what the ODBC driver says (state, native number, function, sentence, origin)
and gives what pyodbc, mssql-python, Django, SQLAlchemy, pandas, Airflow, isql, sqlcmd and SSMS make
of it. Forms of one group say the same amount: those of NUMBERLESS show no number.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from typing import Final, NamedTuple

from django.db import utils

from django_mssql_ops.errors.message import Origin
from django_mssql_ops.errors.mssql_python_states import STATE_OF_SENTENCE
from tests.errors.fake_drivers import MssqlPythonError, PyodbcError, connection_error, raised

DRIVER_18: Final = "ODBC Driver 18 for SQL Server"
#: Groups of forms that do not show the native number.
NUMBERLESS: Final = frozenset({"mssql_python", "isql", "sqlcmd"})
GROUPS: Final = frozenset({"pyodbc", "windows", "ssms"}) | NUMBERLESS

_SENTENCE_OF_STATE = {state: sentence for sentence, state in STATE_OF_SENTENCE.items()}
#: pyodbc's class for a state (src/errors.cpp); Django's has the same name.
_CLASS_OF_STATE = {
    "0A000": "NotSupportedError",
    "40002": "IntegrityError",
    "22": "DataError",
    "23": "IntegrityError",
    "24": "ProgrammingError",
    "25": "ProgrammingError",
    "42": "ProgrammingError",
    "HY001": "OperationalError",
    "HY014": "OperationalError",
    "HYT00": "OperationalError",
    "HYT01": "OperationalError",
    "IM001": "InterfaceError",
    "IM002": "InterfaceError",
    "IM003": "InterfaceError",
    "28": "InterfaceError",
    "08": "OperationalError",
}


class Form(NamedTuple):
    name: str
    group: str
    value: BaseException | str


class Parts(NamedTuple):
    """What the driver says."""

    sqlstate: str
    number: int
    function: str
    sentence: str
    origin: Origin = "server"
    driver: str = DRIVER_18

    @property
    def tags(self) -> str:
        if self.origin == "driver_manager":
            return "[unixODBC][Driver Manager]"
        server = "[SQL Server]" if self.origin == "server" else ""
        return f"[Microsoft][{self.driver}]{server}"

    @property
    def class_name(self) -> str:
        for start, name in _CLASS_OF_STATE.items():
            if self.sqlstate.startswith(start) and self.sqlstate != "08S02":
                return name
        return "Error"

    @property
    def record(self) -> str:
        return f"[{self.sqlstate}] {self.tags}{self.sentence} ({self.number}) ({self.function})"

    @property
    def joined(self) -> str:
        """As on Windows: the records that follow show the first one's state."""
        client = f"[{self.sqlstate}] [Microsoft][{self.driver}]"
        if self.function != "SQLDriverConnect":
            after = f"{client}[SQL Server]The statement has been terminated. (3621)"
            return f"{self.record}; {after}"
        noise = f"{client}Invalid connection string attribute (0)"
        return f"{self.record}; {noise}; {noise}"


def forms(
    sqlstate: str,
    number: int,
    function: str,
    sentence: str,
    *,
    origin: Origin = "server",
    driver: str = DRIVER_18,
) -> Iterator[Form]:
    """Every form of one error. ``origin`` is whose words they are."""
    parts = Parts(sqlstate, number, function, sentence, origin, driver)
    yield from _pyodbc_forms(parts)
    if origin == "driver_manager":
        return
    yield from _windows_forms(parts)
    yield from _mssql_python_forms(parts)
    yield from _tool_forms(parts)


def _pyodbc_exception(parts: Parts, text: str) -> BaseException:
    cls = type(parts.class_name, (PyodbcError,), {"__module__": "pyodbc"})
    return raised(cls(parts.sqlstate, text))


def in_django(cause: BaseException, class_name: str) -> BaseException:
    """What Django's wrap_database_errors raises from ``cause``."""
    outer: BaseException = getattr(utils, class_name)(*cause.args)

    def wrap(exc: BaseException) -> None:
        raise exc from cause

    return raised(outer, wrap)


def traceback_text(exc: BaseException) -> str:
    return "".join(traceback.format_exception(exc))


def _pyodbc_forms(parts: Parts) -> Iterator[Form]:
    exc = _pyodbc_exception(parts, parts.record)
    wrapped = in_django(exc, parts.class_name)
    shown = str(exc)
    trace = traceback_text(wrapped)
    one_line = json.dumps({"level": "ERROR", "exc_info": trace})
    pandas = f"pandas.errors.DatabaseError: Execution failed on sql 'SELECT 1': {shown}"
    alchemy = (
        f"sqlalchemy.exc.{parts.class_name}: (pyodbc.{parts.class_name}) {shown}\n[SQL: SELECT 1]\n"
        "(Background on this error at: https://sqlalche.me/e/20/e3q8)"
    )
    airflow = f"[2026-09-22, 10:11:12 UTC] {{taskinstance.py:1768}} ERROR - Task failed\n{trace}"
    values: dict[str, BaseException | str] = {
        "exception": exc,
        "django": wrapped,
        "django-copy": getattr(utils, parts.class_name)(*exc.args),
        "str": shown,
        "message": parts.record,
        "django-str": f"django.db.utils.{parts.class_name}: {shown}",
        "traceback": trace,
        "crlf": trace.replace("\n", "\r\n"),
        "json": one_line,
        "escaped": shown.replace("'", "\\'").replace('"', '\\"'),
        "nbsp": shown.replace(" ", "\N{NO-BREAK SPACE}"),
        "sqlalchemy": alchemy,
        "pandas": pandas,
        "airflow": airflow,
        "quoted": f"> 2026-09-22 10:11:12,345 ERROR app.views Failed: {shown}\n> please help!",
    }
    for name, value in values.items():
        yield Form(f"pyodbc-{name}", "pyodbc", value)


def _windows_forms(parts: Parts) -> Iterator[Form]:
    exc = _pyodbc_exception(parts, parts.joined)
    wrapped = in_django(exc, parts.class_name)
    yield Form("windows-exception", "windows", exc)
    yield Form("windows-django", "windows", wrapped)
    yield Form("windows-str", "windows", str(exc))
    yield Form("windows-traceback", "windows", traceback_text(wrapped))


def _mssql_python_forms(parts: Parts) -> Iterator[Form]:
    told = _SENTENCE_OF_STATE.get(
        parts.sqlstate, f"An error occurred with SQLSTATE code: {parts.sqlstate}"
    )
    text = f"{parts.tags}{parts.sentence}"
    exc: BaseException = MssqlPythonError(told, text)
    if parts.function == "SQLDriverConnect":
        exc = connection_error(parts.sqlstate, text, told)
    wrapped = in_django(exc, "OperationalError")
    values: dict[str, BaseException | str] = {
        "exception": exc,
        "django": wrapped,
        "str": str(exc),
        "abbreviated": str(exc).removeprefix("Driver Error: "),
        "traceback": traceback_text(wrapped),
        "raw": f"RuntimeError: SQLSTATE:{parts.sqlstate}:{text}",
    }
    for name, value in values.items():
        yield Form(f"mssql_python-{name}", "mssql_python", value)


def _tool_forms(parts: Parts) -> Iterator[Form]:
    isql = f"[{parts.sqlstate}][unixODBC]{parts.tags}{parts.sentence}"
    yield Form("isql", "isql", f"{isql}\n[ISQL]ERROR: Could not SQLConnect")
    end = "" if parts.sentence.endswith(".") else "."
    sqlcmd = f"Sqlcmd: Error: Microsoft {parts.driver} : {parts.sentence}{end}"
    yield Form("sqlcmd", "sqlcmd", sqlcmd)
    if parts.origin == "server":
        level = f"Msg {parts.number}, Level 16, State 1, Server db.example.com, Line 1"
        yield Form("sqlcmd-message", "ssms", f"{level}\n{parts.sentence}")
        ssms = f"{parts.sentence} (Microsoft SQL Server, Error: {parts.number})"
        yield Form("ssms", "ssms", ssms)
