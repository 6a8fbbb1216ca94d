from __future__ import annotations

import pytest
from django.db import utils

from django_mssql_ops.errors.catalogue import DefaultClass
from django_mssql_ops.errors.catalogue.sqlstates import SQLSTATES
from tests.errors.forms import Parts


@pytest.mark.parametrize("state", SQLSTATES)
def test_classes_are_djangos_and_pyodbcs(state: str) -> None:
    row = SQLSTATES[state]
    assert issubclass(getattr(utils, row.pyodbc_class), utils.Error)
    if row.mssql_python_class is not None:
        assert issubclass(getattr(utils, row.mssql_python_class), utils.DatabaseError)
    if state != "01002":  # a warning, of which the forms are not made
        assert Parts(state, 0, "SQLExecDirectW", "").class_name == row.pyodbc_class


@pytest.mark.parametrize(
    ("state", "default_class"),
    [
        ("08001", DefaultClass.RECONNECT),
        ("08007", DefaultClass.AMBIGUOUS),
        ("08S01", DefaultClass.RERUN),
        ("28000", DefaultClass.PERMANENT),
        ("40001", DefaultClass.RERUN),
        ("40003", DefaultClass.AMBIGUOUS),
        ("42000", None),
        ("HY000", None),
        ("01000", None),
        ("IMC06", DefaultClass.RERUN),
    ],
)
def test_a_state_alone_says_this(state: str, default_class: DefaultClass | None) -> None:
    assert SQLSTATES[state].default_class is default_class


def test_what_django_does_not_count_as_a_database_error() -> None:
    """``except DatabaseError`` and ``except OperationalError`` miss these, through pyodbc."""
    missed = {state for state, row in SQLSTATES.items() if row.pyodbc_class == "Error"}
    assert {"40001", "HY000", "08S02", "01000", "FA004", "IMC06"} <= missed
    assert not issubclass(utils.Error, utils.DatabaseError)


def test_states_that_end_the_connection() -> None:
    ending = {state for state, row in SQLSTATES.items() if row.ends_connection}
    assert ending == {"01002", "08001", "08003", "08007", "08S01", "08S02", "HYT01"} | {
        f"IMC0{n}" for n in range(1, 8)
    }
