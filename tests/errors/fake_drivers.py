"""Exceptions with the drivers' own module names and shapes, so that unit tests need no driver."""

from __future__ import annotations

from collections.abc import Callable


def _class(name: str, base: type[BaseException], module: str) -> type[BaseException]:
    return type(name, (base,), {"__module__": module})


PyodbcError = _class("Error", Exception, "pyodbc")


class MssqlPythonError(Exception):
    """The shape of mssql_python.exceptions.Exception (1.16)."""

    __module__ = "mssql_python.exceptions"

    def __init__(self, driver_error: str, ddbc_error: str) -> None:
        self.driver_error = driver_error
        self.ddbc_error = _without_second_tag(ddbc_error)
        super().__init__(f"Driver Error: {driver_error}; DDBC Error: {self.ddbc_error}")


class ConnectionStringParseError(Exception):
    """The shape of mssql_python.exceptions.ConnectionStringParseError (1.16)."""

    __module__ = "mssql_python.exceptions"

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("Connection string parsing failed:\n  " + "\n  ".join(errors))


def _without_second_tag(text: str) -> str:
    if not text.startswith("[Microsoft]["):
        return text
    return "[Microsoft]" + text[text.index("]", len("[Microsoft]")) + 1 :]


def raised(
    exc: BaseException, within: Callable[[BaseException], None] | None = None
) -> BaseException:
    """``exc`` after it was raised, so that it has a traceback."""
    try:
        if within is None:
            raise exc
        within(exc)
    except BaseException as caught:
        return caught
    raise AssertionError("nothing was raised")


def connection_error(state: str, text: str, sentence: str) -> BaseException:
    """What mssql-python makes of a connection's failure: the RuntimeError stays as the context."""
    try:
        try:
            raise RuntimeError(f"SQLSTATE:{state}:{text}")
        except RuntimeError:
            raise MssqlPythonError(sentence, text) from None
    except MssqlPythonError as exc:
        return exc
