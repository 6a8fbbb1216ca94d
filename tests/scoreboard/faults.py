"""The 21 transient faults, as the stand-in's script plays them: once, and all is well again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tests.standin import Drop, Failure, Phase, Script

#: Statements of the workload: its table's name stands in each of them.
TABLE: Final = "scoreboard_entry"
_STATEMENT: Final = re.compile(rf"(INSERT|SELECT)\b.*{TABLE}", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransientFault:
    """``when`` it strikes, and the one step with which the server answers."""

    name: str
    when: Phase | re.Pattern[str]
    step: Failure | Drop

    def arm(self, script: Script) -> None:
        """Strike once."""
        script.on(self.when, self.step, times=1)

    @property
    def needs_login(self) -> bool:
        """Whether it strikes before a statement can: a new connection has to be made."""
        return isinstance(self.when, Phase)


#: Texts as sys.messages has them, with values made up; severities from the Azure SQL Database page
#: of transient errors where it gives them, from the pages of errors and events for the others.
_MESSAGES: Final = {
    1205: (
        13,
        "Transaction (Process ID 53) was deadlocked on lock resources with another process and "
        "has been chosen as the deadlock victim. Rerun the transaction.",
    ),
    1222: (16, "Lock request time out period exceeded."),
    3960: (
        16,
        "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot "
        "isolation to access table 'dbo.entry' directly or indirectly in database 'app' to update, "
        "delete, or insert the row that has been modified or deleted by another transaction. Retry "
        "the transaction or change the isolation level for the update/delete statement.",
    ),
    4221: (
        16,
        "Login to read-secondary failed due to long wait on "
        "'HADR_DATABASE_WAIT_FOR_TRANSITION_TO_VERSIONING'.",
    ),
    10928: (
        20,
        "Resource ID : 1. The request limit for the database is 120 and has been reached.",
    ),
    10929: (
        20,
        "Resource ID : 1. The request minimum guarantee is 0, maximum limit is 120 and the current "
        "usage for the database is 119. However, the server is currently too busy to support "
        "requests greater than 0 for this database.",
    ),
    40197: (
        17,
        "The service has encountered an error processing your request. Please try again. Error "
        "code 40540.",
    ),
    40501: (
        20,
        "The service is currently busy. Retry the request after 10 seconds. Incident ID: made up. "
        "Code: 1.",
    ),
    40613: (
        17,
        "Database 'app' on server 'stand-in' is not currently available. Please retry the "
        "connection later.",
    ),
    49918: (
        16,
        "Cannot process request. Not enough resources to process request. The service is currently "
        "busy. Please retry the request later.",
    ),
    49919: (
        16,
        "Cannot process create or update request. Too many create or update operations in progress "
        "for subscription 'made up'.",
    ),
    49920: (
        16,
        "Cannot process request. Too many operations in progress for subscription 'made up'.",
    ),
}
#: Errors that end the server's transaction (MSSQLSERVER_1205, MSSQLSERVER_3960).
_ROLLS_BACK: Final = frozenset({1205, 3960})
_LOGIN_NUMBERS: Final = (40613, 40501, 40197, 10928, 10929, 49918, 49919, 49920, 4221)
_QUERY_NUMBERS: Final = (40501, 40197, 40613, 10928, 1205, 1222, 3960)


def _error(number: int) -> Failure:
    severity, message = _MESSAGES[number]
    return Failure(
        number=number,
        message=message,
        severity=severity,
        rolls_back=number in _ROLLS_BACK,
    )


FAULTS: Final = (
    *(
        TransientFault(name=f"login {number}", when=Phase.LOGIN, step=_error(number))
        for number in _LOGIN_NUMBERS
    ),
    TransientFault(name="RST in prelogin", when=Phase.PRELOGIN, step=Drop.RESET),
    TransientFault(name="FIN in prelogin", when=Phase.PRELOGIN, step=Drop.CLOSE),
    TransientFault(name="RST at login", when=Phase.LOGIN, step=Drop.RESET),
    *(
        TransientFault(name=f"query {number}", when=_STATEMENT, step=_error(number))
        for number in _QUERY_NUMBERS
    ),
    TransientFault(name="RST mid-query", when=_STATEMENT, step=Drop.RESET),
    TransientFault(name="FIN mid-query", when=_STATEMENT, step=Drop.CLOSE),
)
