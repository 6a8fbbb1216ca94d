"""The server as one session may see it: the sessions, and what each of them waits for.

What a login sees follows ``state_rights``. Times are in the storage form of datetime.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from tests.standin.profiles import Profile
from tests.standin.runtime import DatabaseFacts
from tests.standin.session import Session
from tests.standin.sqltypes import to_storage
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.state_rights import Sight
from tests.standin.storage.handle import Handle

if TYPE_CHECKING:
    from tests.standin.execution.state import EngineSession

Row = dict[str, object]
#: A session of the server's own, as administrators see some thirty: it has no host, no program.
SYSTEM_SESSION: Final = 9
_DATETIME: Final = SqlType("datetime")
#: The stand-in has only the database's write lock.
_LOCK_WAIT: Final = "LCK_M_X"
_ISOLATION_LEVELS: Final = {
    "READ UNCOMMITTED": 1,
    "READ COMMITTED": 2,
    "REPEATABLE READ": 3,
    "SERIALIZABLE": 4,
    "SNAPSHOT": 5,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request waits; ``behind`` is the session that has what it waits for, 0 for none."""

    kind: str
    milliseconds: int
    behind: int = 0
    resource: str = ""


class Seen:
    """The server as the session ``asker`` may see it; ``databases`` are those of the server."""

    def __init__(self, asker: Session, databases: Sequence[DatabaseFacts]) -> None:
        self.asker = asker
        self.databases = databases
        self._ids = {facts.name.lower(): facts.database_id for facts in databases}

    @property
    def profile(self) -> Profile:
        """What the server stands in for."""
        return self.asker.profile

    @property
    def sight(self) -> Sight:
        """Whose sessions are seen."""
        return self.asker.rights.state.sight

    def sessions(self) -> list[Session]:
        """By number; the one that asks is among them even where no server knows of it."""
        everybody = {session.spid: session for session in self.asker.sessions()}
        everybody[self.asker.spid] = self.asker
        return [session for _, session in sorted(everybody.items()) if self._shows(session)]

    def _shows(self, session: Session) -> bool:
        if session is self.asker or self.sight is Sight.OF_SERVER:
            return True
        same = session.database.lower() == self.asker.database.lower()
        return self.sight is Sight.OF_DATABASE and same

    def id_of(self, database: str) -> int:
        """The database_id of a name; 0 for a database that was dropped."""
        return self._ids.get(database.lower(), 0)

    def own_database(self) -> DatabaseFacts | None:
        """The database of the session that asks."""
        name = self.asker.database.lower()
        return next((facts for facts in self.databases if facts.name.lower() == name), None)


def stored_datetime(moment: dt.datetime) -> object:
    """A moment as a datetime, which counts in 300ths of a second."""
    return to_storage(moment, _DATETIME)


def milliseconds_since(moment: dt.datetime) -> int:
    """The milliseconds since a local time."""
    return max(int((dt.datetime.now() - moment).total_seconds() * 1000), 0)


def engine_half(session: Session) -> EngineSession | None:
    """What the engine keeps of a session; None before its first statement."""
    return cast("EngineSession | None", session.engine_state)


def _handles(session: Session) -> tuple[Handle, ...]:
    half = engine_half(session)
    return half.handles if half is not None else ()


def waiting_of(seen: Seen, session: Session) -> Waiting | None:
    """What the session's request waits for at this moment."""
    for handle in _handles(session):
        wait = handle.database.lock.wait_of(handle)
        if wait is not None:
            behind = wait.behind.spid if isinstance(wait.behind, Handle) else 0
            milliseconds = int((time.monotonic() - wait.since) * 1000)
            resource = f"DATABASE: {seen.id_of(handle.database.name)}:0"
            return Waiting(_LOCK_WAIT, milliseconds, behind, resource)
    other = session.activity.wait
    return Waiting(other.kind, milliseconds_since(other.since)) if other else None


def settings_of(session: Session) -> Row:
    """What SET changed, which a session and its request both show."""
    options = session.options
    return {
        "language": session.language,
        "date_format": session.date_format,
        "date_first": session.date_first,
        "arithabort": int(options.get("ARITHABORT") == "ON"),
        "transaction_isolation_level": _ISOLATION_LEVELS.get(session.isolation_level, 0),
        "lock_timeout": int(options.get("LOCK_TIMEOUT", "-1")),
    }
