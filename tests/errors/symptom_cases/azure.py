from __future__ import annotations

from tests.errors.forms import NUMBERLESS
from tests.errors.symptom_cases.case import Case, pasted, server

CASES: tuple[Case, ...] = (
    server(
        71,
        "42000",
        40615,
        "Cannot open server 'srv1' requested by the login. Client with IP address '203.0.113.7' is "
        "not allowed to access the server.  To enable access, use the Azure Management Portal or "
        "run sp_set_firewall_rule on the master database to create a firewall rule for this IP "
        "address or address range.",
    ),
    server(
        72,
        "42000",
        40914,
        "Cannot open server 'srv1' requested by the login. Client is not allowed to access the "
        "server.",
    ),
    server(
        73,
        "42000",
        47073,
        "An instance-specific error occurred while establishing a connection to SQL Server. "
        "Connection was denied since Deny Public Network Access is set to Yes "
        "(https://docs.microsoft.com/azure/azure-sql/database/connectivity-settings"
        "#deny-public-network-access).",
    ),
    pasted(
        73,
        "Reason: An instance-specific error occurred while establishing a connection to SQL "
        "Server. The public network interface on this server is not accessible: public network "
        "access is denied.",
    ),
    server(
        74,
        "42000",
        40532,
        'Cannot open server "203.0.113.7" requested by the login.  The login failed.',
    ),
    server(
        75,
        "42000",
        40613,
        "Database 'shop' on server 'srv1' is not currently available.  Please retry the connection "
        "later.  If the problem persists, contact customer support, and provide them the session "
        "tracing ID of '{6D5F1C9E-0000-0000-0000-000000000000}'.",
    ),
    server(
        75,
        "HY000",
        40613,
        "Database 'shop' on server 'srv1.database.windows.net' is not currently available. Please "
        "retry the connection later.",
    ),
    server(
        76,
        "42000",
        40197,
        "The service has encountered an error processing your request. Please try again. Error "
        "code 40143.",
    ),
    server(
        76,
        "42000",
        40540,
        "The service has encountered an error processing your request. Please try again.",
        function="SQLExecDirectW",
    ),
    server(
        77,
        "HY000",
        40501,
        "The service is currently busy. Retry the request after 10 seconds. Incident ID: "
        "6d5f1c9e-0000-0000-0000-000000000000. Code: 7.",
    ),
    server(
        78,
        "HY000",
        10928,
        "Resource ID : 1. The request limit for the database is 60 and has been reached. See "
        "'http://go.microsoft.com/fwlink/?LinkId=267637' for assistance.",
    ),
    server(
        78,
        "42000",
        10929,
        "Resource ID: 1. The request minimum guarantee is 0, maximum limit is 60 and the current "
        "usage for the database is 60. However, the server is currently too busy to support "
        "requests greater than 60 for this database.",
        function="SQLExecDirectW",
    ),
    server(
        78,
        "HY000",
        10936,
        "Resource ID : 1. The request limit for the elastic pool is 200 and has been reached.",
    ),
    server(
        79,
        "42000",
        49918,
        "Cannot process request. Not enough resources to process request. Please retry you request "
        "later.",
    ),
    server(
        79,
        "42000",
        49919,
        "Cannot process create or update request. Too many create or update operations in progress "
        'for subscription "0d5f1c9e-0000-0000-0000-000000000000".',
    ),
    server(
        79,
        "42000",
        49920,
        "Cannot process request. Too many operations in progress for subscription "
        '"0d5f1c9e-0000-0000-0000-000000000000".',
    ),
    server(
        80,
        "42000",
        4221,
        "Login to read-secondary failed due to long wait on "
        "'HADR_DATABASE_WAIT_FOR_TRANSITION_TO_VERSIONING'. The replica is not available for login "
        "because row versions are missing for transactions that were in-flight.",
    ),
    server(
        80,
        "42000",
        976,
        "The target database, 'shop', is participating in an availability group and is currently "
        "not accessible for queries. Either data movement is suspended or the availability replica "
        "is not enabled for read access.",
    ),
    server(
        80,
        "42000",
        978,
        "The target database ('shop') is in an availability group and is currently accessible for "
        "connections when the application intent is set to read only.",
    ),
    server(
        80,
        "42000",
        983,
        "Unable to access availability database 'shop' because the database replica is not in the "
        "PRIMARY or SECONDARY role.",
    ),
    server(
        81,
        "HY000",
        615,
        "Could not find database ID 7, name 'shop'. The database may be offline. Wait a few "
        "minutes and try again.",
    ),
    server(
        82,
        "HY000",
        40544,
        "The database 'shop' has reached its size quota. Partition or delete data, drop indexes, "
        "or consult the documentation for possible resolutions.",
        function="SQLExecDirectW",
    ),
    server(
        82,
        "42000",
        9002,
        "The transaction log for database 'shop' is full due to 'LOG_BACKUP'.",
        function="SQLExecDirectW",
    ),
    server(
        82,
        "42000",
        1105,
        "Could not allocate space for object 'dbo.orders'.'pk_orders' in database 'shop' because "
        "the 'PRIMARY' filegroup is full. Create disk space by deleting unneeded files.",
        function="SQLExecDirectW",
    ),
    # Its sentence was not seen; the number or the word must do.
    server(83, "42000", 45168, "The server has too many connections.", without=NUMBERLESS),
    pasted(83, "Login to 'srv1' rejected by DosGuard for 5 minutes"),
    pasted(
        75,
        "Microsoft.Data.SqlClient.SqlException (0x80131904): Database 'x' on server 'y' is not "
        "currently available. Please retry the connection later.\nError Number:40613,State:1,"
        "Class:20",
    ),
)
