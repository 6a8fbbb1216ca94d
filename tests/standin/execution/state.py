"""What the engine keeps of a session, from its login to its end."""

from __future__ import annotations

from tests.standin.engine import Failure, StatementFailed
from tests.standin.errors.transactions import uncommittable
from tests.standin.rights import Rights
from tests.standin.runtime import DatabaseFacts
from tests.standin.session import Session, unknown_database
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

    @property
    def rights(self) -> Rights:
        """What the user may do; sa may do everything, on every server."""
        return Rights() if self.session.login == "sa" else self.session.profile.rights

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
            handle = Handle(database, self.session.look)
            handle.runtime.databases = self._database_facts
            handle.runtime.may = self.rights.may
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

    def _database_facts(self) -> tuple[DatabaseFacts, ...]:
        """What sys.databases shows: as the profile describes the server's databases."""
        profile = self.session.profile
        return tuple(
            DatabaseFacts(
                name=database.name,
                database_id=number,
                collation=database.collation,
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


def state_of(session: Session) -> EngineSession:
    """The engine's half of a session."""
    state = session.engine_state
    if not isinstance(state, EngineSession):
        raise StatementFailed(Failure(number=50000, message="the session has no engine state"))
    return state
