"""Numbers of permissions that are missing, and of statements whose number collides with a client's.

The collisions are here so that nobody takes them for network errors: 233 from the server is a NULL
in a column without NULLs.
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
    kind=Kind.PERMISSION,
    default_class=DefaultClass.PERMANENT,
    transaction=TransactionState.INTACT,
    ends_connection=False,
)
_statement = partial(_row, kind=Kind.STATEMENT)

ROWS: Final = (
    _statement(
        number=104,
        text="ORDER BY names a column that the select list lacks",
        sources=(pages.E0,),
    ),
    _statement(
        number=121,
        text="the select list of an INSERT has more items than its column list",
        sources=(pages.E0,),
    ),
    _row(
        number=229,
        text="a permission on an object is missing or denied",
        sources=(pages.E0,),
    ),
    _row(
        number=230,
        text="a permission on a column is missing or denied",
        sources=(pages.E0,),
    ),
    _statement(number=233, text="a column cannot hold NULL", sources=(pages.E0,)),
    _row(number=262, text="a permission in a database is missing", sources=(pages.E0,)),
    _row(number=297, text="the user may not perform this action", sources=(pages.E0,)),
    _row(
        number=300,
        text="a permission on the server or database is missing",
        sources=(pages.E0,),
    ),
    _row(
        number=371,
        text="neither the policy action nor the permission is granted",
        sources=(pages.FABRIC,),
    ),
    _statement(
        number=10053,
        text="an OLE DB provider could not convert a value",
        sources=(pages.E10000,),
    ),
    _statement(
        number=10054,
        text="a value does not fit an OLE DB provider's type",
        sources=(pages.E10000,),
    ),
)
