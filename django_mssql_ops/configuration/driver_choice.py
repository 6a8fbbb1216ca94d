"""Which driver an alias would use, decided as mssql-django 2.0 decides it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django_mssql_ops.configuration.connection_settings import (
    DriverFamily,
    EncryptMode,
    PythonDriver,
)
from django_mssql_ops.configuration.keywords import ENCRYPT_17, ENCRYPT_18

DEFAULT_DRIVER: Final = "ODBC Driver 18 for SQL Server"
FALLBACK_DRIVER: Final = "ODBC Driver 17 for SQL Server"

#: What ``OPTIONS["python_driver"]`` may say for mssql-python; any other text means pyodbc.
MSSQL_PYTHON_SPELLINGS: Final = frozenset({"mssql_python", "mssql-python", "python"})

_MICROSOFT_NAME: Final = re.compile(r"^ODBC Driver .* for SQL Server$|^SQL Server Native Client")
_MAJOR_VERSION: Final = re.compile(r"^ODBC Driver (17|18) for SQL Server$")
_RETIRED_NAME: Final = re.compile(
    r"^SQL Server$|^SQL Server Native Client|^ODBC Driver 1[13](\.\d)? for SQL Server$",
    re.IGNORECASE,
)
_LIBRARY_FILE: Final = re.compile(r"[/\\]|\.(so(\.[\d.]+)?|dll|dylib)$", re.IGNORECASE)
#: By its name, or by the file ``libtdsodbc.so``.
_FREETDS: Final = re.compile(r"^[^/\\]*freetds|tdsodbc", re.IGNORECASE)
_LIBRARY_VERSION: Final = re.compile(r"msodbcsql[-.]?(17|18)", re.IGNORECASE)


def choose_python_driver(option: object) -> PythonDriver:
    """``DatabaseWrapper._uses_mssql_python`` for the value of ``OPTIONS["python_driver"]``."""
    try:
        spelling = str(option).strip().lower() if option else ""
    except Exception:  # an object of the settings' own; the backend would raise at connect
        return "pyodbc"
    return "mssql_python" if spelling in MSSQL_PYTHON_SPELLINGS else "pyodbc"


def is_microsoft_name(driver: str) -> bool:
    """True when the backend takes ``driver`` for Microsoft's and writes ``SERVER=host,port``."""
    return _MICROSOFT_NAME.match(driver) is not None


def is_retired_driver(driver: str) -> bool:
    """True for Microsoft's drivers that mssql-django 2.0 does not support any more."""
    return _RETIRED_NAME.match(driver) is not None


def is_library_file(driver: str) -> bool:
    """True when ``driver`` is a file instead of a name registered with the driver manager."""
    return _LIBRARY_FILE.search(driver) is not None


def is_microsoft_driver(family: DriverFamily, driver: str) -> bool:
    """True when the driver behind the alias is known to be Microsoft's, under whatever name.

    Only then are its keywords and the values that it accepts known.
    """
    return _encryption_major(family, driver) != ""


def driver_family(python_driver: PythonDriver, driver: str, dsn: str) -> DriverFamily:
    """The kind of driver behind the alias, as far as the settings tell."""
    if python_driver == "mssql_python":
        return "mssql_python"
    if dsn:
        return "dsn"
    if _FREETDS.search(driver) is not None:
        return "freetds"
    if is_library_file(driver):
        return "path"
    major = _MAJOR_VERSION.match(driver)
    if major is not None:
        return "18" if major.group(1) == "18" else "17"
    return "other"


def encrypt_mode(family: DriverFamily, driver: str, value: str | None) -> EncryptMode | None:
    """What the driver would do about encryption; None when nobody can tell or it would refuse.

    Driver 18 (mssql-python carries it) encrypts unless told otherwise, Driver 17 and older do not
    (Microsoft, "Major version differences"). An empty value counts as none.
    """
    accepted = encrypt_values(family, driver)
    if value:
        return (accepted or ENCRYPT_18).get(value.lower())
    if accepted is None:
        return None
    return "no" if accepted is ENCRYPT_17 else "yes"


def encrypt_values(family: DriverFamily, driver: str) -> Mapping[str, EncryptMode] | None:
    """The values of ``Encrypt`` the driver accepts, with their meaning; None: driver unknown."""
    return {"18": ENCRYPT_18, "17": ENCRYPT_17}.get(_encryption_major(family, driver))


def _encryption_major(family: DriverFamily, driver: str) -> str:
    """``"18"`` or ``"17"`` by whose rules ``Encrypt`` is read, or ``""`` when unknown."""
    if family in ("18", "mssql_python"):
        return "18"
    if family == "17" or (family == "other" and is_microsoft_name(driver)):
        return "17"
    named = _LIBRARY_VERSION.search(driver) if family == "path" else None
    return named.group(1) if named else ""
