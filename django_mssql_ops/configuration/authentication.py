"""The values of the keyword Authentication, and who knows them.

Sources
- ODBC: the values accepted by msodbcsql 18.6.2.1 on Linux (measured; the others are refused before
  any network traffic). Driver 17 is not known to have more of them.
- mssql-python: ``AuthType`` and ``process_auth_parameters`` of mssql-python 1.16; what is not
  listed there goes to the same ODBC driver, which is bundled (measured).
- mssql-django 2.0: ``_AUTH_MODES_WITHOUT_PASSWORD``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings

_PREFIX: Final = "activedirectory"


def _table(*names: str) -> dict[str, str]:
    return {name.lower(): name for name in names}


#: In lower case -> the usual spelling.
ODBC_MODES: Final[Mapping[str, str]] = _table(
    "SqlPassword",
    "ActiveDirectoryPassword",
    "ActiveDirectoryIntegrated",
    "ActiveDirectoryInteractive",
    "ActiveDirectoryMsi",
    "ActiveDirectoryServicePrincipal",
)
#: Those that mssql-python has on its own, with the package azure-identity.
ONLY_MSSQL_PYTHON_MODES: Final[Mapping[str, str]] = _table(
    "ActiveDirectoryDefault", "ActiveDirectoryDeviceCode"
)
_ALL_MODES: Final[Mapping[str, str]] = {**ODBC_MODES, **ONLY_MSSQL_PYTHON_MODES}

#: For these mssql-python fetches a token itself and takes UID, PWD, Trusted_Connection and
#: Authentication out of the connection string. (Interactive is native on Windows.)
TOKEN_FETCHED_BY_MSSQL_PYTHON: Final = frozenset(
    {"activedirectoryinteractive", "activedirectorymsi", *ONLY_MSSQL_PYTHON_MODES}
)
#: The driver wants UID and PWD, both (FA003).
NEEDS_CREDENTIALS: Final = frozenset(
    {"sqlpassword", "activedirectorypassword", "activedirectoryserviceprincipal"}
)
#: For these mssql-django writes no PWD; the last name is its own, no driver has it.
PASSWORD_NOT_WRITTEN: Final = frozenset(
    {
        "activedirectoryintegrated",
        "activedirectoryinteractive",
        "activedirectorymsi",
        "activedirectorydefault",
        "activedirectorydeviceflow",
    }
)

#: What other drivers and older pages call a mode, in lower case and without the prefix.
_OTHER_WORDS: Final[Mapping[str, str]] = {
    "devicecodeflow": "ActiveDirectoryDeviceCode",
    "deviceflow": "ActiveDirectoryDeviceCode",
    "managedidentity": "ActiveDirectoryMsi",
    "workloadidentity": "ActiveDirectoryDefault",
}
#: How alike two names must be without their prefix (difflib ratio).
_LIKENESS: Final = 0.6
_COMPARED_CHARACTERS: Final = 64


def modes_of(settings: ConnectionSettings) -> Mapping[str, str] | None:
    """The modes that the alias's driver knows, or None when nobody can tell which driver it is."""
    if settings.driver_family == "mssql_python":
        return _ALL_MODES
    return ODBC_MODES if settings.driver_family in ("17", "18") else None


def suggest_mode(written: str) -> str:
    """The mode, of any driver, that ``written`` was probably meant to be, or ``""``."""
    bare = _bare(written[:_COMPARED_CHARACTERS])
    if bare in _OTHER_WORDS:
        return _OTHER_WORDS[bare]
    spelling = {_bare(name): name for name in _ALL_MODES.values()}
    close = difflib.get_close_matches(bare, spelling, n=1, cutoff=_LIKENESS)
    return spelling[close[0]] if close else ""


def _bare(name: str) -> str:
    letters = "".join(character for character in name.lower() if character.isalnum())
    return letters.removeprefix(_PREFIX)
