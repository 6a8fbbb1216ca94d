"""Functions that read the clock. A statement sees one time throughout, see ``Runtime.now``.

Source of types: Microsoft Learn, "Date and time data types and functions", system date and time
functions.
"""

from __future__ import annotations

import datetime as dt

from tests.standin.runtime import Runtime, sqlite_function
from tests.standin.sqltypes.sql_type import DATETIME, SqlType, datetime2
from tests.standin.translation.functions import instants
from tests.standin.translation.functions.registry import FunctionCall, function
from tests.standin.translation.plan import Fragment


def _clock(name: str, zone: str, kind: SqlType) -> None:
    @function(name, 0, 0)
    def rule(call: FunctionCall) -> Fragment:
        return Fragment(f"tsql_clock('{zone}', '{kind.name}')", kind, nullable=False)


_clock("GETDATE", "local", DATETIME)
_clock("CURRENT_TIMESTAMP", "local", DATETIME)
_clock("GETUTCDATE", "utc", DATETIME)
_clock("SYSDATETIME", "local", datetime2(7))
_clock("SYSUTCDATETIME", "utc", datetime2(7))
_clock("SYSDATETIMEOFFSET", "offset", SqlType("datetimeoffset", scale=7))


@sqlite_function("tsql_clock", 2, runtime=True)
def _read_clock(runtime: Runtime, zone: str, kind: str) -> str:
    moment = runtime.utc_now if zone == "utc" else runtime.now
    if zone == "offset":
        minutes = round((runtime.now - runtime.utc_now).total_seconds() / 60)
        moment = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    instant = instants.from_python(moment)
    if kind == "datetime":
        instant = instants.Instant(instants.rounded(instant.ticks, DATETIME))
    return instants.write(instant, kind)
