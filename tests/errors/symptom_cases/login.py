from __future__ import annotations

from tests.errors.fake_drivers import ConnectionStringParseError, raised
from tests.errors.symptom_cases.case import Case, client, pasted, raising, server

MS18 = "[Microsoft][ODBC Driver 18 for SQL Server]"
MS17 = "[Microsoft][ODBC Driver 17 for SQL Server]"

CASES: tuple[Case, ...] = (
    server(49, "28000", 18456, "Login failed for user 'app'."),
    server(49, "28000", 18456, "Login failed for user ''."),
    pasted(
        49,
        "2026-09-22 10:11:12.34 Logon       Error: 18456, Severity: 14, State: 8.\n"
        "2026-09-22 10:11:12.34 Logon       Login failed for user 'app'. Reason: Password did not "
        "match that for the login provided. [CLIENT: 203.0.113.7]",
        f"sqlalchemy.exc.InterfaceError: (pyodbc.InterfaceError) ('28000', \"[28000] {MS17}"
        "[SQL Server]Login failed for user 'CORP\\\\svc$'. (18456) (SQLDriverConnect); [28000] "
        f"{MS17}[SQL Server]Login failed for user 'CORP\\\\svc$'. (18456)\")",
    ),
    server(
        50,
        "28000",
        18452,
        "Login failed. The login is from an untrusted domain and cannot be used with Integrated "
        "authentication.",
    ),
    pasted(
        50,
        "Login failed. The login is from an untrusted domain and cannot be used with Windows "
        "authentication. (Microsoft SQL Server, Error: 18452)",
    ),
    server(
        51,
        "28000",
        18487,
        "Login failed for user 'app'.  Reason: The password of the account has expired.",
    ),
    server(
        51,
        "28000",
        18488,
        "Login failed for user 'app'.  Reason: The password of the account must be changed.",
    ),
    server(52, "42000", 18470, "Login failed for user 'app'. Reason: The account is disabled."),
    server(
        52,
        "42000",
        18486,
        "Login failed for user 'app' because the account is currently locked out. The system "
        "administrator can unlock it. ",
    ),
    server(
        52,
        "42000",
        18401,
        "Login failed for user 'app'. Reason: Server is in script upgrade mode. Only administrator "
        "can connect at this time.",
    ),
    server(
        53, "42000", 4060, 'Cannot open database "shop" requested by the login. The login failed.'
    ),
    server(
        53,
        "42000",
        4060,
        'Cannot open database "Login failed for user" requested by the login. The login failed.',
    ),
    server(54, "42000", 4064, "Cannot open user default database. Login failed."),
    server(
        54,
        "08004",
        916,
        'The server principal "app" is not able to access the database "shop" under the current '
        "security context.",
    ),
    client(
        64,
        "HY000",
        458752,
        "SSPI Provider: No credentials were supplied, or the credentials were unavailable or "
        "inaccessible. No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)",
    ),
    client(
        64,
        "HY000",
        0,
        "SSPI Provider: No Kerberos credentials available (default cache: KEYRING:persistent:0)",
    ),
    client(65, "HY000", 851968, "SSPI Provider: Server not found in Kerberos database"),
    client(65, "HY000", 0, "Cannot generate SSPI context"),
    pasted(
        65,
        "The target principal name is incorrect.  Cannot generate SSPI context. (Microsoft SQL "
        "Server, Error: 0)",
    ),
    client(66, "HY000", 0, 'SSPI Provider: Cannot find KDC for realm "EXAMPLE.COM"'),
    client(66, "HY000", 0, "SSPI Provider: Clock skew too great"),
    raising(
        68,
        lambda: raised(TypeError("argument of type 'NoneType' is not iterable")),
        lambda: raised(TypeError("argument of type 'NoneType' is not a container or iterable")),
    ),
    pasted(
        68,
        "Traceback (most recent call last):\n"
        '  File "/srv/app/mssql/base.py", line 541, in get_new_connection\n'
        "    if any(char in password for char in '{}'):\n"
        "TypeError: argument of type 'NoneType' is not iterable",
    ),
    pasted(
        69,
        "DRIVER=ODBC Driver 18 for SQL Server;SERVER=,1433;DATABASE=shop;UID=app",
        "connecting with DRIVER={ODBC Driver 17 for SQL Server};Server=tcp:,14330;Encrypt=yes",
    ),
    raising(
        70,
        lambda: raised(ConnectionStringParseError(["Unknown keyword 'foo' is not recognized"])),
        lambda: raised(
            ConnectionStringParseError(
                ["Reserved keyword 'Driver' is controlled by the driver and cannot be specified"]
            )
        ),
    ),
    pasted(
        70,
        "mssql_python.exceptions.ConnectionStringParseError: Connection string parsing failed:\n"
        "  Unknown keyword 'mars_connection' is not recognized\n"
        "  Unknown keyword 'application name' is not recognized",
        "ConnectionStringParseError: Unknown keyword 'foo' is not recognized",
    ),
    pasted(
        49,
        "(18456, b\"Login failed for user 'sa'.DB-Lib error message 20018, severity 14:\\nGeneral "
        'SQL Server error: Check messages from the SQL Server\\n")',
        "Login failed for user 'NT AUTHORITY\\ANONYMOUS LOGON'.",
    ),
    pasted(
        53,
        f"('42000', '[42000] {MS17}[SQL Server]Cannot open database \"AppDb\" requested by the "
        f"login. The login failed. (4060) (SQLDriverConnect); [42000] {MS17}[SQL Server]Login "
        f"failed for user \\'app\\'. (18456); [42000] {MS17}Invalid connection string attribute "
        "(0)')",
        'Cannot open database "foo\'bar" requested by the login. The login failed.\n'
        "Login failed for user 'x'.",
    ),
)
