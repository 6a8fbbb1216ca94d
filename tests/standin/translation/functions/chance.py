"""RAND, NEWID and NEWSEQUENTIALID: what is different every time.

Source of types: their pages on Microsoft Learn.
"""

from __future__ import annotations

import itertools
import random
import uuid
from typing import Final

from tests.standin.errors.functions import only_in_default
from tests.standin.runtime import sqlite_function
from tests.standin.sqltypes.sql_type import FLOAT, GUID
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment

#: The clause that a table's own expressions are compiled in, see ``translation.queries``.
_INSIDE_TABLE: Final = "TABLE"
#: Each start of the server begins somewhere else, as each start of Windows does.
_SERIES: Final = uuid.uuid4().hex[8:].upper()
_NUMBERS: Final = itertools.count(1)


@function("RAND", 0, 1)
def _rand(call: FunctionCall) -> Fragment:
    """One value for all rows of a statement, as Microsoft Learn says: hence the subquery.

    With a seed it would have to be the same number as SQL Server's, so that is refused.
    """
    if call.count:
        raise call.refuse()
    return Fragment("(SELECT tsql_rand())", FLOAT, nullable=False)


@sqlite_function("tsql_rand", 0, deterministic=False)
def _random() -> float:
    return random.random()


@function("NEWID", 0, 0)
def _newid(call: FunctionCall) -> Fragment:
    return Fragment("tsql_newid()", GUID, nullable=False)


@sqlite_function("tsql_newid", 0, deterministic=False)
def _new_guid() -> str:
    return str(uuid.uuid4()).upper()


@function("NEWSEQUENTIALID", 0, 0)
def _newsequentialid(call: FunctionCall) -> Fragment:
    """Refused in every query; a value outside of one, such as SET's, looks like a default here."""
    names = call.compiler.names
    if names is not None and names.clause != _INSIDE_TABLE:
        raise only_in_default()
    return Fragment("tsql_newsequentialid()", GUID, nullable=False)


@sqlite_function("tsql_newsequentialid", 0, deterministic=False)
def _next_guid() -> str:
    """Greater than the one before, in SQL Server's own order: its last group counts first."""
    counted = f"{next(_NUMBERS):012X}"
    return f"{_SERIES[:8]}-{_SERIES[8:12]}-{_SERIES[12:16]}-{_SERIES[16:20]}-{counted}"
