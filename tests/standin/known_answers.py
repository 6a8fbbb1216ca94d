"""Requests that are answered from the profile, not from tables.

What the probes of mssql_check ask about the server and the connection, and the procedure that
drivers call of their own accord (measured with msodbcsql 18.6.2).
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.standin import type_catalogue
from tests.standin.engine import ProcedureCall, Result, Statement
from tests.standin.probe_answers import PROBE_ANSWERS
from tests.standin.script import normalise
from tests.standin.session import Session

_DATATYPE_INFO = ("sp_datatype_info_100", "sp_datatype_info")
#: The longest of the probes' queries, so that nothing long is normalised for nothing.
_LONGEST = 4_000


def answer(session: Session, statement: Statement) -> Iterable[Result] | None:
    """The results for a probe's query; None for every other statement."""
    if statement.parameters or len(statement.text) > _LONGEST:
        return None
    known = PROBE_ANSWERS.get(normalise(statement.text))
    return None if known is None else known(session)


def procedure(call: ProcedureCall) -> Iterable[Result] | None:
    """The results of sp_datatype_info; None for every other procedure."""
    name = call.name.replace("[", "").replace("]", "").rpartition(".")[2].lower()
    if name not in _DATATYPE_INFO:
        return None
    wanted = call.parameters[0].value if call.parameters else 0
    return (type_catalogue.datatype_info(wanted),)
