"""Numbers of a database or server that does not serve now, and may soon."""

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
    kind=Kind.AVAILABILITY,
    default_class=DefaultClass.RECONNECT,
    transaction=TransactionState.NONE,
    ends_connection=True,
)

#: Numbers that end a login and can also meet a statement in an open session.
_in_session = partial(_row, transaction=TransactionState.INTACT, ends_connection=None)

#: The classes of 17142, 17187, 17188 and 17809 are ours, from the wording of the message.
ROWS: Final = (
    _row(
        number=615,
        text="the database moved while the server was reconfigured",
        sources=(pages.AZURE, pages.E0),
        severity=21,
        transaction=TransactionState.ROLLED_BACK,
        lists="EA",
    ),
    _in_session(
        number=921,
        text="the database has not been recovered yet",
        sources=(pages.E0,),
        severity=14,
        lists="E",
    ),
    _row(
        number=926,
        text="the database is marked suspect, or was for a moment",
        sources=(pages.AZURE,),
        severity=14,
        limited=True,
        lists="EA",
    ),
    _row(
        number=927,
        text="the database is being restored",
        sources=(pages.E0,),
        severity=14,
        limited=True,
        lists="E",
    ),
    _row(
        number=941,
        text="the database is not started",
        sources=(pages.E0,),
        severity=16,
        lists="E",
    ),
    _in_session(
        number=952,
        text="the database is in transition",
        sources=(pages.E0,),
        severity=16,
        ends_connection=False,
        lists="E",
    ),
    _in_session(
        number=976,
        text="this replica does not serve queries",
        sources=(pages.E0,),
        severity=14,
        ends_connection=False,
    ),
    _row(
        number=982,
        text="no secondary replica that may be read is online",
        sources=(pages.E0,),
        severity=14,
        lists="E",
    ),
    _in_session(
        number=983,
        text="this replica is neither primary nor secondary now",
        sources=(pages.E0,),
        severity=14,
    ),
    _row(
        number=988,
        text="the database lacks a quorum of nodes",
        sources=(pages.E0,),
        severity=14,
        lists="E",
    ),
    _row(
        number=4221,
        text="the readable secondary is not ready yet",
        sources=(pages.AZURE,),
        severity=16,
        lists="EFJRSA",
    ),
    _row(number=17142, text="the server is paused", sources=(pages.E17000,), limited=True),
    _row(
        number=17187,
        text="the server is starting and takes no connections yet",
        sources=(pages.E17000,),
    ),
    _row(number=17188, text="the server is shutting down", sources=(pages.E17000,)),
    _row(
        number=17197,
        text="the login timed out in the server under load",
        sources=(pages.E17000,),
        lists="E",
    ),
    _row(
        number=17809,
        text="the highest number of user connections is reached",
        sources=(pages.E17000,),
        limited=True,
        throttles=True,
    ),
    _row(
        number=18401,
        text="the server is upgrading its own scripts",
        sources=(pages.E18000,),
        severity=14,
        lists="E",
    ),
)
