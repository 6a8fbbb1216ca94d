"""Raises what a driver would raise: class, arguments and chain, without calling the driver.

The classes are the installed driver's own. pyodbc's come from C and have no frames; mssql-python
maps a record to a class in Python, and that function of its own is asked. It names no ODBC function
either, so that only the frames of its methods tell which step failed: the exception is raised in a
function that is called as the driver's would be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any, Final, Literal, NoReturn

from django_mssql_ops.errors.mssql_python_error import RECORDS_ATTRIBUTE
from django_mssql_ops.errors.mssql_python_shim import records_are_kept
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.testing.records import Record
from django_mssql_ops.testing.steps import Step

Driver = Literal["pyodbc", "mssql_python"]

DRIVERS: Final = ("pyodbc", "mssql_python")
ODBC_DRIVER: Final = "ODBC Driver 18 for SQL Server"
_LINK_FAILURE_AT_COMMIT: Final = -2147467259  # measured with pyodbc 5.5 on Linux

#: pyodbc's class for a state, or for all that begin so (src/errors.cpp). 08S02 is in none.
_PYODBC_CLASSES: Final = {
    **dict.fromkeys(("01002", "08001", "08003", "08004", "08007", "08S01"), "OperationalError"),
    **dict.fromkeys(("HY001", "HY014", "HYT00", "HYT01"), "OperationalError"),
    **dict.fromkeys(("28000", "IM001", "IM002", "IM003"), "InterfaceError"),
    "0A000": "NotSupportedError",
    "40002": "IntegrityError",
    "22": "DataError",
    "23": "IntegrityError",
    "24": "ProgrammingError",
    "25": "ProgrammingError",
    "42": "ProgrammingError",
}

#: Methods of mssql-python that its exceptions pass through, by the step.
_MODULE, _CURSOR = "mssql_python.connection", "mssql_python.cursor"
_FRAMES: Final = {
    Step.CONNECT: (_MODULE, "__init__"),
    Step.EXECUTE: (_CURSOR, "execute"),
    Step.FETCH: (_CURSOR, "fetchone"),
    Step.COMMIT: (_MODULE, "commit"),
    Step.ROLLBACK: (_MODULE, "rollback"),
    Step.AUTOCOMMIT: (_MODULE, "setautocommit"),
}


def driver_module(driver: Driver) -> ModuleType:
    """The driver's module; raises ConfigurationError where it cannot be imported."""
    try:
        return import_module(driver)
    except ImportError as error:
        raise ConfigurationError(
            f"a fault of {driver} needs {driver}, which cannot be imported: {error}; run: "
            f"pip install {driver.replace('_', '-')}"
        ) from None


def raise_as(
    driver: Driver,
    record: Record,
    step: Step,
    *,
    odbc_driver: str = ODBC_DRIVER,
    turns_on: bool = False,
) -> NoReturn:
    """Raise what ``driver`` raises for ``record`` at ``step``.

    ``turns_on``: the step is turning autocommit on.
    """
    module = driver_module(driver)
    tags = f"[Microsoft][{odbc_driver}]{'[SQL Server]' if record.origin == 'server' else ''}"
    if driver == "pyodbc":
        raise _pyodbc_exception(module, record, step, tags, turns_on)
    _raise_mssql_python(record, step, tags)


def _pyodbc_exception(
    module: Any, record: Record, step: Step, tags: str, turns_on: bool
) -> BaseException:
    if turns_on and step is Step.AUTOCOMMIT:
        # mssql-django looks at @@TRANCOUNT first; pyodbc commits when that cursor's block ends and
        # asks the wrong handle for the error (measured with pyodbc 5.5 and mssql-django 2.0).
        exception: BaseException = module.Error("HY000", "The driver did not supply an error!")
        return exception
    function = record.function or step.odbc_function
    text = f"[{record.sqlstate}] {tags}{record.text} ({record.number}) ({function})"
    exception = getattr(module, _pyodbc_class(record.sqlstate))(record.sqlstate, text)
    return exception


def _pyodbc_class(sqlstate: str) -> str:
    return _PYODBC_CLASSES.get(sqlstate) or _PYODBC_CLASSES.get(sqlstate[:2], "Error")


def _raise_mssql_python(record: Record, step: Step, tags: str) -> NoReturn:
    text = f"{tags}{record.text}"
    exceptions = import_module("mssql_python.exceptions")
    exception = exceptions.sqlstate_to_exception(record.sqlstate, text)
    if exception is None:
        exception = exceptions.DatabaseError(
            driver_error=f"An error occurred with SQLSTATE code: {record.sqlstate}", ddbc_error=text
        )
    raising = _raiser(step)
    if step in (Step.EXECUTE, Step.FETCH):
        if records_are_kept():
            key = f"[{record.sqlstate}] ({record.number})"
            texts = [text, f"{tags}{record.also}"] if record.also else [text]
            setattr(exception, RECORDS_ATTRIBUTE, tuple((key, each) for each in texts))
        raising(exception)
    raising(exception, f"SQLSTATE:{record.sqlstate}:{text}")


@cache
def _raiser(step: Step) -> Callable[..., NoReturn]:
    """A function whose frame says what the frame of the driver's own method says."""
    module, name = _FRAMES[step]
    template = _raise if module == _CURSOR else _raise_from_core
    code = template.__code__.replace(co_name=name, co_qualname=name)
    return FunctionType(code, {"__name__": module})


def _raise(exception: BaseException) -> NoReturn:
    raise exception


def _raise_from_core(exception: BaseException, raw: str) -> NoReturn:
    """A connection's failure is a RuntimeError of the driver's core first; it stays behind."""
    try:
        raise RuntimeError(raw)
    except RuntimeError:
        raise exception from None


def lost_at_commit(record: Record) -> Record:
    """What COMMIT shows of a connection that was lost before."""
    return record._replace(number=_LINK_FAILURE_AT_COMMIT) if record.number == 0 else record
