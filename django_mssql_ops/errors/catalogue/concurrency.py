"""Numbers of transactions in each other's way, and of sessions whose transaction is lost.

1205 rolls the whole transaction back, 1222 only the statement (Microsoft, pages of both errors).
"""

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
    kind=Kind.CONCURRENCY,
    default_class=DefaultClass.RERUN,
    transaction=TransactionState.ROLLED_BACK,
    ends_connection=False,
)
#: The server says that the transaction is gone, so nothing of it can have been committed.
_aborted = partial(_row, aborts_transaction=True)
#: The session is out of step with its transaction: only another connection helps.
_session = partial(
    _row,
    kind=Kind.SESSION,
    transaction=TransactionState.UNKNOWN,
)

ROWS: Final = (
    # A server that was killed or failed over ends its sessions so; in no list of transient numbers.
    _session(
        number=596,
        text="the session was killed",
        sources=(pages.E0,),
        ends_connection=True,
    ),
    _row(
        number=601,
        text="a scan without locks met data that moved",
        sources=(pages.E0,),
        severity=12,
        transaction=TransactionState.INTACT,
        lists="E",
    ),
    _row(
        number=1203,
        text="the session tried to unlock what it does not hold",
        sources=(f"{pages.ERRORS}/mssqlserver-1203-database-engine-error", pages.E1000),
        severity=20,
        ends_connection=True,
        lists="E",
    ),
    _aborted(
        number=1205,
        text="the transaction was chosen as the victim of a deadlock",
        sources=(f"{pages.ERRORS}/mssqlserver-1205-database-engine-error", pages.E1000),
        severity=13,
        lists="EF",
    ),
    _row(
        number=1221,
        text="the session tried to release locks that it does not hold",
        sources=(pages.E1000,),
        severity=20,
        ends_connection=True,
        lists="E",
    ),
    _row(
        number=1222,
        text="a lock was not granted in time: the statement ended, the transaction goes on",
        sources=(f"{pages.ERRORS}/mssqlserver-1222-database-engine-error", pages.E1000),
        severity=16,
        transaction=TransactionState.INTACT,
        lists="EF",
    ),
    _row(
        number=1232,
        text="the lock service failed for a moment",
        sources=(pages.EF_CORE,),
        transaction=TransactionState.UNKNOWN,
        lists="E",
    ),
    # Once, and on a new connection: after a failover the name or a pool still leads to the old
    # primary.
    _row(
        number=3906,
        text="the database is read-only, or was the primary before a failover",
        sources=(pages.E3000,),
        kind=Kind.AVAILABILITY,
        severity=16,
        limited=True,
        transaction=TransactionState.INTACT,
    ),
    _row(
        number=3941,
        text="the transaction began before change capture or replication was turned on",
        sources=(pages.EF_CORE,),
        transaction=TransactionState.DOOMED,
        lists="E",
    ),
    _row(
        number=3947,
        text="the transaction was ended: a secondary did not keep up",
        sources=(pages.EF_CORE,),
        lists="E",
    ),
    _row(
        number=3948,
        text="the transaction was ended: the availability group changed, or ghosts were cleaned up",
        sources=(pages.E3000,),
        severity=16,
        lists="E",
    ),
    _row(
        number=3950,
        text="reading the version store took too long",
        sources=(pages.E3000,),
        severity=16,
        transaction=TransactionState.INTACT,
        lists="E",
    ),
    _row(
        number=3957,
        text="the database did not allow snapshots when the transaction began",
        sources=(pages.E3000,),
        severity=16,
        lists="E",
    ),
    _aborted(
        number=3960,
        text="a snapshot transaction wanted to change a row that another one has changed",
        sources=(pages.E3000,),
        severity=16,
        lists="E",
    ),
    _row(
        number=3961,
        text="a snapshot transaction met a table that was altered meanwhile",
        sources=(f"{pages.ERRORS}/mssqlserver-3961-database-engine-error", pages.E3000),
        severity=16,
    ),
    _aborted(
        number=3966,
        text="the transaction lost its row versions and was rolled back",
        sources=(pages.E3000,),
        severity=17,
        lists="E",
    ),
    _session(
        number=3971,
        text="the server could not resume the transaction of this session",
        sources=(pages.E3000,),
        severity=16,
        ends_connection=None,
    ),
    _session(
        number=3980,
        text="the batch was aborted, or the session is busy with another request",
        sources=(pages.E3000,),
        severity=16,
        ends_connection=None,
        lists="E",
    ),
    _session(
        number=3989,
        text="the request came without a valid transaction descriptor",
        sources=(f"{pages.ERRORS}/mssqlserver-3989-database-engine-error", pages.E3000),
        severity=16,
        ends_connection=None,
    ),
    # Never judged alone: the error that doomed the transaction is in another record.
    _row(
        number=3998,
        text="the transaction could not be committed and was rolled back at the end of the batch",
        sources=(pages.E3000,),
        kind=Kind.SESSION,
        severity=16,
        default_class=DefaultClass.PERMANENT,
    ),
    _aborted(
        number=41301,
        text="a transaction on which this one depended (In-Memory OLTP) failed",
        sources=(f"{pages.ERRORS}/mssqlserver-41301-database-engine-error", pages.E31000),
        severity=17,
        lists="E",
    ),
    _aborted(
        number=41302,
        text="another transaction changed the row first (In-Memory OLTP)",
        sources=(f"{pages.ERRORS}/mssqlserver-41302-database-engine-error", pages.E31000),
        severity=16,
        lists="E",
    ),
    _aborted(
        number=41305,
        text="a row that was read has changed (In-Memory OLTP, repeatable read)",
        sources=(f"{pages.ERRORS}/mssqlserver-41305-database-engine-error", pages.E31000),
        severity=17,
        lists="E",
    ),
    _aborted(
        number=41325,
        text="rows that were read have changed (In-Memory OLTP, serializable)",
        sources=(f"{pages.ERRORS}/mssqlserver-41325-database-engine-error", pages.E31000),
        severity=17,
        lists="E",
    ),
    _aborted(
        number=41339,
        text="the table was altered after the transaction began (In-Memory OLTP)",
        sources=(pages.E31000,),
        severity=16,
        lists="E",
    ),
    _aborted(
        number=41839,
        text="too many transactions depend on each other (In-Memory OLTP)",
        sources=(pages.EF_CORE,),
        lists="E",
    ),
)
