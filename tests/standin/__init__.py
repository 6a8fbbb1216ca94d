"""A stand-in for SQL Server, for tests and the demo: real TDS over TCP and TLS, answers by heart.

It is no SQL Server and never says that it is one: its first line, its edition, its banner and its
certificates say "stand-in". ``python -m tests.standin`` starts one.
"""

from __future__ import annotations

from tests.standin.certificates import Authority, CertificateKind, shared_authority
from tests.standin.counters import ConnectionRecord, Counters, RequestRecord
from tests.standin.encryption import EncryptionPolicy
from tests.standin.engine import (
    BoundParameter,
    Engine,
    Executed,
    Failure,
    Notice,
    ProcedureCall,
    Result,
    ResultSet,
    RowCount,
    Statement,
    StatementFailed,
)
from tests.standin.logins import Accounts, LoginAttempt
from tests.standin.profiles import PROFILES, Profile
from tests.standin.script import HTTP_ANSWER, Delay, Drop, Execute, Phase, RawBytes, Script
from tests.standin.server import Configuration, StandIn

__all__ = [
    "HTTP_ANSWER",
    "PROFILES",
    "Accounts",
    "Authority",
    "BoundParameter",
    "CertificateKind",
    "Configuration",
    "ConnectionRecord",
    "Counters",
    "Delay",
    "Drop",
    "EncryptionPolicy",
    "Engine",
    "Execute",
    "Executed",
    "Failure",
    "LoginAttempt",
    "Notice",
    "Phase",
    "ProcedureCall",
    "Profile",
    "RawBytes",
    "RequestRecord",
    "Result",
    "ResultSet",
    "RowCount",
    "Script",
    "StandIn",
    "Statement",
    "StatementFailed",
    "shared_authority",
]
