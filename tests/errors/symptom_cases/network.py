from __future__ import annotations

from tests.errors.forms import NUMBERLESS
from tests.errors.symptom_cases.case import Case, client, pasted, server

MS18 = "[Microsoft][ODBC Driver 18 for SQL Server]"
NETWORK = (
    "A network-related or instance-specific error has occurred while establishing a connection to "
    "db.example.com. Server is not found or not accessible. Check if instance name is correct and "
    "if SQL Server is configured to allow remote connections."
)


def joined(sentence: str, number: int) -> str:
    """pyodbc on Windows."""
    return (
        f"pyodbc.OperationalError: ('08001', '[08001] {MS18}{sentence}\\r\\n ({number}) "
        f"(SQLDriverConnect); [08001] {MS18}Login timeout expired (0); [08001] {MS18}Invalid "
        "connection string attribute (0)')"
    )


CASES: tuple[Case, ...] = (
    client(16, "HYT00", 0, "Login timeout expired"),
    pasted(
        16,
        "Login timeout expired",
        "django.db.utils.OperationalError: ('HYT00', '[HYT00] [Microsoft][ODBC Driver 17 for SQL "
        "Server]Login timeout expired (0) (SQLDriverConnect)')",
        f"[S1T00][unixODBC]{MS18}Login timeout expired\n[08001][unixODBC]{MS18}{NETWORK}",
    ),
    client(17, "08001", 10057, "TCP Provider: Error code 0x2749"),
    client(17, "08001", 111, "TCP Provider: Error code 0x6F"),
    pasted(
        17,
        "Client unable to establish connection; DDBC Error: [Microsoft]TCP Provider: Error code "
        "0x2749",
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : Login timeout expired.\n"
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : TCP Provider: Error code "
        f"0x2749.\nSqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : {NETWORK}",
        f"[S1T00][unixODBC]{MS18}Login timeout expired\n"
        f"[08001][unixODBC]{MS18}TCP Provider: Error code 0x2749\n"
        f"[08001][unixODBC]{MS18}{NETWORK}\n[ISQL]ERROR: Could not SQLConnect",
    ),
    client(18, "08001", 11001, "TCP Provider: Error code 0x2AF9"),
    pasted(
        18,
        joined("TCP Provider: No such host is known.", 11001),
        "A network-related or instance-specific error occurred while establishing a connection to "
        "SQL Server. The server was not found or was not accessible. (provider: TCP Provider, "
        "error: 0 - No such host is known.) (Microsoft SQL Server, Error: 11001)",
    ),
    client(
        19,
        "08001",
        10061,
        "TCP Provider: No connection could be made because the target machine actively refused it.",
    ),
    pasted(
        19,
        joined(
            "TCP Provider: No connection could be made because the target machine actively "
            "refused it.",
            10061,
        ),
        joined("TCP-Anbieter: Es konnte keine Verbindung hergestellt werden.", 10061),
        f"[08001] {MS18}{NETWORK} (SQLDriverConnect)",
    ),
    client(20, "08001", 10060, "TCP Provider: Error code 0x274C"),
    client(20, "08001", 110, "TCP Provider: Error code 0x6E"),
    pasted(
        20,
        joined(
            "TCP Provider: A connection attempt failed because the connected party did not "
            "properly respond after a period of time.",
            10060,
        ),
    ),
    client(
        21,
        "08001",
        53,
        "Named Pipes Provider: Could not open a connection to SQL Server [53]. ",
    ),
    client(21, "08001", 2, "Named Pipes Provider: Could not open a connection to SQL Server [2]. "),
    client(
        21, "08001", 67, "Named Pipes Provider: Could not open a connection to SQL Server [67]."
    ),
    pasted(
        21,
        "A network-related or instance-specific error occurred while establishing a connection to "
        "SQL Server. (provider: Named Pipes Provider, error: 40 - Could not open a connection to "
        "SQL Server) (Microsoft SQL Server, Error: 53)",
    ),
    client(
        22,
        "08001",
        -1,
        "SQL Server Network Interfaces: Error Locating Server/Instance Specified [xFFFFFFFF]. ",
    ),
    client(22, "08001", -1, "MAX_PROVS: Error Locating Server/Instance Specified [xFFFFFFFF]. "),
    pasted(
        22,
        "A network-related or instance-specific error occurred while establishing a connection to "
        "SQL Server. The server was not found or was not accessible. Verify that the instance name "
        "is correct and that SQL Server is configured to allow remote connections. (provider: SQL "
        "Network Interfaces, error: 26 - Error Locating Server/Instance Specified)",
    ),
    client(23, "08S01", 104, "TCP Provider: Error code 0x68", function="SQLExecDirectW"),
    client(23, "08S01", 104, "TCP Provider: Error code 0x68", function="SQLEndTran"),
    client(24, "08S01", 10054, "TCP Provider: Error code 0x2746", function="SQLExecDirectW"),
    client(24, "08001", 10054, "TCP Provider: Error code 0x2746"),
    client(25, "08S01", 32, "TCP Provider: Error code 0x20", function="SQLExecDirectW"),
    client(26, "08S01", 10004, "TCP Provider: Error code 0x2714", function="SQLExecDirectW"),
    client(27, "08S01", 0, "Communication link failure", function="SQLExecDirectW"),
    client(28, "08001", 258, "TCP Provider: Timeout error [258]. "),
    client(28, "HYT00", 258, "TCP Provider: Timeout error [258]. ", function="SQLExecDirectW"),
    client(28, "08001", 258, "Unable to complete login process due to delay in prelogin response"),
    client(28, "HYT00", 0, "Unable to complete login process due to delay in login response"),
    client(
        29,
        "08001",
        26,
        "Client unable to establish connection because an error was encountered during handshakes "
        "before login. Common causes include client attempting to connect to an unsupported "
        "version of SQL Server, server too busy to accept new connections or a resource "
        "limitation (memory or maximum allowed connections) on the server.",
    ),
    client(30, "HY000", 0, "Protocol error in TDS stream", function="SQLExecDirectW"),
    client(30, "HY000", 0, "Protocol error in TDS stream"),
    client(
        31,
        "08S01",
        -1,
        "SMux Provider: Physical connection is not usable [xFFFFFFFF]. ",
        function="SQLExecDirectW",
    ),
    client(
        32,
        "IMC06",
        0,
        "The connection is broken and recovery is not possible. The connection is marked by the "
        "client driver as unrecoverable. No attempt was made to restore the connection.",
        function="SQLExecDirectW",
    ),
    client(
        33,
        "08S01",
        121,
        "TCP Provider: The semaphore timeout period has expired.",
        function="SQLExecDirectW",
    ),
    client(
        33,
        "08S01",
        10054,
        "TCP Provider: An existing connection was forcibly closed by the remote host.",
        function="SQLExecDirectW",
    ),
    client(
        33,
        "08S01",
        10053,
        "TCP Provider: An established connection was aborted by the software in your host machine.",
        function="SQLExecDirectW",
    ),
    client(
        33,
        "08001",
        233,
        "Shared Memory Provider: No process is on the other end of the pipe.",
    ),
    server(
        34,
        "08004",
        17809,
        "Could not connect because the maximum number of '32767' user connections has already been "
        "reached. The system administrator can use sp_configure to increase the maximum value. The "
        "connection has been closed.",
    ),
    server(34, "08004", 17809, "Die Verbindung wurde geschlossen.", without=NUMBERLESS),
)
