"""Server numbers by the server's words, for a driver that shows no number. Low confidence, always.

One row a number: the English text of sys.messages as Microsoft publishes it, its arguments as
wildcards, anchored at the start. A server whose login speaks another language matches nothing,
and THROW or RAISERROR can imitate every row: nobody may stake data on a number found here.
A text that fits several rows fits none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

#: Characters of a message that are compared: sys.messages texts with their arguments are shorter.
MAX_COMPARED_LENGTH: Final = 4_096

_EVENTS = (
    "https://learn.microsoft.com/sql/relational-databases/errors-events/"
    "database-engine-events-and-errors"
)
_E0 = f"{_EVENTS}-0-to-999"
_E1000 = f"{_EVENTS}-1000-to-1999"
_E2000 = f"{_EVENTS}-2000-to-2999"
_E3000 = f"{_EVENTS}-3000-to-3999"
_E4000 = f"{_EVENTS}-4000-to-4999"
_E8000 = f"{_EVENTS}-8000-to-8999"
_E18000 = f"{_EVENTS}-18000-to-18999"
_E31000 = f"{_EVENTS}-31000-to-41399"
_E49000 = f"{_EVENTS}-41400-to-49999"
_AZURE = "https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues"
_LIMITS = "https://learn.microsoft.com/azure/azure-sql/database/resource-limits-logical-server"
_PRIVATE = "https://learn.microsoft.com/azure/azure-sql/database/connectivity-settings"
_VNET = "https://learn.microsoft.com/azure/azure-sql/database/vnet-service-endpoint-rule-overview"
_FABRIC = "https://learn.microsoft.com/fabric/data-warehouse/limitations"


class Signature(NamedTuple):
    """``pattern`` is matched at the start of the sentence; ``source`` is the page with the text."""

    number: int
    pattern: str
    source: str


_LOGIN = r"Login failed for user '.*'"
_OPEN_SERVER = r"""Cannot open server (?:'.*'|".*") requested by the login\. {1,2}"""
_SERVICE_ERROR = r"The service has encountered an error processing your request\. "

SIGNATURES: Final = (
    Signature(102, r"Incorrect syntax near (?!the keyword)", _E0),
    Signature(207, r"Invalid column name '", _E0),
    Signature(208, r"Invalid object name '", _E0),
    Signature(229, r"The [A-Z ]+ permission was denied on the object '", _E0),
    Signature(245, r"Conversion failed when converting the \S+ value ", _E0),
    Signature(262, r"[A-Z ]+ permission denied in database '", _E0),
    Signature(297, r"The user does not have permission to perform this action\.", _E0),
    Signature(300, r"[A-Z ]+ permission was denied on object '", _E0),
    Signature(371, r"The user does not have the external policy action '", _FABRIC),
    Signature(515, r"Cannot insert the value NULL into column '", _E0),
    Signature(547, r"The [A-Z ]+ statement conflicted with the [A-Z ]+ constraint ", _E0),
    Signature(596, r"Cannot continue the execution because the session is in the kill state", _E0),
    Signature(615, r"Could not find database ID \d+, name '", _AZURE),
    Signature(
        916,
        r'The server principal ".*" is not able to access the database ".*" under the current '
        r"security context\.",
        _E0,
    ),
    Signature(921, r"Database '.*' has not been recovered yet\.", _E0),
    Signature(
        926, r"Database '.*' cannot be opened\. It has been marked SUSPECT by recovery\.", _AZURE
    ),
    Signature(927, r"Database '.*' cannot be opened\. It is in the middle of a restore\.", _E0),
    Signature(941, r"Database '.*' cannot be opened because it is not started\.", _E0),
    Signature(952, r"Database '.*' is in transition\. Try the statement later\.", _E0),
    Signature(
        976, r"The target database, '.*', is participating in an availability group and is", _E0
    ),
    Signature(
        978,
        r"The target database \('.*'\) is in an availability group and is currently accessible "
        r"for connections when the application intent is",
        _E0,
    ),
    Signature(
        982, r"Unable to access the '.*' database because no online secondary replicas are", _E0
    ),
    Signature(
        983,
        r"Unable to access availability database '.*' because the database replica is not in the "
        r"PRIMARY or SECONDARY role",
        _E0,
    ),
    Signature(988, r"Unable to access database '.*' because it lacks a quorum of nodes", _E0),
    Signature(1203, r"Process ID \d+ attempted to unlock a resource it does not own", _E1000),
    Signature(1204, r"The instance of the SQL Server Database Engine cannot obtain a LOCK", _E1000),
    Signature(
        1205,
        r"Transaction \(Process ID \d+\) was deadlocked on .* resources with another process and "
        r"has been chosen as the deadlock victim\.",
        _E1000,
    ),
    Signature(
        1221, r"The Database Engine is attempting to release a group of locks that are", _E1000
    ),
    Signature(1222, r"Lock request time ?out period exceeded\.", _E1000),
    Signature(2601, r"Cannot insert duplicate key row in object '", _E2000),
    Signature(2627, r"Violation of [A-Z ]+ constraint '", _E2000),
    Signature(2628, r"String or binary data would be truncated in table '", _E2000),
    Signature(3902, r"The COMMIT TRANSACTION request has no corresponding BEGIN", _E3000),
    Signature(3903, r"The ROLLBACK TRANSACTION request has no corresponding BEGIN", _E3000),
    Signature(3906, r'Failed to update database ".*" because the database is read-only\.', _E3000),
    Signature(3930, r"The current transaction cannot be committed and cannot support", _E3000),
    Signature(
        3948, r"The transaction was terminated because of the availability replica config", _E3000
    ),
    Signature(3950, r"Version store scan timed out when attempting to read the next row", _E3000),
    Signature(
        3957,
        r"Snapshot isolation transaction failed in database '.*' because the database did not "
        r"allow snapshot isolation when the current transaction started",
        _E3000,
    ),
    Signature(3960, r"Snapshot isolation transaction aborted due to update conflict\.", _E3000),
    Signature(
        3961,
        r"Snapshot isolation transaction failed in database '.*' because the object accessed by "
        r"the statement has been modified by a DDL statement in another concurrent",
        _E3000,
    ),
    Signature(3966, r"Transaction is rolled back when accessing version store\.", _E3000),
    Signature(3971, r"The server failed to resume the transaction\. Desc:", _E3000),
    Signature(3980, r"The request failed to run because the batch is aborted", _E3000),
    Signature(
        3989, r"New request is not allowed to start because it should come with valid", _E3000
    ),
    Signature(3998, r"Uncommittable transaction is detected at the end of the batch\.", _E3000),
    Signature(4060, r'Cannot open database ".*" requested by the login\. ', _E4000),
    Signature(4064, r"Cannot open user default database\. ", _E4000),
    Signature(4221, r"Login to read-secondary failed due to long wait on '", _AZURE),
    Signature(8134, r"Divide by zero error encountered\.", _E8000),
    Signature(8152, r"String or binary data would be truncated\.", _E8000),
    Signature(8628, r"A time ?out occurred while waiting to optimize the query\.", _E8000),
    Signature(8645, r"A time ?out occurred while waiting for memory resources to execute", _E8000),
    Signature(
        8651,
        r"Could not perform the operation because the requested memory grant was not available",
        _E8000,
    ),
    Signature(10928, r"Resource ID ?: ?\d+\. The .* limit for the database is \d+", _LIMITS),
    Signature(10929, r"Resource ID ?: ?\d+\. The .* minimum guarantee is \d+", _LIMITS),
    Signature(
        18401, rf"{_LOGIN}\. +Reason: Server is in script upgrade mode\.(?!.*'\.\Z)", _E18000
    ),
    Signature(18451, rf"{_LOGIN}\. +Only administrators may connect at this time\.\s*\Z", _E18000),
    Signature(
        18452, r"Login failed\. The login is from an untrusted domain and cannot be used", _E18000
    ),
    # Azure adds a sentence for a token (github.com/dotnet/SqlClient issue 3245).
    Signature(18456, rf"{_LOGIN}\.(?: Token is expired\.)?\s*\Z", _E18000),
    Signature(18461, rf"{_LOGIN}\. +Reason: Server is in single user mode\.(?!.*'\.\Z)", _E18000),
    Signature(18470, rf"{_LOGIN}\. +Reason: The account is disabled\.\s*\Z", _E18000),
    Signature(
        18486, rf"{_LOGIN} because the account is currently locked out\.(?!.*'\.\Z)", _E18000
    ),
    Signature(
        18487, rf"{_LOGIN}\. +Reason: The password of the account has expired\.\s*\Z", _E18000
    ),
    Signature(
        18488, rf"{_LOGIN}\. +Reason: The password of the account must be changed\.\s*\Z", _E18000
    ),
    Signature(40197, rf"{_SERVICE_ERROR}Please try again\. Error code \d+", _AZURE),
    Signature(40501, r"The service is currently busy\. Retry the request after \d+ sec", _AZURE),
    Signature(40532, rf"{_OPEN_SERVER}The login failed\.", _AZURE),
    Signature(40613, r"Database '.*' on server '.*' is not currently available\.", _AZURE),
    Signature(40615, rf"{_OPEN_SERVER}Client with IP address '", _AZURE),
    Signature(40914, rf"{_OPEN_SERVER}Client is not allowed to access the server", _VNET),
    Signature(
        41301, r"A transaction dependency failure occurred, and the current transaction", _E31000
    ),
    Signature(
        41302,
        r"The current transaction attempted to update a record that has been updated since this",
        _E31000,
    ),
    Signature(
        41305,
        r"The current transaction failed to commit due to a repeatable read validation failure",
        _E31000,
    ),
    Signature(
        41325,
        r"The current transaction failed to commit due to a serializable validation failure",
        _E31000,
    ),
    Signature(
        41339, r"The table '.*' has been created or altered after the start of the current", _E31000
    ),
    Signature(
        47073,
        r"(?:Reason: )?(?:An instance-specific error occurred while establishing a connection to "
        r"SQL Server\. )?Connection was denied (?:since|because) Deny Public Network Access is set",
        _PRIVATE,
    ),
    Signature(49918, r"Cannot process request\. Not enough resources to process request", _E49000),
    Signature(49919, r"Cannot process create or update request\. Too many create or", _E49000),
    Signature(49920, r"Cannot process request\. Too many operations in progress", _E49000),
)


@cache
def _compiled() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Compiled on first use: importing this package costs no driver's user ten milliseconds."""
    return tuple((row.number, re.compile(row.pattern, re.DOTALL)) for row in SIGNATURES)


def matching_numbers(sentence: str) -> tuple[int, ...]:
    """Every number whose text ``sentence`` (without its tags) could be."""
    compared = sentence[:MAX_COMPARED_LENGTH]
    return tuple(number for number, pattern in _compiled() if pattern.match(compared))


def number_of_sentence(sentence: str) -> int | None:
    """The one number whose text this is; None for none and for several."""
    numbers = matching_numbers(sentence)
    return numbers[0] if len(numbers) == 1 else None
