"""An own connection that answers the questions about the server from a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django_mssql_ops.health.server.questions import RIGHTS, Rights, Section, sections

#: A sound server of the product, whose login may see everything.
ALL_RIGHTS: Final[Mapping[str, object]] = {
    "engine_edition": 3,
    "server_state": 1,
    "server_performance": 1,
    "server_security": 1,
    "database_state": 1,
    "database_performance": 1,
    "database_security": 1,
}
SOUND: Final[Mapping[Section, Mapping[str, object]]] = {
    Section.SESSION: {"auth_scheme": "SQL", "updateability": "READ_WRITE"},
    Section.DATABASE: {"state": "ONLINE", "rcsi": 1, "in_group": 0},
    Section.ENCRYPTION: {"encrypt_option": "TRUE"},
    Section.SESSIONS: {
        "sessions": 40,
        "own": 7,
        "own_running": 2,
        "own_sleeping": 4,
        "own_dormant": 1,
        "idle_open": 0,
        "idle_seconds": 0,
    },
    Section.LIMIT: {"session_limit": 0, "max_connections": 32767},
    Section.BLOCKED: {"blocked": 0, "blocked_seconds": None},
    Section.REPLICA: {"replicas": 0, "primaries": None},
}

#: pyodbc's class as far as classify() looks at it.
_PYODBC_ERROR: Final[type[Exception]] = type(
    "ProgrammingError", (Exception,), {"__module__": "pyodbc"}
)


def refused(number: int, text: str = "permission was denied to 'svc'") -> Exception:
    """pyodbc's exception for an error of the server."""
    told = f"[42000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]{text} ({number})"
    return _PYODBC_ERROR("42000", f"{told} (SQLExecDirectW)")


def client_error(state: str, text: str) -> Exception:
    """pyodbc's exception for an error of the driver."""
    told = f"[{state}] [Microsoft][ODBC Driver 18 for SQL Server]{text} (0) (SQLExecDirectW)"
    return _PYODBC_ERROR(state, told)


class AnsweringOwn:
    """``answers`` replaces rows or columns of a section; an exception is raised for it.

    A statement of several sections has the columns of all, or raises what the first of them raises.
    ``asked`` are the statements in their order.
    """

    opened_at = 1.0

    def __init__(
        self,
        rights: Mapping[str, object] | Exception | None = ALL_RIGHTS,
        answers: Mapping[Section, Mapping[str, object] | Exception | None] | None = None,
        *,
        driver: tuple[str, str] = ("libmsodbcsql-18.6.so.2.1", "18.06.0002"),
    ) -> None:
        self.rights = rights
        self.answers = {**SOUND, **(answers or {})}
        self.driver = driver
        self.asked: list[str] = []

    @property
    def connection(self) -> AnsweringOwn:
        return self

    def getinfo(self, kind: int) -> str:
        return self.driver[0] if kind == 6 else self.driver[1]

    def cursor(self) -> _Cursor:
        return _Cursor(self)

    def answer(self, sql: str) -> Mapping[str, object] | None:
        self.asked.append(sql)
        if sql == RIGHTS:
            return _or_raise(self.rights)
        found: dict[str, object] = {}
        for section in Section:
            if any(query in sql for query in _QUERIES[section]):
                row = _or_raise(self.answers[section])
                if row is None:
                    return None
                found |= row
        return found


class _Cursor:
    description: Any = ()

    def __init__(self, own: AnsweringOwn) -> None:
        self._own = own
        self._row: tuple[object, ...] | None = None

    def execute(self, sql: str) -> None:
        row = self._own.answer(sql)
        self.description = [(name, None) for name in row or ()]
        self._row = None if row is None else tuple(row.values())

    def fetchone(self) -> tuple[object, ...] | None:
        return self._row

    def close(self) -> None:
        pass


def _or_raise(answer: Mapping[str, object] | Exception | None) -> Mapping[str, object] | None:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _queries() -> dict[Section, set[str]]:
    """Every wording of each section, on the product and on Azure."""
    found: dict[Section, set[str]] = {section: set() for section in Section}
    for edition in (3, 5):
        rights = Rights(engine_edition=edition, sees_sessions=True, sees_connections=True)
        for section, query in sections(rights).items():
            found[section].add(query)
    return found


_QUERIES: Final = _queries()
