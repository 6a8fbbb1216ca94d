from __future__ import annotations

from tests.errors.symptom_cases.case import Case, client, pasted, server

MS18 = "[Microsoft][ODBC Driver 18 for SQL Server]"

CASES: tuple[Case, ...] = (
    client(55, "FA001", 0, "Cannot use Authentication option with Integrated Security option."),
    # Drivers of today have no text for this state.
    pasted(56, f"pyodbc.Error: ('FA002', '[FA002] {MS18} (0) (SQLDriverConnect)')"),
    client(
        57,
        "FA003",
        0,
        "Both User and Password options must be specified, if Authentication option is "
        "'ActiveDirectoryPassword'.",
    ),
    client(
        57,
        "FA003",
        0,
        "Both User and Password options must be specified, if Authentication option is "
        "'SqlPassword'.",
    ),
    client(
        58,
        "FA004",
        0,
        "Failed to authenticate the user 'a@example.com' in Active Directory (Authentication "
        "option is 'ActiveDirectoryPassword'). Error code 0xA190; state 41360",
    ),
    pasted(
        58,
        "Microsoft.Identity.Client.MsalUiRequiredException: AADSTS50076: Due to a configuration "
        "change made by your administrator, you must use multi-factor authentication.",
    ),
    client(
        59,
        "FA005",
        0,
        "Cannot use Access Token with any of the following options: Authentication, Integrated "
        "Security, User, Password.",
    ),
    client(
        60,
        "FA006",
        0,
        "Access Token can be specified only with DriverCompletion option set to "
        "SQL_DRIVER_NOPROMPT.",
    ),
    client(
        61,
        "08001",
        0,
        "Invalid value specified for connection string attribute 'Authentication'",
    ),
    server(62, "28000", 18456, "Login failed for user '<token-identified principal>'."),
    server(
        63,
        "28000",
        18456,
        "Login failed for user '<token-identified principal>'. Token is expired.",
    ),
    server(
        63,
        "28000",
        18456,
        "Login failed for user '<token-identified principal>'. Token is expired.",
        function="SQLExecDirectW",
    ),
    pasted(
        63,
        "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user "
        "'&lt;token-identified principal&gt;'. Token is expired.",
        "Msg 18456, Level 14, State 233, Line 1\n"
        "Login failed for user '<token-identified principal>'. Token is expired.",
    ),
    pasted(
        67,
        "connection string: DRIVER=ODBC Driver 18 for SQL Server;SERVER=db;Authentication="
        "ActiveDirectoryPassword;UID=a@example.com\nTCP Provider: Error code 0x2746",
        "TCP Provider: Error code 0x2746 (10054) with Authentication=ActiveDirectoryMsi",
    ),
)
