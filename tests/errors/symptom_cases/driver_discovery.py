from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from tests.errors.symptom_cases.case import Case, client, manager, pasted, raising

NOT_FOUND = "cannot open shared object file: No such file or directory"


def loading_failed(text: str) -> BaseException:
    """What mssql-django makes of a pyodbc that cannot be imported."""
    try:
        try:
            raise ImportError(text)
        except ImportError as exc:
            raise ImproperlyConfigured(f"Error loading pyodbc module: {exc}") from exc
    except ImproperlyConfigured as raised:
        return raised


CASES: tuple[Case, ...] = (
    manager(1, "IM002", "Data source name not found and no default driver specified"),
    manager(1, "IM002", "Data source name not found, and no default driver specified"),
    pasted(
        1,
        "('IM002', '[IM002] [Microsoft][ODBC Driver Manager] Data source name not found and no "
        "default driver specified (0) (SQLDriverConnect)')",
        "[IM002][unixODBC][Driver Manager]Data source name not found and no default driver "
        "specified\n[ISQL]ERROR: Could not SQLConnect",
    ),
    manager(2, "01000", "Can't open lib 'ODBC Driver 18 for SQL Server' : file not found"),
    manager(
        2,
        "01000",
        "Can't open lib '/opt/microsoft/msodbcsql17/lib64/libmsodbcsql-17.10.so.5.1' : file not "
        "found",
    ),
    manager(
        3, "01000", "Can't open lib '/opt/homebrew/lib/libmsodbcsql.18.dylib' : file not found"
    ),
    manager(3, "01000", "Can't open lib '/usr/local/lib/libmsodbcsql.17.dylib' : file not found"),
    manager(
        4,
        "IM003",
        "Specified driver could not be loaded due to system error 126: The specified module could "
        "not be found. (ODBC Driver 18 for SQL Server, C:\\WINDOWS\\system32\\msodbcsql18.dll).",
    ),
    manager(5, "IM004", "Driver's SQLAllocHandle on SQL_HANDLE_HENV failed"),
    manager(
        6,
        "IM014",
        "The specified DSN contains an architecture mismatch between the Driver and Application",
    ),
    raising(
        7,
        lambda: loading_failed(f"libodbc.so.2: {NOT_FOUND}"),
        lambda: ImportError(f"libodbc.so.1: {NOT_FOUND}"),
        lambda: loading_failed("No module named 'pyodbc'"),
    ),
    pasted(
        7,
        f"ImportError: libodbc.so.2: {NOT_FOUND}",
        "Traceback (most recent call last):\n"
        '  File "/app/lib/python3.11/site-packages/mssql/base.py", line 22, in <module>\n'
        "    import pyodbc as Database\n"
        f"ImportError: libodbc.so.2: {NOT_FOUND}\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        "Traceback (most recent call last):\n"
        '  File "manage.py", line 22, in <module>\n'
        "    main()\n"
        "django.core.exceptions.ImproperlyConfigured: Error loading pyodbc module: libodbc.so.2: "
        f"{NOT_FOUND}",
    ),
    raising(
        8,
        lambda: loading_failed(
            "dlopen(/venv/pyodbc.cpython-311-darwin.so, 0x0002): symbol not found in flat "
            "namespace '_SQLAllocHandle'"
        ),
        lambda: ImportError(
            "dlopen(/venv/pyodbc.so, 2): Library not loaded: "
            "/usr/local/opt/unixodbc/lib/libodbc.2.dylib"
        ),
    ),
    pasted(
        9,
        "Error relocating /opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.3.so.2.1: __strdup: "
        "symbol not found",
        "ERROR: msodbcsql18_18.3.2.1-1_amd64.apk: UNTRUSTED signature",
    ),
    raising(
        10,
        lambda: ImportError(f"libltdl.so.7: {NOT_FOUND}"),
        lambda: ImportError(f"libgssapi_krb5.so.2: {NOT_FOUND}"),
    ),
    pasted(10, f"ImportError: libltdl.so.7: {NOT_FOUND}"),
    pasted(
        11,
        "WARNING django.db.backends ODBC Driver 18 for SQL Server not found. Falling back to ODBC "
        "Driver 17 for SQL Server. SECURITY WARNING: ODBC Driver 18 has more secure defaults.",
    ),
    client(12, "08001", 0, "Neither DSN nor SERVER keyword supplied"),
    manager(13, "01000", "Can't open lib '{ODBC Driver 18 for SQL Server' : file not found"),
    pasted(13, "DRIVER={{ODBC Driver 18 for SQL Server}};SERVER=db.example.com,1433"),
    pasted(
        14,
        "('08001', '[08001] [FreeTDS][SQL Server]Unable to connect to data source (0) "
        "(SQLDriverConnect)')",
        "(20002, b'DB-Lib error message 20002, severity 9:\\nAdaptive Server connection failed "
        "(db.example.com)\\n')",
        "[S1000][FreeTDS][SQL Server]Unable to connect to data source\n"
        "[01000][FreeTDS][SQL Server]Adaptive Server connection failed",
    ),
    raising(
        15,
        lambda: ImproperlyConfigured("pyodbc 3.0 or newer is required; you have 2.1.8"),
        lambda: ImproperlyConfigured(
            "'mssql' isn't an available database backend or couldn't be imported. Check the above "
            "exception."
        ),
        lambda: ImproperlyConfigured(
            "'sql_server.pyodbc' isn't an available database backend or couldn't be imported."
        ),
        lambda: ModuleNotFoundError("No module named 'sql_server'", name="sql_server"),
    ),
    pasted(15, "ModuleNotFoundError: No module named 'mssql'", "No module named 'sql_server'"),
)
