"""Numbers with which a server or a gateway turns a login down."""

from __future__ import annotations

from functools import partial
from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.catalogue.meaning import (
    DefaultClass,
    Kind,
    Meaning,
    TransactionState,
)

_row = partial(
    Meaning,
    kind=Kind.LOGIN,
    default_class=DefaultClass.PERMANENT,
    transaction=TransactionState.NONE,
    ends_connection=True,
)

#: Classes of the numbers that are in no vendor's list (4064, 17806, 17892, 18450, ...) are ours,
#: from the wording of the message: each names something that only an administrator can change.
ROWS: Final = (
    # Severity 14 in sys.messages. In an open session it is a USE of another database.
    _row(
        number=916,
        text="the login has no user in the database",
        sources=(f"{pages.ERRORS}/mssqlserver-916-database-engine-error", pages.E0),
        severity=14,
        transaction=TransactionState.UNKNOWN,
        ends_connection=None,
    ),
    _row(
        number=978,
        text="the replica takes only connections with ApplicationIntent=ReadOnly",
        sources=(pages.E0,),
        severity=14,
    ),
    # 16 on Azure, 11 on a server of one's own; a wrong name more often than a failover.
    _row(
        number=4060,
        text="the database does not exist, is offline or is closed to this login",
        sources=(pages.E4000, pages.AZURE),
        severity=16,
        default_class=DefaultClass.RECONNECT,
        limited=True,
        lists="EFCJRTDA",
    ),
    _row(
        number=4064,
        text="the login's default database cannot be opened",
        sources=(f"{pages.ERRORS}/mssqlserver-4064-database-engine-error",),
    ),
    _row(number=17806, text="the SSPI handshake failed", sources=(pages.E17000,)),
    _row(
        number=17892,
        text="a logon trigger turned the login down",
        sources=(f"{pages.ERRORS}/mssqlserver-17892-database-engine-error",),
    ),
    _row(
        number=18450,
        text="the login is not one of a trusted connection",
        sources=(pages.E18000,),
    ),
    _row(number=18451, text="only administrators may connect now", sources=(pages.E18000,)),
    _row(
        number=18452,
        text="Windows authentication from an untrusted domain",
        sources=(f"{pages.ERRORS}/mssqlserver-18452-database-engine-error",),
    ),
    # One exception to "permanent": a token that has expired. A new token may be tried once.
    _row(
        number=18456,
        text="the login failed",
        sources=(f"{pages.ERRORS}/mssqlserver-18456-database-engine-error",),
        severity=14,
    ),
    _row(number=18461, text="the server is in single-user mode", sources=(pages.E18000,)),
    _row(number=18470, text="the login is disabled", sources=(pages.E18000,)),
    _row(number=18486, text="the login is locked out", sources=(pages.E18000,)),
    _row(number=18487, text="the login's password has expired", sources=(pages.E18000,)),
    _row(number=18488, text="the login's password must be changed first", sources=(pages.E18000,)),
    _row(
        number=40532,
        text="the server name is not the one the gateway expects",
        sources=(pages.AZURE, pages.VNET),
    ),
    _row(
        number=40615,
        text="the server's firewall has no rule for this address",
        sources=(pages.AZURE, pages.VNET),
    ),
    _row(
        number=40914,
        text="no virtual network rule lets this client in",
        sources=(pages.VNET,),
    ),
    _row(number=47073, text="public network access is denied", sources=(pages.PRIVATE,)),
)
