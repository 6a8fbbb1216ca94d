"""What can be injected: a server's error by number, or a fault of the connection by name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.testing.records import (
    BADLY_FORMATTED,
    LINK_FAILURE,
    NOT_CANCELLED,
    Record,
    sqlstate_of,
    transport,
)
from django_mssql_ops.testing.steps import Step

_RESET: Final = 104  # ECONNRESET
_CLOSED: Final = 10054  # WSAECONNRESET, which is what the driver makes of a FIN on Linux too
_REFUSED: Final = 10057  # WSAENOTCONN, which is what mssql-python shows for a refused port

_ALL: Final = frozenset(Step)
_OPEN: Final = _ALL - {Step.CONNECT}
_CONNECT: Final = frozenset({Step.CONNECT})

#: MS-TDS 2.2.7.10: Class, the severity, is one byte; SQL Server's own end at 25.
_MAX_SEVERITY: Final = 25
_MAX_NUMBER: Final = 2**31 - 1
#: sys.messages ends at 2,047 characters.
_MAX_TEXT: Final = 2_047


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``record`` is what pyodbc shows, ``mssql_python`` what mssql-python shows where it differs.

    ``fetch`` is the record of a fetch where that differs. ``steps`` are those at which the fault
    makes sense. ``rolls_back``: the server has rolled the transaction back. ``afterwards``: the
    connection is lost; the records of its further uses, the last one for ever.
    """

    name: str
    record: Record
    steps: frozenset[Step] = _ALL
    rolls_back: bool = False
    afterwards: tuple[Record, ...] = ()
    mssql_python: Record | None = None
    fetch: Record | None = None

    @property
    def loses_connection(self) -> bool:
        return bool(self.afterwards)


def _broken(name: str, number: int) -> Fault:
    record = transport(number)
    return Fault(
        name=name,
        record=record,
        afterwards=(LINK_FAILURE,),
        fetch=record._replace(function="SQLGetData"),
    )


_TIMED_OUT: Final = Record("HYT00", 0, "Query timeout expired")
_NO_LOGIN: Final = Record("HYT00", 0, "Login timeout expired")
_NO_HANDSHAKE: Final = Record(
    "08001",
    26,
    "Client unable to establish connection because an error was encountered during handshakes "
    "before login. Common causes include client attempting to connect to an unsupported version of "
    "SQL Server, server too busy to accept new connections or a resource limitation (memory or "
    "maximum allowed connections) on the server.",
)

#: The names are those of the faults of the proxy (docs/faults.md) where it has the same.
NAMED: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        fault.name: fault
        for fault in (
            _broken("reset", _RESET),
            _broken("close", _CLOSED),
            Fault(
                name="link-failure",
                record=LINK_FAILURE,
                steps=_OPEN,
                afterwards=(LINK_FAILURE,),
            ),
            Fault(
                name="refuse",
                record=_NO_LOGIN,
                steps=_CONNECT,
                mssql_python=Record("08001", _REFUSED, transport(_REFUSED).text),
            ),
            Fault(
                name="silent-accept",
                record=_NO_LOGIN,
                steps=_CONNECT,
                mssql_python=Record("08001", 258, "TCP Provider: Timeout error [258]. "),
            ),
            Fault(name="prelogin-reset", record=_NO_HANDSHAKE, steps=_CONNECT),
            # The server acknowledged the cancellation: the connection and its transaction go on.
            Fault(name="query-timeout", record=_TIMED_OUT, steps=_OPEN),
            Fault(name="half-open", record=_TIMED_OUT, steps=_OPEN, afterwards=(NOT_CANCELLED,)),
            Fault(
                name="garbage",
                record=Record("HY000", 0, "Protocol error in TDS stream"),
                steps=_OPEN,
                afterwards=(BADLY_FORMATTED,),
            ),
        )
    }
)

#: The server's connection is gone after its last words: what the driver sees next is their end.
_HUNG_UP: Final = (transport(_CLOSED), LINK_FAILURE)


def fault_from(fault: int | str, *, text: str | None, severity: int | None) -> Fault:
    """The fault of that name or number; raises ConfigurationError for what it cannot be."""
    if isinstance(fault, str):
        return _named(fault, text=text, severity=severity)
    if type(fault) is not int:
        raise ConfigurationError(
            f"a fault is a server's error number or one of {_names()}, not {type(fault).__name__}"
        )
    return _server_error(fault, text, severity)


def _named(name: str, *, text: str | None, severity: int | None) -> Fault:
    found = NAMED.get(name.strip().lower().replace("_", "-").replace(" ", "-"))
    if found is None:
        close = difflib.get_close_matches(name, NAMED, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ConfigurationError(
            f"there is no fault {name[:40]!r}{hint}; a fault is a server's error number or one of "
            f"{_names()}"
        )
    if text is not None or severity is not None:
        raise ConfigurationError(
            f"text and severity belong to a server's error; {found.name!r} is none"
        )
    return found


def _names() -> str:
    return ", ".join(NAMED)


def _is_severity(value: object) -> bool:
    return type(value) is int and 11 <= value <= _MAX_SEVERITY


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= _MAX_TEXT


def _server_error(number: int, text: str | None, severity: int | None) -> Fault:
    # The proxy's knowledge of the server is this module's too; importing it reads no socket.
    from django_mssql_ops.faultproxy.server_errors import ends_connection, error_of, rolls_back

    if not 1 <= number <= _MAX_NUMBER:
        raise ConfigurationError(f"an error number is from 1 to {_MAX_NUMBER}, not {number}")
    if severity is not None and not _is_severity(severity):
        raise ConfigurationError(
            f"the severity of an error is from 11 to {_MAX_SEVERITY}, not {severity!r}"
        )
    if text is not None and not _is_text(text):
        raise ConfigurationError(f"the text of an error has 1 to {_MAX_TEXT} characters")
    error = error_of(number, severity=severity, message=text or "")
    record = Record(sqlstate_of(number, error.severity), number, error.message, "server")
    return Fault(
        name=str(number),
        record=record,
        rolls_back=rolls_back(error),
        afterwards=_HUNG_UP if ends_connection(error) else (),
    )
