"""What must never be tried again: how often the server heard of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import connection

from tests.scoreboard.faults import TABLE
from tests.standin import Failure, Phase, StandIn

#: A name that holds a number of the catalogue, as mssql-django's own search finds it in a text.
_USER: Final = "app40613"
_LOCKED: Final = Failure(
    number=18486,
    severity=14,
    message="Login failed for user 'app' because the account is currently locked out. The system "
    "administrator can unlock it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PermanentError:
    """``happens`` raises it; ``marker`` stands in the statement that is counted, "" for logins."""

    name: str
    happens: Callable[[], object]
    marker: str = ""
    password: str | None = None
    user: str | None = None
    login_failure: Failure | None = None

    def times(self, server: StandIn) -> int:
        """How often the server was asked since its counters were cleared."""
        if not self.marker:
            return len(server.counters.logins)
        asked = (record.text for record in server.counters.requests_after_login)
        return sum(self.marker in text for text in asked)


def execute(statement: str) -> Callable[[], object]:
    """Runs one statement, in autocommit."""

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


#: The row that is there already, with a key that looks like a number of the catalogue.
KEYED: Final = f"{TABLE}_keyed"
PREPARATION: Final = (
    f"CREATE TABLE {KEYED} (code varchar(20) PRIMARY KEY)",
    f"INSERT INTO {KEYED} VALUES ('64')",
)
PERMANENT: Final = (
    PermanentError(name="18456, a wrong password", happens=execute("SELECT 1"), password="wrong"),
    PermanentError(
        name="18486, a locked account", happens=execute("SELECT 1"), login_failure=_LOCKED
    ),
    PermanentError(
        name="18456 for a user named app40613",
        happens=execute("SELECT 1"),
        user=_USER,
        password="wrong",
    ),
    PermanentError(
        name='2627 with the key "(64)"',
        happens=execute(f"INSERT INTO {KEYED} VALUES ('64')"),
        marker=f"INSERT INTO {KEYED}",
    ),
    PermanentError(
        name='THROW with "(40501)" in its text',
        happens=execute("THROW 50001, 'order (40501) is late', 1"),
        marker="THROW",
    ),
    PermanentError(
        name="a syntax error", happens=execute("SELEC 1 FRM entry"), marker="SELEC 1 FRM"
    ),
)


@contextmanager
def arranged(error: PermanentError, server: StandIn) -> Iterator[None]:
    """The server and the settings so that it happens; as they were afterwards.

    mssql-django may try logins again here, as it does by default: it must not come to that.
    """
    settings = connection.settings_dict
    before = {name: settings[name] for name in ("USER", "PASSWORD", "OPTIONS")}
    server.script.clear()
    if error.marker:
        connection.connect()
    else:
        connection.close()
        settings["OPTIONS"] = settings["OPTIONS"] | {
            "connection_retries": 5,
            "connection_retry_backoff_time": 0,
        }
        settings["USER"] = error.user or before["USER"]
        settings["PASSWORD"] = error.password or before["PASSWORD"]
        if error.login_failure is not None:
            server.script.on(Phase.LOGIN, error.login_failure)
    server.counters.clear()
    if error.marker:
        # A connection that is open when the counters are cleared goes on unseen.
        connection.close()
        connection.connect()
    try:
        yield
    finally:
        settings.update(before)
        server.script.clear()
        connection.close()
