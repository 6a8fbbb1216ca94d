"""SET options and USE.

An option that would change what statements mean, and whose other value the stand-in does not know,
is refused; one that only concerns plans, statistics or old clients is noted and has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.errors import failure
from tests.standin.execution.batch import Batch
from tests.standin.execution.handlers import executes
from tests.standin.tsql import nodes

_ON_OR_OFF: Final = frozenset({"ON", "OFF"})
#: What the stand-in follows, or may ignore without answering anything wrongly.
_SWITCHES: Final = frozenset(
    {
        "ANSI_NULL_DFLT_OFF",
        "ANSI_NULL_DFLT_ON",
        "ARITHABORT",
        "CURSOR_CLOSE_ON_COMMIT",
        "FORCEPLAN",
        "IMPLICIT_TRANSACTIONS",
        "NOCOUNT",
        "STATISTICS IO",
        "STATISTICS TIME",
        "XACT_ABORT",
    }
)
#: Options of which only one value is known here.
_FIXED: Final = {
    "ANSI_DEFAULTS": "ON",
    "ANSI_NULLS": "ON",
    "ANSI_PADDING": "ON",
    "ANSI_WARNINGS": "ON",
    "ARITHIGNORE": "OFF",
    "CONCAT_NULL_YIELDS_NULL": "ON",
    "FMTONLY": "OFF",
    "NOEXEC": "OFF",
    "NUMERIC_ROUNDABORT": "OFF",
    "PARSEONLY": "OFF",
    "QUOTED_IDENTIFIER": "ON",
    "REMOTE_PROC_TRANSACTIONS": "OFF",
    "ROWCOUNT": "0",
    "SHOWPLAN_ALL": "OFF",
    "SHOWPLAN_TEXT": "OFF",
    "SHOWPLAN_XML": "OFF",
}
_VALUES: Final = frozenset({"DEADLOCK_PRIORITY", "LOCK_TIMEOUT", "TEXTSIZE", "CONTEXT_INFO"})
_LANGUAGES: Final = frozenset({"US_ENGLISH", "ENGLISH"})
_DATE_FORMATS: Final = frozenset({"mdy", "dmy", "ymd", "ydm", "myd", "dym"})


@executes(nodes.SetOption)
def set_option(batch: Batch, node: nodes.SetOption) -> Iterator[Result]:
    for name in node.names:
        _set(batch, name, node.value)
    yield batch.done()


def _set(batch: Batch, name: str, value: str) -> None:
    session = batch.session
    if name == "DATEFORMAT":
        session.date_format = _date_format(value)
    elif name == "DATEFIRST":
        session.date_first = _date_first(value)
    elif name == "LANGUAGE":
        if value not in _LANGUAGES:
            raise StatementFailed(not_supported(f"SET LANGUAGE {value}"))
    elif name in _FIXED:
        if value != _FIXED[name]:
            raise StatementFailed(not_supported(f"SET {name} {value}"))
    elif name in _SWITCHES and value in _ON_OR_OFF:
        session.options[name] = value
    elif name in _VALUES:
        session.options[name] = _checked(name, value)
    else:
        raise failure(195, f"'{name}' is not a recognized SET option.", severity=15, state=5)


def _checked(name: str, value: str) -> str:
    if name == "LOCK_TIMEOUT" and not value.lstrip("-").isdigit():
        raise failure(102, f"Incorrect syntax near '{value}'.", severity=15)
    return value


def _date_format(value: str) -> str:
    if value.lower() not in _DATE_FORMATS:
        raise failure(2741, f"SET DATEFORMAT date order '{value.lower()}' is invalid.")
    return value.lower()


def _date_first(value: str) -> int:
    if value not in {"1", "2", "3", "4", "5", "6", "7"}:
        raise failure(2742, f"SET DATEFIRST {value} is out of range.")
    return int(value)


@executes(nodes.SetIsolation)
def set_isolation(batch: Batch, node: nodes.SetIsolation) -> Iterator[Result]:
    batch.session.isolation_level = node.level.upper()
    yield batch.done()


@executes(nodes.Use)
def use(batch: Batch, node: nodes.Use) -> Iterator[Result]:
    batch.session.use(node.database)
    batch.state.enter_database()
    yield batch.done()
