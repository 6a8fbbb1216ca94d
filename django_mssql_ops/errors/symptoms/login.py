"""Login and the choice of the database; for Windows see :mod:`.kerberos`, else :mod:`.entra`."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import raised, server_number, server_says
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom

_18456 = f"{pages.ERRORS}/mssqlserver-18456-database-engine-error"
_NAMED_DATABASE: Final = "failed to open the explicit(?:l?y)? specified database"
_OPTIONS = f"{pages.DJANGO}/connection-options"

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=49,
        slug="login-failed",
        meaning=(
            "The server turned the login down, and it tells clients nothing more: unknown login, "
            "wrong password, a disabled login and a missing database all read like this. Through "
            "pyodbc it is an InterfaceError, no OperationalError."
        ),
        remedies=(
            "Check USER and PASSWORD as the process sees them: an environment variable that is not "
            "set gives an empty password.",
            "Ask an administrator for the state that the server's error log shows beside 18456: "
            "5 no such login, 8 wrong password, 7 disabled, 38 database not found, 58 the server "
            "takes Windows logins only (EXEC sp_readerrorlog 0, 1, N'18456').",
            "On Azure SQL make sure that the login exists on this server, and write user@server "
            "when a proxy hides the server's name.",
            "Do not retry: each try counts towards a lock-out.",
        ),
        links=(_18456, f"{pages.DJANGO}/troubleshooting"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(18456),
            *server_says("login failed for user"),
            # In another language, through a driver that shows no number.
            Clue(sqlstates=frozenset({"28000"}), origin="server", is_numberless=True),
        ),
    ),
    Symptom(
        number=50,
        slug="untrusted-domain",
        meaning=(
            "Windows authentication was used with an account that the server's domain does not "
            "know. In Django often without intent: with an empty USER mssql-django adds "
            "Trusted_Connection=yes."
        ),
        remedies=(
            "Set USER and PASSWORD if you meant a SQL login; check that their environment "
            "variables are set.",
            "For Kerberos log in to the server's own domain or one that it trusts (kinit, keytab).",
        ),
        links=(f"{pages.ERRORS}/mssqlserver-18452-database-engine-error", _OPTIONS),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(18452),
            *server_says("login is from an untrusted domain and cannot be used with"),
        ),
    ),
    Symptom(
        number=51,
        slug="password-expired",
        meaning="The login's password has expired or must be changed before the first use.",
        remedies=(
            "Give the login a new password (ALTER LOGIN ... WITH PASSWORD) and put it into the "
            "settings; the ODBC connection of an application cannot change it.",
            "For an application's login consider CHECK_EXPIRATION = OFF with a password that is "
            "rotated on purpose.",
        ),
        links=(_18456,),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(18487, 18488),
            *server_says(
                "login failed for user .*reason: the password of the account "
                "(?:has expired|must be changed)"
            ),
        ),
    ),
    Symptom(
        number=52,
        slug="login-disabled-or-server-busy-upgrading",
        meaning=(
            "The login is disabled or locked out, or the server is just upgrading itself (script "
            "upgrade mode). It arrives as a ProgrammingError, unlike a wrong password."
        ),
        remedies=(
            "Disabled: ALTER LOGIN ... ENABLE. Locked out: wait for the lock-out time or "
            "ALTER LOGIN ... WITH PASSWORD = ... UNLOCK.",
            "Find out who tries with the wrong password before unlocking: retries that ignore the "
            "answer lock it again.",
            "Script upgrade mode ends by itself after an update, mostly within minutes: wait.",
        ),
        links=(_18456, "https://learn.microsoft.com/sql/t-sql/statements/alter-login-transact-sql"),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(18470, 18486, 18401),
            *server_says(
                r"login failed for user .*reason: the account is disabled",
                r"login failed for user .*because the account is currently locked out",
                r"login failed for user .*reason: server is in script upgrade mode",
            ),
        ),
    ),
    Symptom(
        number=53,
        slug="database-cannot-be-opened",
        meaning=(
            "The login is right, the database is not: it does not exist under this name, is "
            "offline, or the login has no user in it. mssql-django takes it for a passing fault "
            "and tries six times, 25 seconds in all."
        ),
        remedies=(
            "Compare NAME with the databases of the server (SELECT name, state_desc, "
            "HAS_DBACCESS(name) FROM sys.databases, with the same login in master).",
            "Create the database, or a user for the login in it (CREATE USER ... FOR LOGIN ...).",
            "Retry only when a failover or a resuming serverless database can be the reason; "
            "OPTIONS['connection_retries'] = 0 makes a wrong name fail at once.",
        ),
        links=(f"{pages.ERRORS}/mssqlserver-4060-database-engine-error", pages.AZURE),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(4060),
            *server_says("cannot open database .*requested by the login"),
            # The server's error log says it in the reason for 18456.
            server_number(18456, text=_NAMED_DATABASE),
            *server_says(f"login failed for user .*{_NAMED_DATABASE}"),
        ),
    ),
    Symptom(
        number=54,
        slug="no-access-to-database",
        meaning=(
            "The login's default database cannot be opened (dropped, renamed, offline), or the "
            "login has no user in the database that a statement wants."
        ),
        remedies=(
            "Set another default database: ALTER LOGIN ... WITH DEFAULT_DATABASE = ....",
            "Create a user for the login in the database: CREATE USER ... FOR LOGIN ....",
            "After restoring a backup connect the orphaned user again: "
            "ALTER USER ... WITH LOGIN = ....",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-4064-database-engine-error",
            f"{pages.ERRORS}/mssqlserver-916-database-engine-error",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(4064, 916),
            *server_says(
                "cannot open user default database",
                "is not able to access the database .*under the current security context",
            ),
        ),
    ),
    Symptom(
        number=68,
        slug="password-is-none",
        meaning=(
            "PASSWORD is None, mostly an environment variable that is not set: mssql-django looks "
            "for a character in it while it builds the connection string."
        ),
        remedies=(
            "Set PASSWORD to a string, or the variable it comes from; read it with os.environ[...] "
            "so that a missing one fails at start with its name.",
            "If the traceback does not end in mssql/base.py, the error is not about the database.",
        ),
        links=(_OPTIONS,),
        evidence=Evidence.MEASURED,
        clues=(
            raised("argument of type 'NoneType' is not (?:a container or )?iterable", "TypeError"),
        ),
    ),
    Symptom(
        number=69,
        slug="host-is-empty",
        meaning=(
            "HOST is empty, so the connection string says SERVER=,1433 and the driver waits for "
            "its login time-out. With pyodbc there is no default host; with mssql-python it is "
            "localhost."
        ),
        remedies=(
            "Set HOST, or the environment variable it comes from.",
            "Write HOST='localhost' if that is what you mean.",
        ),
        links=(_OPTIONS,),
        evidence=Evidence.MEASURED,
        clues=(Clue(text=r"\bserver ?= ?(?:tcp:)?, ?\d{1,5}"),),
    ),
    Symptom(
        number=70,
        slug="keyword-refused-by-mssql-python",
        meaning=(
            "mssql-python reads the connection string itself and accepts the keywords of its list "
            "only. ODBC Driver 18 passes over unknown ones in silence, so a string that worked "
            "with pyodbc may fail here."
        ),
        remedies=(
            "Take the keyword out of OPTIONS['extra_params'], or correct its spelling; "
            "MARS_Connection, Connection Timeout, Application Name and ColumnEncryption are not in "
            "the list.",
            "Use pyodbc (leave OPTIONS['python_driver'] out) if you need the keyword.",
        ),
        links=(
            f"{pages.MSSQL_PYTHON}/connection-strings",
            f"{pages.GITHUB}/microsoft/mssql-python/issues/306",
            f"{pages.GITHUB}/microsoft/mssql-python/issues/339",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(exceptions=frozenset({"ConnectionStringParseError"})),
            raised("connection string parsing failed", "ConnectionStringParseError"),
            Clue(text="unknown keyword '.{1,64}' is not recognized"),
            Clue(text="reserved keyword '.{1,64}' is controlled by the driver"),
            Clue(text="connection string parsing failed"),
        ),
    ),
)
