from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors.signatures import SIGNATURES, matching_numbers, number_of_sentence

# The texts of sys.messages with arguments filled in; the server sends them without their number.
SAMPLES = {
    102: "Incorrect syntax near 'FRM'.",
    207: "Invalid column name 'nme'.",
    208: "Invalid object name 'dbo.missing'.",
    229: "The SELECT permission was denied on the object 't', database 'd', schema 'dbo'.",
    245: "Conversion failed when converting the varchar value '(64)' to data type int.",
    262: "CREATE DATABASE permission denied in database 'master'.",
    297: "The user does not have permission to perform this action.",
    300: "VIEW SERVER STATE permission was denied on object 'server', database 'master'.",
    371: (
        "The user does not have the external policy action "
        "'Microsoft.Sql/Sqlservers/SystemViewsAndFunctions/ServerPerformanceState/Rows/Se"
        "lect' or permission 'VIEW SERVER PERFORMANCE STATE' to perform this action."
    ),
    515: (
        "Cannot insert the value NULL into column 'c', table 'd.dbo.t'; column does not "
        "allow nulls. INSERT fails."
    ),
    547: (
        'The DELETE statement conflicted with the REFERENCE constraint "fk". The '
        'conflict occurred in database "d", table "dbo.t", column \'c\'.'
    ),
    596: "Cannot continue the execution because the session is in the kill state.",
    615: "Could not find database ID 7, name 'd'. The database may be offline. Wait a few minutes.",
    916: (
        'The server principal "a" is not able to access the database "x" under the '
        "current security context."
    ),
    921: "Database 'd' has not been recovered yet. Wait and try again.",
    926: (
        "Database 'replicatedmaster' cannot be opened. It has been marked SUSPECT by recovery. See "
        "the SQL Server errorlog for more information."
    ),
    927: "Database 'd' cannot be opened. It is in the middle of a restore.",
    941: (
        "Database 'd' cannot be opened because it is not started. Retry when the database is "
        "started."
    ),
    952: "Database 'd' is in transition. Try the statement later.",
    976: (
        "The target database, 'd', is participating in an availability group and is currently not "
        "accessible for queries. Either data movement is suspended or the availability replica is "
        "not enabled for read access."
    ),
    978: (
        "The target database ('d') is in an availability group and is currently accessible for "
        "connections when the application intent is set to read only."
    ),
    982: (
        "Unable to access the 'd' database because no online secondary replicas are enabled for "
        "read-only access."
    ),
    983: (
        "Unable to access availability database 'd' because the database replica is not in the "
        "PRIMARY or SECONDARY role. Try the operation again later."
    ),
    988: "Unable to access database 'd' because it lacks a quorum of nodes for high availability.",
    1203: "Process ID 52 attempted to unlock a resource it does not own: OBJECT: 7:1:0 .",
    1204: (
        "The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this "
        "time. Rerun your statement when there are fewer active users."
    ),
    1205: (
        "Transaction (Process ID 52) was deadlocked on lock resources with another "
        "process and has been chosen as the deadlock victim. Rerun the transaction."
    ),
    1221: (
        "The Database Engine is attempting to release a group of locks that are not currently held "
        "by the transaction. Retry the transaction."
    ),
    1222: "Lock request time out period exceeded.",
    2601: (
        "Cannot insert duplicate key row in object 'dbo.t' with unique index 'u'. The "
        "duplicate key value is (1205)."
    ),
    2627: (
        "Violation of UNIQUE KEY constraint 'u'. Cannot insert duplicate key in object "
        "'dbo.t'. The duplicate key value is (64)."
    ),
    2628: (
        "String or binary data would be truncated in table 'd.dbo.t', column 'c'. "
        "Truncated value: '(40613)'."
    ),
    3902: "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.",
    3903: "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.",
    3906: 'Failed to update database "d" because the database is read-only.',
    3930: (
        "The current transaction cannot be committed and cannot support operations that "
        "write to the log file. Roll back the transaction."
    ),
    3948: (
        "The transaction was terminated because of the availability replica config/state change or "
        "because ghost records are being deleted on the primary."
    ),
    3950: "Version store scan timed out when attempting to read the next row.",
    3957: (
        "Snapshot isolation transaction failed in database 'd' because the database did not allow "
        "snapshot isolation when the current transaction started."
    ),
    3960: (
        "Snapshot isolation transaction aborted due to update conflict. You cannot use "
        "snapshot isolation to access table 'dbo.t' directly or indirectly in database "
        "'d'."
    ),
    3961: (
        "Snapshot isolation transaction failed in database 'd' because the object accessed by the "
        "statement has been modified by a DDL statement in another concurrent transaction since "
        "the start of this transaction."
    ),
    3966: "Transaction is rolled back when accessing version store. It was earlier marked.",
    3971: "The server failed to resume the transaction. Desc:3e00000001.",
    3980: "The request failed to run because the batch is aborted, this can be caused by abort.",
    3989: (
        "New request is not allowed to start because it should come with valid transaction "
        "descriptor."
    ),
    3998: (
        "Uncommittable transaction is detected at the end of the batch. The transaction is rolled "
        "back."
    ),
    4060: 'Cannot open database "x" requested by the login. The login failed.',
    4064: "Cannot open user default database. Login failed.",
    4221: (
        "Login to read-secondary failed due to long wait on "
        "'HADR_DATABASE_WAIT_FOR_TRANSITION_TO_VERSIONING'. The replica is not available "
        "for login."
    ),
    8134: "Divide by zero error encountered.",
    8152: "String or binary data would be truncated.",
    8628: "A time out occurred while waiting to optimize the query. Rerun the query.",
    8645: (
        "A timeout occurred while waiting for memory resources to execute the query in resource "
        "pool 'default' (2). Rerun the query."
    ),
    8651: (
        "Could not perform the operation because the requested memory grant was not available in "
        "resource pool 'default' (2)."
    ),
    10928: (
        "Resource ID : 1. The request limit for the database is 60 and has been reached. "
        "See 'http://go.microsoft.com/fwlink/?LinkId=267637' for assistance."
    ),
    10929: (
        "Resource ID: 1. The request minimum guarantee is 0, maximum limit is 60 and the "
        "current usage for the database is 60. However, the server is currently too busy."
    ),
    18401: (
        "Login failed for user 'a'. Reason: Server is in script upgrade mode. Only "
        "administrator can connect at this time."
    ),
    18451: "Login failed for user 'a'. Only administrators may connect at this time.",
    18452: (
        "Login failed. The login is from an untrusted domain and cannot be used with "
        "Integrated authentication."
    ),
    18456: "Login failed for user 'a'.",
    18461: (
        "Login failed for user 'a'. Reason: Server is in single user mode. Only one "
        "administrator can connect at this time."
    ),
    18470: "Login failed for user 'a'. Reason: The account is disabled.",
    18486: (
        "Login failed for user 'a' because the account is currently locked out. The "
        "system administrator can unlock it. "
    ),
    18487: "Login failed for user 'a'.  Reason: The password of the account has expired.",
    18488: "Login failed for user 'a'.  Reason: The password of the account must be changed.",
    40197: (
        "The service has encountered an error processing your request. Please try again. "
        "Error code 40540."
    ),
    40501: (
        "The service is currently busy. Retry the request after 10 seconds. Incident ID: "
        "{x}. Code: 1."
    ),
    40532: 'Cannot open server "x" requested by the login.  The login failed.',
    40613: (
        "Database 'x' on server 'y' is not currently available.  Please retry the connection later."
    ),
    40615: (
        "Cannot open server 'x' requested by the login. Client with IP address '1.2.3.4' "
        "is not allowed to access the server."
    ),
    40914: (
        "Cannot open server 'x' requested by the login. Client is not allowed to access the server."
    ),
    41301: (
        "A transaction dependency failure occurred, and the current transaction can no longer "
        "commit. Please retry the transaction."
    ),
    41302: (
        "The current transaction attempted to update a record that has been updated since this "
        "transaction started. The transaction was aborted."
    ),
    41305: (
        "The current transaction failed to commit due to a repeatable read validation failure."
    ),
    41325: "The current transaction failed to commit due to a serializable validation failure.",
    41339: (
        "The table 'dbo.t' has been created or altered after the start of the current transaction. "
        "The transaction was aborted."
    ),
    47073: (
        "An instance-specific error occurred while establishing a connection to SQL "
        "Server. Connection was denied since Deny Public Network Access is set to Yes."
    ),
    49918: (
        "Cannot process request. Not enough resources to process request. Please retry "
        "you request later."
    ),
    49919: (
        "Cannot process create or update request. Too many create or update operations "
        'in progress for subscription "1".'
    ),
    49920: 'Cannot process request. Too many operations in progress for subscription "1".',
}


def test_every_row_has_a_sample_in_order_and_once() -> None:
    numbers = [row.number for row in SIGNATURES]
    assert numbers == sorted(set(numbers))
    assert numbers == sorted(SAMPLES)
    assert all(row.source.startswith("https://learn.microsoft.com/") for row in SIGNATURES)


@pytest.mark.parametrize(("number", "sentence"), SAMPLES.items())
def test_each_sample_is_its_own_numbers_alone(number: int, sentence: str) -> None:
    assert matching_numbers(sentence) == (number,)


@pytest.mark.parametrize("number", [18401, 18461, 18470, 18486, 18487, 18488])
def test_a_login_named_like_a_reason_is_a_failed_login(number: int) -> None:
    name = SAMPLES[number].removeprefix("Login failed for user '").rstrip()
    assert number_of_sentence(f"Login failed for user '{name}'.") == 18456


@given(name=st.text(max_size=128))
def test_no_login_name_hides_a_failed_login(name: str) -> None:
    assert 18456 in matching_numbers(f"Login failed for user '{name}'.")


@given(name=st.text(max_size=128))
def test_no_database_name_turns_4060_into_something_else(name: str) -> None:
    sentence = f'Cannot open database "{name}" requested by the login. The login failed.'
    assert number_of_sentence(sentence) == 4060


def test_an_expired_token_is_a_failed_login() -> None:
    sentence = "Login failed for user '<token-identified principal>'. Token is expired."
    assert matching_numbers(sentence) == (18456,)


def test_text_in_the_middle_counts_for_nothing() -> None:
    assert number_of_sentence("order 7: Login failed for user 'a'.") is None


def test_a_sentence_of_another_language_gives_no_number() -> None:
    assert number_of_sentence("Fehler bei der Anmeldung für den Benutzer 'a'.") is None


@pytest.mark.parametrize(
    "piece", ["Login failed for user '", "Resource ID: 1. The ", "Database ''"]
)
def test_a_megabyte_of_almost_matching_text_is_cheap(piece: str) -> None:
    # A pattern that goes back over it would take minutes, and the suite's time limit would say so.
    assert number_of_sentence(piece * 50_000) is None
