"""What a driver's exception says, taken apart once so that nobody else reads its text.

Two drivers say it differently (measured with pyodbc 5.5 and mssql-python 1.16 over msodbcsql 18.6):
pyodbc gives the SQLSTATE, the native number and the ODBC function of the first diagnostic record;
mssql-python gives a fixed English sentence per SQLSTATE and the server's text, and no number.
:class:`DriverError` is the common shape; ``confidence`` says whether the number was told or
inferred.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, Literal

from django_mssql_ops.errors.catalogue import (
    DefaultClass,
    Kind,
    Meaning,
    meaning_at,
    meaning_of,
)
from django_mssql_ops.errors.liveness import is_dead
from django_mssql_ops.errors.message import Origin, strip_frame

DriverModule = Literal["pyodbc", "mssql_python", "unknown"]

#: Longest sentence of the driver that ``describe()`` repeats, in characters: two terminal lines.
DESCRIPTION_LENGTH: Final = 160

#: SQLSTATEs that turn a login down whatever the number is. FA004 is "Failed to authenticate the
#: user in Active Directory": Microsoft Entra locks accounts out too, so it counts.
_REJECTING_STATES: Final = frozenset({"28000", "08004", "FA004"})

_CANNOT_OPEN_DATABASE: Final = 4060

#: What mssql-python's 18456 may hide. A server that cannot open the database answers with 4060 and
#: then 18456; pyodbc shows the first, mssql-python the second, and it has dropped the other record
#: by then (measured with mssql-python 1.16: its connect prefers 08004 to 28000 to 42000 and HY000,
#: whatever the order on the wire).
_HIDDEN_BEHIND_LOGIN_FAILED: Final = (_CANNOT_OPEN_DATABASE, 4064)

_WAIT_TIMEOUT: Final = "Timeout error [258]"


class Phase(enum.Enum):
    """What the driver was doing.

    ODBC commits and rolls back through one function, SQLEndTran, and its name is all that pyodbc
    tells: COMMIT and ROLLBACK are known only where a frame of Django or of mssql-python says which.
    """

    CONNECT = "connect"
    AUTOCOMMIT = "autocommit"
    EXECUTE = "execute"
    FETCH = "fetch"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    COMMIT_OR_ROLLBACK = "commit or rollback"
    DISCONNECT = "disconnect"
    UNKNOWN = "unknown"

    @property
    def may_commit(self) -> bool:
        """A transaction may have been committed by the call that failed.

        AUTOCOMMIT is among them: turning autocommit on commits what is open (ODBC,
        SQL_ATTR_AUTOCOMMIT), and 1205 was measured to arrive there.
        """
        return self in (Phase.COMMIT, Phase.COMMIT_OR_ROLLBACK, Phase.AUTOCOMMIT)


class Confidence(enum.Enum):
    """HIGH: the driver gave the number. LOW: it was inferred from a text, or there is none."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticRecord:
    """One ODBC diagnostic record; ``sqlstate`` is None where the driver shows a stale one."""

    sqlstate: str | None
    number: int | None
    origin: Origin
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverError:
    """One failed call of a driver.

    ``number`` is the native number; it means nothing without ``origin``, because 233 is "column
    cannot be NULL" from the server and "no process on the other end of the pipe" from Windows.
    ``text`` is the driver's own words with their tags, without secrets, at most
    ``redaction.MAX_TEXT_LENGTH`` characters. ``exception_class`` is the qualified name of the
    driver's exception, not of Django's wrapper. ``records`` are the records besides the first one.
    """

    driver: DriverModule
    sqlstate: str | None = None
    number: int | None = None
    origin: Origin = "unknown"
    odbc_function: str | None = None
    phase: Phase = Phase.UNKNOWN
    confidence: Confidence = Confidence.LOW
    text: str = ""
    exception_class: str = ""
    records: tuple[DiagnosticRecord, ...] = ()

    @property
    def is_from_server(self) -> bool:
        return self.origin == "server"

    @property
    def server_number(self) -> int | None:
        """``number`` when it is one of sys.messages; None for Winsock, errno and driver numbers."""
        return self.number if self.is_from_server else None

    @property
    def possible_numbers(self) -> tuple[int, ...]:
        """``number`` and, behind it, the server's numbers that this driver may have hidden."""
        if self.number is None:
            return ()
        hides = self.driver == "mssql_python" and self.phase is Phase.CONNECT and not self.records
        if hides and self.server_number == 18456:
            return (18456, *_HIDDEN_BEHIND_LOGIN_FAILED)
        return (self.number,)

    @property
    def is_login_rejected(self) -> bool:
        """The login was answered with a no that a second try would only repeat.

        Known numbers decide first. An unknown number with which a server ends a login counts as a
        no: one login too few costs a message, one too many may lock an account. A server that says
        "not now" (40613, 18401, ...) has not rejected anybody.
        """
        if self.phase not in (Phase.CONNECT, Phase.UNKNOWN):
            return False
        row = None if self.origin == "client" or self.number is None else meaning_of(self.number)
        if row is not None and row.kind is Kind.LOGIN:
            return True
        if row is not None and row.default_class is not DefaultClass.PERMANENT:
            return False
        if self.sqlstate in _REJECTING_STATES:
            return True
        return self.is_from_server and self.phase is Phase.CONNECT

    @property
    def meaning(self) -> Meaning | None:
        """The catalogue's row for ``number`` and ``origin``, or None."""
        return meaning_at(self.origin, self.number)

    @property
    def is_connection_dead(self) -> bool | None:
        """The connection cannot be used any more, or never came to be; None: it cannot be told.

        A failed login leaves no connection. After that the sources are the catalogue's rows, the
        SQLSTATE and the driver's own words (see :mod:`.liveness`). The later records count as well:
        a severe error may stand behind a mild one.
        """
        if self.phase in (Phase.CONNECT, Phase.DISCONNECT):
            return True
        verdict = is_dead(self.origin, self.sqlstate, self.number, self.sentence)
        behind = (
            is_dead(record.origin, record.sqlstate, record.number, strip_frame(record.text))
            for record in self.records
        )
        return True if verdict or any(behind) else verdict

    @property
    def cannot_open_database(self) -> bool:
        """4060: the login was accepted; another database, or this one later, may well open."""
        return self.server_number == _CANNOT_OPEN_DATABASE

    @property
    def is_timeout(self) -> bool:
        """A time limit of the driver ran out (HYT00: login or query, HYT01: connection).

        258 is Windows' WAIT_TIMEOUT: mssql-python shows it with 08001 for a server that goes silent
        during the login, where pyodbc shows HYT00 (measured with msodbcsql 18.6.2 on Linux).
        """
        return self.sqlstate in ("HYT00", "HYT01") or (
            not self.is_from_server and _WAIT_TIMEOUT in self.text
        )

    @property
    def sentence(self) -> str:
        """``text`` without its tags, its native number and its ODBC function."""
        return strip_frame(self.text)

    def describe(self) -> str:
        """One line: ``28000/18456 Login failed for user 'app'.``, ``~18456`` when inferred."""
        number = "" if self.number is None else str(self.number)
        if number and self.confidence is Confidence.LOW:
            number = f"~{number}"
        code = "/".join(part for part in (self.sqlstate, number) if part)
        sentence = " ".join(self.sentence.split())
        if len(sentence) > DESCRIPTION_LENGTH:
            sentence = sentence[: DESCRIPTION_LENGTH - 1] + "…"
        return " ".join(part for part in (code, sentence) if part) or self.exception_class
