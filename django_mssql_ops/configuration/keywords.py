"""The connection string keywords each driver knows, and the values it accepts.

Sources
- msodbcsql 18: the keyword table inside ``libmsodbcsql-18.6.so.2.1`` (read 2026-11-22) and the
  values measured with it; Microsoft, "DSN and connection string keywords and attributes".
- msodbcsql 17: Microsoft, "Major version differences" and the "DSN ..." page's since-columns.
- mssql-python: the allow-list of mssql-python 1.16 (``constants.py``); what is not on it makes
  the connection fail with ``ConnectionStringParseError``.

An ODBC driver ignores a keyword it does not know, without a word. Keywords are compared without
regard to case.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Mapping
from typing import Final

from django_mssql_ops.configuration.connection_settings import DriverFamily, EncryptMode

#: Known to msodbcsql 17 and 18 alike.
_ODBC_17_NAMES: Final = (
    "Addr Address AnsiNPW APP ApplicationIntent AttachDBFileName Authentication AutoTranslate "
    "ClientCertificate ClientKey ColumnEncryption ConnectRetryCount ConnectRetryInterval Database "
    "Desc Description Driver DSN Encrypt Failover_Partner FailoverPartnerSPN Fallback "
    "FastConnectOption FileDSN KeepAlive KeepAliveInterval KeystoreAuthentication KeystoreLocation "
    "KeystorePrincipalId KeystoreSecret Language MARS_Connection MultiSubnetFailover Network "
    "OemToAnsi PWD QueryLog_On QueryLogFile QueryLogTime QuotedId Regional Replication SaveFile "
    "Server ServerSPN StatsLog_On StatsLogFile TranslationDLL TranslationName TranslationOption "
    "TransparentNetworkIPResolution Trusted_Connection Trusted_ConnectionUseAAD "
    "TrustedConnection_UseAAD TrustServerCertificate UID UseFMTONLY UseProcForPrepare WSID"
)

#: Added by msodbcsql 18.0 to 18.6; Driver 17 ignores them.
_ODBC_18_ADDITIONS: Final = (
    "ConcatNullYieldsNull GetDataExtensions HostnameInCertificate IpAddressPreference LongAsMax "
    "PacketSize RetryExec ServerCertificate vectorTypeSupport"
)

#: FreeTDS, "ODBC connection attributes" (user guide, chapter "Preparing ODBC").
_FREETDS_NAMES: Final = (
    "APP AppName ApplicationIntent AttachDbFilename Authentication ClientCharset Database "
    "DebugFlags Description Driver DSN DumpFile DumpFileAppend Encryption Language Mars_Connection "
    "Port PWD REALM Server Servername ServerSPN Textsize TDS_Version Timeout Trusted_Connection "
    "UID UseNTLMv2 WSID"
)

_MSSQL_PYTHON_SYNONYMS: Final[Mapping[str, str]] = {
    "addr": "server",
    "address": "server",
    "trust_server_certificate": "trustservercertificate",
    "packet size": "packetsize",
}

_MSSQL_PYTHON_NAMES: Final = (
    "Server UID PWD Authentication Trusted_Connection Database Encrypt TrustServerCertificate "
    "HostnameInCertificate ServerCertificate ServerSPN MultiSubnetFailover ApplicationIntent "
    "ConnectRetryCount ConnectRetryInterval KeepAlive KeepAliveInterval IpAddressPreference "
    "PacketSize"
)


def _table(names: str) -> dict[str, str]:
    return {name.lower(): name for name in names.split()}


#: Per driver: the keyword in lower case -> its usual spelling.
KEYWORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "18": _table(_ODBC_17_NAMES + " " + _ODBC_18_ADDITIONS),
    "17": _table(_ODBC_17_NAMES),
    "freetds": _table(_FREETDS_NAMES),
    "mssql_python": _table(_MSSQL_PYTHON_NAMES)
    | {
        synonym: _table(_MSSQL_PYTHON_NAMES)[name]
        for synonym, name in _MSSQL_PYTHON_SYNONYMS.items()
    },
}

_KNOWN_ANYWHERE: Final = frozenset(key for table in KEYWORDS.values() for key in table)

#: Values of ``Encrypt`` (lower case) -> what they mean; measured with msodbcsql 18.6.2.1, which
#: takes no blank before or behind them. Driver 17: Microsoft, "Major version differences".
ENCRYPT_18: Final[Mapping[str, EncryptMode]] = {
    "yes": "yes",
    "mandatory": "yes",
    "no": "no",
    "optional": "no",
    "strict": "strict",
}
ENCRYPT_17: Final[Mapping[str, EncryptMode]] = {"yes": "yes", "no": "no"}

#: What people write for a keyword, from other drivers and other years, lower case, no blanks.
_OTHER_WORDS: Final[Mapping[str, str]] = {
    "password": "PWD",
    "user": "UID",
    "userid": "UID",
    "username": "UID",
    "datasource": "Server",
    "host": "Server",
    "initialcatalog": "Database",
    "applicationname": "APP",
    "appname": "APP",
    "integratedsecurity": "Trusted_Connection",
    "multipleactiveresultsets": "MARS_Connection",
    "mars": "MARS_Connection",
    "workstationid": "WSID",
    "packetsize": "PacketSize",
    "failoverpartner": "Failover_Partner",
    "encryption": "Encrypt",
    "trustservercert": "TrustServerCertificate",
    "trustcertificate": "TrustServerCertificate",
}

#: What other drivers have as a keyword and mssql-django as a setting; lower case, no blanks.
_ELSEWHERE: Final[Mapping[str, str]] = {
    "connecttimeout": "OPTIONS['connection_timeout']",
    "connectiontimeout": "OPTIONS['connection_timeout']",
    "logintimeout": "OPTIONS['connection_timeout']",
    "timeout": "OPTIONS['connection_timeout']",
    "commandtimeout": "OPTIONS['query_timeout']",
    "querytimeout": "OPTIONS['query_timeout']",
    "connectionpooling": "settings.DATABASE_CONNECTION_POOLING",
    "pooling": "settings.DATABASE_CONNECTION_POOLING",
}

#: How alike two names must be for a suggestion (difflib ratio); below it they are strangers.
_LIKENESS: Final = 0.75
#: Characters of a name that are compared; the longest keyword has 30.
_COMPARED_CHARACTERS: Final = 64


def is_known_anywhere(name: str) -> bool:
    """True when any supported driver knows the keyword ``name``."""
    return name.strip().lower() in _KNOWN_ANYWHERE


def known_keywords(family: DriverFamily) -> Mapping[str, str] | None:
    """The driver's keywords (lower case -> usual spelling), or None when nobody knows its driver.

    A DSN names its driver elsewhere; a path or another name may be any driver.
    """
    return KEYWORDS.get(family)


def canonical(name: str, family: DriverFamily) -> str:
    """``name`` in lower case, with the driver's synonyms made one."""
    key = name.strip().lower()
    return _MSSQL_PYTHON_SYNONYMS.get(key, key) if family == "mssql_python" else key


def setting_instead(name: str) -> str:
    """The setting that does what the keyword ``name`` does for another driver, or ``""``."""
    return _ELSEWHERE.get(_squeeze(name[:_COMPARED_CHARACTERS]), "")


def suggest(name: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``name`` was probably meant to be, or ``""``."""
    return _suggest(name[:_COMPARED_CHARACTERS], tuple(known))


@functools.lru_cache(maxsize=256)
def _suggest(name: str, known: tuple[str, ...]) -> str:
    """Remembered, because what is misspelt in one alias is misspelt in its copies."""
    spelling = {_squeeze(candidate): candidate for candidate in known}
    squeezed = _squeeze(name)
    meant = _OTHER_WORDS.get(squeezed, "")
    if _squeeze(meant) in spelling:
        return spelling[_squeeze(meant)]
    close = difflib.get_close_matches(squeezed, spelling, n=1, cutoff=_LIKENESS)
    return spelling[close[0]] if close else ""


@functools.lru_cache(maxsize=1024)
def _squeeze(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
