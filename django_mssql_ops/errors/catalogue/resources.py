"""Numbers of a server that has run out of locks, memory, log or quota."""

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
    kind=Kind.RESOURCES,
    default_class=DefaultClass.RERUN,
    transaction=TransactionState.INTACT,
    ends_connection=False,
)

ROWS: Final = (
    # 17 in newer versions.
    _row(
        number=701,
        text="the resource pool has no memory for the statement",
        sources=(f"{pages.ERRORS}/mssqlserver-701-database-engine-error", pages.E0),
        severity=19,
        limited=True,
        throttles=True,
    ),
    _row(
        number=802,
        text="the buffer pool has no memory left",
        sources=(f"{pages.ERRORS}/mssqlserver-802-database-engine-error", pages.E0),
        severity=17,
        throttles=True,
    ),
    _row(
        number=845,
        text="a page in the buffer pool was not free in time",
        sources=(f"{pages.ERRORS}/mssqlserver-845-database-engine-error", pages.E0),
        severity=17,
    ),
    # The batch is stopped; what that leaves of the transaction is not told.
    _row(
        number=1204,
        text="the server has no locks left",
        sources=(f"{pages.ERRORS}/mssqlserver-1204-database-engine-error", pages.E1000),
        severity=19,
        throttles=True,
        transaction=TransactionState.UNKNOWN,
        lists="EF",
    ),
    _row(
        number=8628,
        text="the statement waited too long to be optimized",
        sources=(pages.E8000,),
        severity=17,
        throttles=True,
        lists="E",
    ),
    _row(
        number=8645,
        text="the statement waited too long for memory",
        sources=(f"{pages.ERRORS}/mssqlserver-8645-database-engine-error", pages.E8000),
        severity=17,
        throttles=True,
        lists="E",
    ),
    _row(
        number=8651,
        text="the memory that the statement asks for is not to be had",
        sources=(f"{pages.ERRORS}/mssqlserver-8651-database-engine-error", pages.E8000),
        severity=17,
        throttles=True,
        lists="E",
    ),
    _row(
        number=9002,
        text="the transaction log is full",
        sources=(f"{pages.ERRORS}/mssqlserver-9002-database-engine-error", pages.E9000),
        default_class=DefaultClass.PERMANENT,
        transaction=TransactionState.UNKNOWN,
    ),
    _row(
        number=41823,
        text="the quota of In-Memory OLTP is used up",
        sources=(pages.EF_CORE,),
        limited=True,
        transaction=TransactionState.ROLLED_BACK,
        lists="E",
    ),
    _row(
        number=41840,
        text="the elastic pool's quota of In-Memory OLTP is used up",
        sources=(pages.EF_CORE,),
        limited=True,
        transaction=TransactionState.ROLLED_BACK,
        lists="E",
    ),
)
