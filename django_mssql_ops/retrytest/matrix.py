"""The scenarios of ``mssql_retrytest``: each phase point with the faults that happen there.

What each fault looks like to a driver, and which numbers are worth a retry, is in errors/catalogue;
the phase points are those of what Django and mssql-django put on the wire for one transaction
(measured with mssql-django 2.0).
"""

from __future__ import annotations

from typing import Final

from django_mssql_ops.retrytest.phases import commits, further, opening, statements
from django_mssql_ops.retrytest.scenarios import Scenario

_PARTS: Final = (
    opening.connect,
    opening.login,
    opening.begin,
    statements.first_statement,
    statements.later_statement,
    statements.rows,
    commits.commit,
    commits.second_commit,
    further.idle,
    further.always,
    further.controls,
)


def matrix() -> tuple[Scenario, ...]:
    """All scenarios, in the order of the phases."""
    return tuple(scenario for part in _PARTS for scenario in part())
