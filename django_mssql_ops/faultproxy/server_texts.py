"""What the server says with each number: the English text of sys.messages, arguments filled in.

A driver that shows no number is understood by these texts alone (see errors.signatures, whose rows
name the page of each). Names in them are made up: the real ones are nobody's business.
"""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.numbers import meaning_of

_LOGIN: Final = "Login failed for user 'user'"
_RETRY_LATER: Final = "Please retry the connection later."

_TEXTS: Final = {
    102: "Incorrect syntax near 'FRM'.",
    207: "Invalid column name 'nme'.",
    208: "Invalid object name 'dbo.missing'.",
    229: "The SELECT permission was denied on the object 't', database 'db', schema 'dbo'.",
    245: "Conversion failed when converting the varchar value '(64)' to data type int.",
    262: "CREATE TABLE permission denied in database 'db'.",
    297: "The user does not have permission to perform this action.",
    300: "VIEW SERVER STATE permission was denied on object 'server', database 'master'.",
    371: "The user does not have the external policy action "
    "'Microsoft.Sql/Sqlservers/SystemViewsAndFunctions/ServerPerformanceState/Rows/Select' or "
    "permission 'VIEW SERVER PERFORMANCE STATE' to perform this action.",
    515: "Cannot insert the value NULL into column 'c', table 'db.dbo.t'; column does not allow "
    "nulls. INSERT fails.",
    547: 'The DELETE statement conflicted with the REFERENCE constraint "fk". The conflict '
    'occurred in database "db", table "dbo.t", column \'c\'.',
    596: "Cannot continue the execution because the session is in the kill state.",
    615: "Could not find database ID 7, name 'db'. The database may be offline. Wait a few minutes "
    "and try again.",
    916: 'The server principal "user" is not able to access the database "db" under the current '
    "security context.",
    921: "Database 'db' has not been recovered yet. Wait and try again.",
    926: "Database 'db' cannot be opened. It has been marked SUSPECT by recovery. See the SQL "
    "Server errorlog for more information.",
    927: "Database 'db' cannot be opened. It is in the middle of a restore.",
    941: "Database 'db' cannot be opened because it is not started. Retry when the database is "
    "started.",
    952: "Database 'db' is in transition. Try the statement later.",
    976: "The target database, 'db', is participating in an availability group and is "
    "currently not accessible for queries. Either data movement is suspended or the availability "
    "replica is not enabled for read access.",
    978: "The target database ('db') is in an availability group and is currently accessible for "
    "connections when the application intent is set to read only.",
    982: "Unable to access the 'db' database because no online secondary replicas are enabled for "
    "read-only access.",
    983: "Unable to access availability database 'db' because the database replica is not in the "
    "PRIMARY or SECONDARY role. Try the operation again later.",
    988: "Unable to access database 'db' because it lacks a quorum of nodes for high availability. "
    "Try the operation again later.",
    1203: "Process ID 52 attempted to unlock a resource it does not own: OBJECT: 7:1:0 .",
    1204: "The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this "
    "time. Rerun your statement when there are fewer active users.",
    1205: "Transaction (Process ID 52) was deadlocked on lock resources with another process and "
    "has been chosen as the deadlock victim. Rerun the transaction.",
    1221: "The Database Engine is attempting to release a group of locks that are not currently "
    "held by the transaction. Retry the transaction.",
    1222: "Lock request time out period exceeded.",
    2601: "Cannot insert duplicate key row in object 'dbo.t' with unique index 'u'. The duplicate "
    "key value is (1205).",
    2627: "Violation of UNIQUE KEY constraint 'u'. Cannot insert duplicate key in object 'dbo.t'. "
    "The duplicate key value is (64).",
    2628: "String or binary data would be truncated in table 'db.dbo.t', column 'c'. Truncated "
    "value: '(40613)'.",
    3902: "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.",
    3903: "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.",
    3906: 'Failed to update database "db" because the database is read-only.',
    3930: "The current transaction cannot be committed and cannot support operations that write to "
    "the log file. Roll back the transaction.",
    3948: "The transaction was terminated because of the availability replica config/state change "
    "or because ghost records are being deleted on the primary.",
    3950: "Version store scan timed out when attempting to read the next row.",
    3957: "Snapshot isolation transaction failed in database 'db' because the database did not "
    "allow snapshot isolation when the current transaction started.",
    3960: "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot "
    "isolation to access table 'dbo.t' directly or indirectly in database 'db'.",
    3961: "Snapshot isolation transaction failed in database 'db' because the object accessed by "
    "the statement has been modified by a DDL statement in another concurrent transaction since "
    "the start of this transaction.",
    3966: "Transaction is rolled back when accessing version store. It was earlier marked as "
    "victim.",
    3971: "The server failed to resume the transaction. Desc:3e00000001.",
    3980: "The request failed to run because the batch is aborted, this can be caused by abort "
    "signal sent from client, or another request is running in the same session.",
    3989: "New request is not allowed to start because it should come with valid transaction "
    "descriptor.",
    3998: "Uncommittable transaction is detected at the end of the batch. The transaction is "
    "rolled back.",
    4060: 'Cannot open database "db" requested by the login. The login failed.',
    4064: "Cannot open user default database. Login failed.",
    4221: "Login to read-secondary failed due to long wait on "
    "'HADR_DATABASE_WAIT_FOR_TRANSITION_TO_VERSIONING'. The replica is not available for login.",
    8134: "Divide by zero error encountered.",
    8152: "String or binary data would be truncated.",
    8628: "A time out occurred while waiting to optimize the query. Rerun the query.",
    8645: "A timeout occurred while waiting for memory resources to execute the query in resource "
    "pool 'default' (2). Rerun the query.",
    8651: "Could not perform the operation because the requested memory grant was not available in "
    "resource pool 'default' (2).",
    10928: "Resource ID : 1. The request limit for the database is 60 and has been reached.",
    10929: "Resource ID: 1. The request minimum guarantee is 0, maximum limit is 60 and the "
    "current usage for the database is 60. However, the server is currently too busy.",
    18401: f"{_LOGIN}. Reason: Server is in script upgrade mode. Only administrator can connect "
    "at this time.",
    18451: f"{_LOGIN}. Only administrators may connect at this time.",
    18452: "Login failed. The login is from an untrusted domain and cannot be used with Integrated "
    "authentication.",
    18456: f"{_LOGIN}.",
    18461: f"{_LOGIN}. Reason: Server is in single user mode. Only one administrator can connect "
    "at this time.",
    18470: f"{_LOGIN}. Reason: The account is disabled.",
    18486: f"{_LOGIN} because the account is currently locked out. The system administrator can "
    "unlock it. ",
    18487: f"{_LOGIN}.  Reason: The password of the account has expired.",
    18488: f"{_LOGIN}.  Reason: The password of the account must be changed.",
    40197: "The service has encountered an error processing your request. Please try again. Error "
    "code 40540.",
    40501: "The service is currently busy. Retry the request after 10 seconds. Code: 1.",
    40532: 'Cannot open server "server" requested by the login.  The login failed.',
    40613: f"Database 'db' on server 'server' is not currently available.  {_RETRY_LATER}",
    40615: "Cannot open server 'server' requested by the login. Client with IP address "
    "'127.0.0.1' is not allowed to access the server.",
    40914: "Cannot open server 'server' requested by the login. Client is not allowed to access "
    "the server.",
    41301: "A transaction dependency failure occurred, and the current transaction can no longer "
    "commit. Please retry the transaction.",
    41302: "The current transaction attempted to update a record that has been updated since this "
    "transaction started. The transaction was aborted.",
    41305: "The current transaction failed to commit due to a repeatable read validation failure.",
    41325: "The current transaction failed to commit due to a serializable validation failure.",
    41339: "The table 'dbo.t' has been created or altered after the start of the current "
    "transaction. The transaction was aborted.",
    47073: "Connection was denied because Deny Public Network Access is set to Yes.",
    49918: "Cannot process request. Not enough resources to process request. Please retry your "
    "request later.",
    49919: "Cannot process create or update request. Too many create or update operations in "
    'progress for subscription "1".',
    49920: 'Cannot process request. Too many operations in progress for subscription "1".',
}


def text_of(number: int) -> str:
    """The server's sentence; in our own words where no page prints it."""
    known = _TEXTS.get(number)
    if known is not None:
        return known
    meaning = meaning_of(number)
    return f"Error {number}." if meaning is None else f"Error {number}: {meaning.text}."
