"""Numbers of Azure SQL's and Synapse's gateways, quotas and governors.

Severities are those of Microsoft's page of transient faults; a gateway may send others. 10928 and
10929 are the exception that is documented as well: less than 20 for a statement.
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

#: The session dies with the error, and the transaction with it; at COMMIT nobody knows.
_row = partial(
    Meaning,
    kind=Kind.AVAILABILITY,
    default_class=DefaultClass.RERUN,
    transaction=TransactionState.ROLLED_BACK,
    ends_connection=True,
)
_login = partial(
    _row, default_class=DefaultClass.RECONNECT, transaction=TransactionState.NONE, severity=16
)
#: Sessions that the governor ended for what they did: the same again ends the same way.
_ended = partial(
    _row, kind=Kind.RESOURCES, default_class=DefaultClass.PERMANENT, sources=(pages.AZURE,)
)

ROWS: Final = (
    _row(
        number=10928,
        text="the limit of workers or sessions is reached",
        sources=(pages.LIMITS, pages.AZURE),
        severity=20,
        throttles=True,
        lists="EFCJRTDS6",
    ),
    # 16 in an elastic pool, where the session goes on.
    _row(
        number=10929,
        text="the server is too busy for more than the minimum",
        sources=(pages.LIMITS, pages.AZURE),
        severity=20,
        throttles=True,
        ends_connection=None,
        transaction=TransactionState.UNKNOWN,
        lists="EFCJRTDS6",
    ),
    _row(
        number=10930,
        text="the service is too busy now",
        sources=(pages.EF_CORE,),
        throttles=True,
        ends_connection=None,
        transaction=TransactionState.UNKNOWN,
        lists="E",
    ),
    _row(
        number=10936,
        text="the elastic pool's limit is reached",
        sources=(pages.LIMITS,),
        severity=20,
        throttles=True,
        lists="E",
    ),
    _row(
        number=40020,
        text="the service met an error (seen as the inner code of 40197)",
        sources=(pages.JDBC,),
        lists="J",
    ),
    _row(
        number=40143,
        text="the service met an error",
        sources=(pages.AZURE,),
        lists="EFJR",
    ),
    _row(
        number=40166,
        text="the service is being reconfigured (seen as the inner code of 40197)",
        sources=(pages.AZURE,),
        lists="J",
    ),
    _row(
        number=40189,
        text="the resource quota is used up until its next window",
        sources=(pages.EF_CORE,),
        throttles=True,
        ends_connection=None,
        transaction=TransactionState.UNKNOWN,
        lists="E",
    ),
    _row(
        number=40197,
        text="the service met an error: upgrade, failover or hardware",
        sources=(pages.AZURE,),
        severity=17,
        lists="EFCJRTDS6A",
    ),
    _row(
        number=40501,
        text="the service is busy: wait ten seconds",
        sources=(pages.AZURE,),
        severity=20,
        throttles=True,
        lists="EFCJRTDS6A",
    ),
    _row(
        number=40540,
        text="the service met an error",
        sources=(pages.AZURE,),
        lists="EFJR",
    ),
    _ended(
        number=40544,
        text="the database has reached its size quota",
        severity=20,
    ),
    _ended(
        number=40549,
        text="the session was ended: its transaction ran too long",
        severity=16,
    ),
    _ended(
        number=40550,
        text="the session was ended: it held too many locks",
        severity=16,
    ),
    _ended(
        number=40551,
        text="the session was ended: it used too much of tempdb",
        severity=16,
    ),
    _ended(
        number=40552,
        text="the session was ended: its transaction filled the log",
        severity=16,
    ),
    _ended(
        number=40553,
        text="the session was ended: it used too much memory",
        severity=16,
    ),
    # While connecting nothing has run, and connecting again is all that a rerun is.
    _row(
        number=40613,
        text="the database is not available now",
        sources=(pages.AZURE,),
        severity=17,
        lists="EFCJRTDS6A",
    ),
    _login(
        number=42108,
        text="the SQL pool is paused",
        sources=(pages.SYNAPSE,),
        severity=None,
        limited=True,
        lists="EFCJR",
    ),
    _login(
        number=42109,
        text="the SQL pool is warming up",
        sources=(pages.SYNAPSE,),
        severity=None,
        lists="EFCJR",
    ),
    _login(
        number=49918,
        text="not enough resources for this request",
        sources=(pages.AZURE, pages.E41400),
        throttles=True,
        lists="EFJRDSA",
    ),
    _login(
        number=49919,
        text="too many create or update operations",
        sources=(pages.AZURE, pages.E41400),
        throttles=True,
        ends_connection=False,
        lists="EFJRDSA",
    ),
    _login(
        number=49920,
        text="too many operations",
        sources=(pages.AZURE, pages.E41400),
        throttles=True,
        ends_connection=False,
        lists="EFJRDSA",
    ),
)
