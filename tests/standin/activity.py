"""Who is at the other end of a session, and what the session does at the moment.

The session's own thread writes, any thread reads: what belongs together is one frozen object that
is put in place at once, so that no lock is needed and nobody pays who does not ask. Times are
local, as the datetime columns of the dynamic management views are.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.standin.counters import RequestRecord

#: A session that has not logged in completely (Microsoft Learn, sys.dm_exec_sessions).
NEVER: Final = dt.datetime(1900, 1, 1)
_COMMANDS: Final = {
    "TM_BEGIN": "BEGIN TRANSACTION",
    "TM_COMMIT": "COMMIT TRANSACTION",
    "TM_ROLLBACK": "ROLLBACK TRANSACTION",
    "TM_SAVE": "SAVE TRANSACTION",
}
_LONGEST_COMMAND: Final = 32


def _no_traffic() -> tuple[int, int]:
    return 0, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """One client: what its LOGIN7 said, and where its TCP connection comes from and goes to.

    ``traffic`` tells the bytes that were read and written until now.
    """

    process_id: int = 0
    interface: str = ""
    address: str = ""
    port: int = 0
    local_address: str = ""
    local_port: int = 0
    packet_size: int = 4096
    connected: dt.datetime = NEVER
    connection_id: uuid.UUID = field(default_factory=uuid.uuid4)
    traffic: Callable[[], tuple[int, int]] = _no_traffic


@dataclass(frozen=True, slots=True)
class RequestUnderWay:
    """A request since ``started``."""

    started: dt.datetime
    asked: RequestRecord

    @property
    def command(self) -> str:
        """What it is called where no statement says it; nvarchar(32) of sys.dm_exec_requests."""
        return _COMMANDS.get(self.asked.text) or self.asked.procedure.upper()[:_LONGEST_COMMAND]


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait of the session's request that is not for a lock."""

    kind: str
    since: dt.datetime


@dataclass(slots=True)
class Activity:
    """The present of one session; ``statement`` is what its batch executes."""

    logged_in: dt.datetime = field(default_factory=dt.datetime.now)
    request: RequestUnderWay | None = None
    statement: object = None
    wait: Wait | None = None
    last_started: dt.datetime = NEVER
    last_ended: dt.datetime = NEVER

    @contextlib.contextmanager
    def answering(self, asked: RequestRecord) -> Iterator[None]:
        """Around the answer to a request, which is over at the latest when this is left."""
        self.last_started = dt.datetime.now()
        self.request = RequestUnderWay(self.last_started, asked)
        try:
            yield
        finally:
            self.end()

    def end(self) -> None:
        """The answer is complete, but for its last packet: who has that finds the session idle."""
        if self.request is not None:
            self.request = self.statement = self.wait = None
            self.last_ended = dt.datetime.now()
