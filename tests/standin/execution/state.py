"""What the engine keeps of a session, from its login to its end."""

from __future__ import annotations

import functools
from typing import Any

from tests.standin.engine import Failure, StatementFailed
from tests.standin.errors.transactions import read_only, uncommittable
from tests.standin.execution import server_state
from tests.standin.logins import SYSTEM_DATABASES
from tests.standin.profiles import Profile
from tests.standin.rights import Rights
from tests.standin.runtime import DatabaseFacts
from tests.standin.session import Session, unknown_database
from tests.standin.storage.database import Database
from tests.standin.storage.databases import Databases
from tests.standin.storage.handle import Handle
from tests.standin.transactions import TransactionChange, TransactionEvent


class EngineSession:
    """The engine's half of a session; lives in ``session.engine_state``.

    ``row_count``, ``error``, ``identity`` and ``scope_identity`` are what @@ROWCOUNT and the rest
    answer; ``caught`` are the errors of the CATCH blocks being executed, the innermost last;
    ``tries`` counts the TRY blocks around the statement.
    """

    def __init__(self, session: Session, databases: Databases) -> None:
        self.session = session
        self.databases = databases
        self.row_count = 0
        self.error = 0
        self.identity: int | None = None
        self.scope_identity: int | None = None
        self.identity_insert: int | None = None
        self.caught: list[Failure] = []
        self.tries = 0
        self.depth = 0
        self._handles: dict[str, Handle] = {}
        self._entered = ""
        self.enter_database()

    @functools.cached_property
    def rights(self) -> Rights:
        """What the login may do; asked for with every statement."""
        return self.session.rights

    @property
    def handle(self) -> Handle:
        """The hold on the database the session is in."""
        return self._handles[self.session.database.lower()]

    def enter_database(self) -> None:
        """Follow the session to the database it is in now.

        Raises StatementFailed with 911 when another session has dropped it.
        """
        name = self.session.database
        if self._entered.lower() == name.lower():
            return
        self._leave_database()
        database = self.databases.find(name)
        if database is None:
            raise StatementFailed(unknown_database(name))
        database.enter(self.session)
        self._entered = name
        known = self._handles.get(name.lower())
        if known is not None and known.database is not database:
            known.close()  # the one of that name was dropped, this is another
            known = None
        if known is None:
            handle = Handle(database, self.session.look, self.session.spid)
            handle.runtime.databases = self._database_facts
            handle.runtime.may = self.rights.may
            handle.runtime.server_state = self._server_state
            self._handles[name.lower()] = handle

    def follow(self, event: TransactionEvent) -> None:
        """Do in SQLite what the session's transaction just did."""
        for handle in self._handles.values():
            if event.change is TransactionChange.COMMITTED:
                handle.commit()
            elif event.change is TransactionChange.ROLLED_BACK:
                handle.rollback()
            elif event.change is TransactionChange.SAVED:
                handle.save(event.name)
            elif event.change is TransactionChange.ROLLED_BACK_TO_SAVEPOINT:
                handle.rollback_to(event.name)

    def refuse_if_doomed(self) -> None:
        """Raise StatementFailed with 3930 in a transaction that can only be rolled back."""
        if self.session.transaction.doomed:
            raise uncommittable()

    def refuse_if_read_only(self) -> None:
        """Raise StatementFailed with 3906 where the database cannot be written to."""
        database = self.handle.database
        settings = _user_settings(database, self.session.profile)
        if settings.get("updateability") == "READ_ONLY":
            raise read_only(database.name)

    @property
    def lock_seconds(self) -> float | None:
        """SET LOCK_TIMEOUT in seconds; None where it is -1."""
        milliseconds = int(self.session.options.get("LOCK_TIMEOUT", "-1"))
        return None if milliseconds < 0 else milliseconds / 1000

    def option(self, name: str) -> bool:
        """Whether a SET option is ON."""
        return self.session.options.get(name, "OFF") == "ON"

    def reset(self) -> None:
        """What the reset of a pooled connection does: temporary tables go, values are as new."""
        self.close()
        self.row_count = self.error = 0
        self.identity = self.scope_identity = self.identity_insert = None

    def close(self) -> None:
        """Give everything back; what is not committed is gone."""
        for handle in self._handles.values():
            handle.close()
        self._handles.clear()
        self._leave_database()

    @property
    def handles(self) -> tuple[Handle, ...]:
        """The holds on databases, for whoever looks from another thread."""
        return tuple(self._handles.values())

    def _server_state(self, view: str) -> list[dict[str, object]]:
        return server_state.rows(view, self.session, self._database_facts())

    def _database_facts(self) -> tuple[DatabaseFacts, ...]:
        """What sys.databases shows: as the profile describes the server's databases."""
        profile = self.session.profile
        return tuple(
            DatabaseFacts(
                name=database.name,
                database_id=number,
                collation=database.collation,
                **_user_settings(database, profile),
                compatibility_level=profile.compatibility_level,
                auto_close=profile.auto_close,
                auto_shrink=profile.auto_shrink,
                snapshot_isolation=profile.snapshot_isolation,
                read_committed_snapshot=profile.read_committed_snapshot,
                page_verify=profile.page_verify,
            )
            for number, database in enumerate(self.databases.all, start=1)
        )

    def _leave_database(self) -> None:
        database = self.databases.find(self._entered) if self._entered else None
        if database is not None:
            database.leave(self.session)
        self._entered = ""


def _user_settings(database: Database, profile: Profile) -> dict[str, Any]:
    """What the profile says of the users' databases only, and ALTER DATABASE of each."""
    if database.name in SYSTEM_DATABASES:
        return {}
    role = profile.replica_role
    return {
        "state": profile.database_state,
        "user_access": "SINGLE_USER" if database.single_user else profile.user_access,
        "is_read_only": database.read_only,
        "updateability": "READ_ONLY" if database.read_only else profile.updateability,
        "is_primary_replica": None if not role else role == "PRIMARY",
        "service_objective": profile.service_objective or None,
    }


def state_of(session: Session) -> EngineSession:
    """The engine's half of a session."""
    state = session.engine_state
    if not isinstance(state, EngineSession):
        raise StatementFailed(Failure(number=50000, message="the session has no engine state"))
    return state
