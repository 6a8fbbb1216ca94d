"""Finding and loading the driver: errors of the client's machine, before any packet."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import pages

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=1,
        slug="driver-name-unknown",
        meaning=(
            "The driver manager knows no driver of the name in OPTIONS['driver'], or it finds no "
            "list of drivers at all (odbcinst.ini)."
        ),
        remedies=(
            "Compare OPTIONS['driver'] with pyodbc.drivers(): the name must be the same, letter by "
            "letter and without braces.",
            "Install Microsoft's ODBC driver where pyodbc.drivers() does not list it.",
            "Unset ODBCSYSINI and ODBCINSTINI, or let them point to the directory and the file in "
            "which the driver is registered.",
        ),
        links=(
            pages.TROUBLESHOOTING,
            pages.INSTALL,
            f"{pages.PYODBC_ISSUES}/717",
            f"{pages.PYODBC_ISSUES}/1054",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(sqlstates=frozenset({"IM002"})),
            Clue(text=r"Data source name not found,? and no default driver specified"),
        ),
    ),
    Symptom(
        number=2,
        slug="driver-library-not-opened",
        meaning=(
            "unixODBC cannot load the driver's library: the name is not registered in "
            "odbcinst.ini, or a library that the driver itself needs is missing. unixODBC says "
            "'file not found' in both cases."
        ),
        remedies=(
            "See whether odbcinst -q -d lists the driver; install msodbcsql18 where it does not.",
            "Run ldd on the library that odbcinst.ini names, and install what is 'not found' "
            "(often libodbcinst2, libkrb5-3, libgssapi-krb5-2, libssl3).",
            "Without root, register the driver that mssql-python brings along: "
            "django_mssql_ops.odbc.use_bundled_driver().",
        ),
        links=(pages.TROUBLESHOOTING, pages.INSTALL, f"{pages.PYODBC_ISSUES}/717"),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"Can'?t open lib '.{0,300}?' ?: ?file not found"),
            # What else the loader says names a library, which another row may know.
            Clue(text=r"Can'?t open lib '.{0,300}?' ?: .{0,200}?cannot open shared object file"),
            Clue(text=r"Can'?t open lib '.{0,300}?' ?:"),
        ),
    ),
    Symptom(
        number=3,
        slug="driver-library-not-opened-on-mac",
        meaning=(
            "macOS cannot load the driver's library: the driver and Python are built for "
            "different processors (x86_64 and arm64), or Homebrew's other prefix is in use."
        ),
        remedies=(
            "Compare platform.machine() with the output of file on the library, and install "
            "msodbcsql18 with the Homebrew of Python's own architecture.",
            'Set ODBCSYSINI="$(brew --prefix)/etc".',
        ),
        links=(
            pages.INSTALL_MAC,
            f"{pages.PYODBC_ISSUES}/885",
            "https://github.com/microsoft/homebrew-mssql-release/issues/53",
        ),
        evidence=Evidence.REPORTED,
        clues=(Clue(text=r"Can't open lib '.{0,300}?\.dylib' : file not found"),),
    ),
    Symptom(
        number=4,
        slug="driver-not-loaded-on-windows",
        meaning=(
            "Windows knows the driver but cannot load its DLL; system error 126 means that the "
            "DLL or one that it needs is missing. mssql-django takes this for 'driver not found' "
            "and falls back to Driver 17 without saying more."
        ),
        remedies=(
            "Repair or reinstall the ODBC driver, together with the Visual C++ redistributable.",
            "Name the driver in OPTIONS['driver'], so that nothing falls back behind your back.",
        ),
        links=(pages.DOWNLOAD, pages.TROUBLESHOOTING),
        evidence=Evidence.READ,
        clues=(
            Clue(sqlstates=frozenset({"IM003"})),
            Clue(text=r"Specified driver could not be loaded"),
        ),
    ),
    Symptom(
        number=5,
        slug="driver-environment-refused",
        meaning=(
            "The driver was loaded and could not start. Usual reasons: the process's user id has "
            "no entry in /etc/passwd (OpenShift, runAsUser), or the driver's resource files "
            "(*.rll) are missing beside it."
        ),
        remedies=(
            "Give the user id a name: an entry in /etc/passwd, or nss_wrapper.",
            "Install the driver's package as a whole instead of copying its .so file.",
            "Set HOME for the process.",
        ),
        links=(
            f"{pages.PYODBC_ISSUES}/738",
            f"{pages.PYODBC_ISSUES}/775",
            f"{pages.SQL_DOCS_ISSUES}/5316",
            f"{pages.PHP_ISSUES}/400",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(sqlstates=frozenset({"IM004"})),
            Clue(text=r"Driver's SQLAllocHandle on SQL_HANDLE_H?ENV failed"),
        ),
    ),
    Symptom(
        number=6,
        slug="driver-architecture-mismatch",
        meaning="The data source's driver has 32 bits and Python 64, or the other way round.",
        remedies=(
            "Use a 64-bit driver with a 64-bit Python; struct.calcsize('P') is 8 there.",
            "Create the DSN with the ODBC administrator of the same bitness, or use no DSN.",
        ),
        links=(f"{pages.PYODBC_ISSUES}/937", pages.DOWNLOAD),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(sqlstates=frozenset({"IM014"})),
            Clue(text=r"architecture mismatch between the Driver and Application"),
        ),
    ),
    Symptom(
        number=9,
        slug="driver-and-musl",
        meaning=(
            "On Alpine the driver's library does not fit: it is linked against another C library "
            "or processor, or the package's signature is not known to apk."
        ),
        remedies=(
            "Install Microsoft's Alpine package for the image's own architecture.",
            "Or base the image on Debian slim.",
        ),
        links=(f"{pages.SQL_DOCS_ISSUES}/8191", pages.INSTALL),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=r"Error relocating .{0,300}?libmsodbcsql.{0,300}? symbol not found"),
            Clue(text=r"msodbcsql.{0,200}?UNTRUSTED signature"),
            Clue(text=r"UNTRUSTED signature"),
        ),
    ),
    Symptom(
        number=11,
        slug="fell-back-to-driver-17",
        meaning=(
            "ODBC Driver 18 was not found, and mssql-django used Driver 17 instead. With it the "
            "default changes from encrypted connections to unencrypted ones."
        ),
        remedies=(
            "Install ODBC Driver 18.",
            "Name the driver in OPTIONS['driver']: a named driver is never replaced by another.",
        ),
        links=(pages.OPTIONS, pages.INSTALL),
        evidence=Evidence.READ,
        clues=(
            Clue(text=r"ODBC Driver 18 for SQL Server not found\. Falling back to ODBC Driver 17"),
        ),
    ),
    Symptom(
        number=12,
        slug="server-keyword-not-sent",
        meaning=(
            "The connection string has no SERVER keyword. mssql-django sends SERVERNAME instead "
            "when OPTIONS['driver'] is a path or stands in braces, because it does not recognise "
            "Microsoft's driver by such a name."
        ),
        remedies=(
            "Write the driver's plain name: 'driver': 'ODBC Driver 18 for SQL Server'.",
            "If it must be a path, give the server yourself: "
            "'extra_params': 'SERVER=db.example.com,1433'.",
        ),
        links=(pages.OPTIONS, pages.CONNECTION_STRINGS),
        evidence=Evidence.MEASURED,
        clues=(Clue(text=r"Neither DSN nor SERVER keyword supplied"),),
    ),
    Symptom(
        number=13,
        slug="driver-name-in-braces",
        meaning=(
            "OPTIONS['driver'] stands in braces. mssql-django adds its own, and the driver "
            "manager looks for a driver whose name begins with a brace."
        ),
        remedies=("Write the name without braces: 'driver': 'ODBC Driver 18 for SQL Server'.",),
        links=(pages.OPTIONS,),
        evidence=Evidence.MEASURED,
        clues=(
            Clue(text=r"Can't open lib '\{.{0,300}?' : file not found"),
            Clue(text=r"\bDRIVER=\{\{"),
        ),
    ),
    Symptom(
        number=14,
        slug="freetds-cannot-connect",
        meaning=(
            "FreeTDS cannot connect: it speaks a TDS version that the server does not, or it "
            "speaks without TLS to a server that demands it, as Azure does."
        ),
        remedies=(
            "Use Microsoft's driver: 'driver': 'ODBC Driver 18 for SQL Server'.",
            "Or set TDS_Version=7.4 and encryption in FreeTDS's configuration.",
        ),
        links=("https://www.freetds.org/userguide/", pages.INSTALL),
        evidence=Evidence.REPORTED,
        clues=(
            Clue(text=r"Adaptive Server connection failed"),
            Clue(text=r"Adaptive Server is unavailable or does not exist"),
            Clue(text=r"Unable to connect to data source", numbers=frozenset({0, 20002, 20009})),
            Clue(text=r"Unable to connect to data source"),
        ),
    ),
)
