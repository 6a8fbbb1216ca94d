"""Values that move between types outside of a query: variables, arguments, messages."""

from __future__ import annotations

from tests.standin.sqltypes import check_implicit, conversion_sql
from tests.standin.sqltypes.sql_type import SqlType
from tests.standin.storage.handle import Handle


def converted(handle: Handle, stored: object, source: SqlType, target: SqlType) -> object:
    """A value of one type as a variable of another takes it: text that is too long is cut.

    Raises StatementFailed with the number SQL Server gives for a value or type that does not fit.
    """
    if source == target or stored is None:
        return stored
    check_implicit(source, target)
    sql = conversion_sql(":value", source, target)
    with handle.own_failures():
        return handle.connection.execute(f"SELECT {sql}", {"value": stored}).fetchone()[0]
