from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mssql.base import DatabaseWrapper

from django_mssql_ops.configuration.connection_settings import DriverFamily
from django_mssql_ops.configuration.driver_choice import (
    choose_python_driver,
    driver_family,
    encrypt_mode,
    is_microsoft_driver,
    is_microsoft_name,
    is_retired_driver,
)


@pytest.mark.skipif(
    not hasattr(DatabaseWrapper, "_uses_mssql_python"),
    reason="mssql-django before 2.0 knows pyodbc alone",
)
@pytest.mark.mssql_python
@given(
    st.one_of(
        st.sampled_from(["mssql_python", "MSSQL-Python ", " python", "pyodbc", "mssqlpython", ""]),
        st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.just(["python"]),
    )
)
@example("PYTHON\n")
def test_chooses_the_python_driver_as_the_backend_does(option: object) -> None:
    chosen = DatabaseWrapper._uses_mssql_python({"OPTIONS": {"python_driver": option}})
    assert choose_python_driver(option) == ("mssql_python" if chosen else "pyodbc")


def test_an_object_that_cannot_be_read_means_pyodbc() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    assert choose_python_driver(Broken()) == "pyodbc"


@pytest.mark.parametrize(
    ("driver", "family"),
    [
        ("ODBC Driver 18 for SQL Server", "18"),
        ("ODBC Driver 17 for SQL Server", "17"),
        ("ODBC Driver 13 for SQL Server", "other"),
        ("SQL Server", "other"),
        ("SQL Server Native Client 11.0", "other"),
        ("{ODBC Driver 18 for SQL Server}", "other"),
        ("FreeTDS", "freetds"),
        ("/opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.6.so.2.1", "path"),
        ("libtdsodbc.so", "freetds"),
        ("/opt/freetds/lib/libtdsodbc.so.0.0.0", "freetds"),
        ("/opt/freetds/lib/libmsodbcsql-18.so", "path"),
        ("msodbcsql18.DLL", "path"),
        ("C:\\Windows\\System32\\sqlsrv32.dll", "path"),
        ("libmsodbcsql.18.dylib", "path"),
    ],
)
def test_tells_the_family_by_the_name(driver: str, family: DriverFamily) -> None:
    assert driver_family("pyodbc", driver, "") == family


def test_a_dsn_and_mssql_python_leave_the_name_aside() -> None:
    assert driver_family("pyodbc", "ODBC Driver 18 for SQL Server", "shop") == "dsn"
    assert driver_family("mssql_python", "FreeTDS", "shop") == "mssql_python"


@pytest.mark.parametrize(
    ("family", "driver", "value", "mode"),
    [
        ("18", "", None, "yes"),
        ("18", "", "", "yes"),
        ("18", "", "No", "no"),
        ("18", "", "optional", "no"),
        ("18", "", "MANDATORY", "yes"),
        ("18", "", "strict", "strict"),
        ("18", "", "true", None),
        ("18", "", " yes", None),
        ("17", "", None, "no"),
        ("17", "", "yes", "yes"),
        ("17", "", "strict", None),
        ("17", "", "mandatory", None),
        ("mssql_python", "", None, "yes"),
        ("other", "ODBC Driver 13 for SQL Server", None, "no"),
        ("other", "ODBC Driver 13 for SQL Server", "strict", None),
        ("other", "Acme Driver", None, None),
        ("other", "Acme Driver", "yes", "yes"),
        ("freetds", "FreeTDS", None, None),
        ("dsn", "", None, None),
        ("dsn", "", "yes", "yes"),
        ("path", "/x/libmsodbcsql-18.6.so.2.1", None, "yes"),
        ("path", "/x/libmsodbcsql-17.10.so.6.1", None, "no"),
        ("path", "/x/libacme.so", None, None),
    ],
)
def test_what_the_driver_does_about_encryption(
    family: DriverFamily, driver: str, value: str | None, mode: str | None
) -> None:
    assert encrypt_mode(family, driver, value) == mode


def test_takes_for_microsofts_what_the_backend_does() -> None:
    assert is_microsoft_name("SQL Server Native Client 11.0")
    assert not is_microsoft_name("{ODBC Driver 18 for SQL Server}")


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        ("ODBC Driver 18 for SQL Server", True),
        ("ODBC Driver 17 for SQL Server", True),
        ("ODBC Driver 13.1 for SQL Server", True),
        ("SQL Server Native Client 11.0", True),
        ("/lib/libmsodbcsql-18.6.so.2.1", True),
        ("/lib/libtdsodbc.so", False),
        ("{ODBC Driver 18 for SQL Server}", False),
        ("FreeTDS", False),
        ("Acme", False),
    ],
)
def test_knows_microsofts_drivers(driver: str, expected: bool) -> None:
    assert is_microsoft_driver(driver_family("pyodbc", driver, ""), driver) == expected
    assert is_microsoft_driver(driver_family("mssql_python", driver, ""), driver)
    assert not is_microsoft_driver(driver_family("pyodbc", driver, "shop"), driver)


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        ("SQL Server", True),
        ("sql server native client 10.0", True),
        ("ODBC Driver 11 for SQL Server", True),
        ("ODBC Driver 13.1 for SQL Server", True),
        ("ODBC Driver 17 for SQL Server", False),
        ("ODBC Driver 18 for SQL Server", False),
        ("SQL Server 2019", False),
        ("FreeTDS", False),
    ],
)
def test_knows_the_drivers_that_are_retired(driver: str, expected: bool) -> None:
    assert is_retired_driver(driver) == expected
