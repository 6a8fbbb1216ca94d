"""What a driver raises, as Django passes it on to a view."""

from __future__ import annotations

from collections.abc import Callable

from django.db import utils

from tests.errors.fake_drivers import PyodbcError

_PREFIX = "[Microsoft][ODBC Driver 18 for SQL Server]"


def _raised(kind: type[Exception], state: str, text: str) -> Exception:
    """As Django chains them: its own class from the driver's."""
    driver = PyodbcError(state, f"[{state}] {_PREFIX}{text}")
    try:
        raise kind(*driver.args) from driver
    except Exception as exc:
        return exc


def deadlock() -> Exception:
    text = "[SQL Server]Transaction (Process ID 52) was deadlocked. (1205) (SQLExecDirectW)"
    return _raised(utils.Error, "40001", text)


def busy() -> Exception:
    text = "[SQL Server]The service is currently busy. (40501) (SQLExecDirectW)"
    return _raised(utils.Error, "HY000", text)


def unavailable() -> Exception:
    text = "[SQL Server]Database 'app' is not currently available. (40613) (SQLDriverConnect)"
    return _raised(utils.ProgrammingError, "42000", text)


def reset() -> Exception:
    text = "TCP Provider: Error code 0x68 (104) (SQLExecDirectW)"
    return _raised(utils.OperationalError, "08S01", text)


def lost_commit() -> Exception:
    text = "TCP Provider: Error code 0x68 (104) (SQLEndTran)"
    return _raised(utils.OperationalError, "08S01", text)


def duplicate() -> Exception:
    text = "[SQL Server]The duplicate key value is (64). (2627) (SQLExecDirectW)"
    return _raised(utils.IntegrityError, "23000", text)


Fault = Callable[[], Exception]
