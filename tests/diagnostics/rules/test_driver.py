from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import DriverFacts, Facts, Unreadable
from django_mssql_ops.diagnostics.registry import judge
from django_mssql_ops.findings import Finding, Severity

LIBRARY = "/opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.6.so.2.1"
NAME_18 = "ODBC Driver 18 for SQL Server"
LIBODBC = "ImportError: libodbc.so.2: cannot open shared object file: No such file or directory"

GOOD: dict[str, Any] = {
    "module": "pyodbc",
    "module_version": "5.5.0",
    "driver": NAME_18,
    "driver_manager": "unixODBC 2.3.11",
    "registered": (NAME_18,),
    "library": LIBRARY,
    "library_version": (18, 6, 2, 1),
    "missing_libraries": (),
    "bundled_version": "18.6.2.2",
}


def findings(number: int, extra_params: str = "", host: str = "", **changes: Any) -> list[Finding]:
    """What rule ``number`` says about good driver facts with ``changes``."""
    options = {"extra_params": extra_params} if extra_params else {}
    entry = {"ENGINE": "mssql", "NAME": "app", "HOST": host, "OPTIONS": options}
    settings = read_settings("default", entry)
    facts = Facts(alias="default", settings=settings, driver=DriverFacts(**(GOOD | changes)))
    return [finding for finding in judge(facts, stage="driver") if finding.rule == number]


def only(number: int, **changes: Any) -> Finding:
    (finding,) = findings(number, **changes)
    return finding


def test_a_good_driver_is_no_load_finding() -> None:
    assert findings(404) == []


def test_a_missing_libodbc_is_named_with_the_command_and_the_drivers_words() -> None:
    finding = only(
        404,
        module_version=Unreadable("pyodbc could not be imported"),
        import_errors=(("pyodbc", LIBODBC),),
        remedy="apt-get install -y unixodbc",
    )
    assert finding.severity is Severity.ERROR
    assert finding.message == "pyodbc cannot be imported, the library libodbc.so.2 is missing"
    assert finding.hint == "Run: apt-get install -y unixodbc"
    assert finding.driver_text == LIBODBC


def test_a_module_that_is_not_installed_is_not_called_broken() -> None:
    text = "ModuleNotFoundError: No module named 'mssql_python'"
    finding = only(
        404,
        module="mssql_python",
        import_errors=(("mssql_python", text),),
        remedy="pip install mssql-python",
    )
    assert finding.message == "mssql_python is not installed"
    assert "pip install mssql-python" in finding.hint


def test_an_import_error_of_another_kind_keeps_its_text() -> None:
    text = "ImportError: undefined symbol: SQLAllocHandle"
    finding = only(404, import_errors=(("pyodbc", text),))
    assert finding.message == "pyodbc cannot be imported"
    assert finding.driver_text == text


def test_a_driver_that_is_not_registered_says_which_ones_are() -> None:
    finding = only(
        404,
        library=Unreadable(f"no driver named {NAME_18!r} is registered"),
        library_exists=False,
        registered=("FreeTDS", "PostgreSQL"),
    )
    assert finding.severity is Severity.ERROR
    assert "registered: FreeTDS, PostgreSQL" in finding.message
    assert "use_bundled_driver()" in finding.hint
    assert "pip install" not in finding.hint


def test_without_the_wheel_the_hint_begins_with_pip() -> None:
    finding = only(
        404,
        library=Unreadable("no driver is registered"),
        library_exists=False,
        registered=(),
        bundled_version=None,
    )
    assert 'pip install "django-mssql-ops[driver]"' in finding.hint
    assert "registered: none" in finding.message


def test_another_drivers_name_gets_no_advice_about_microsofts() -> None:
    finding = only(
        404,
        driver="FreeTSD",
        library=Unreadable("no driver named 'FreeTSD' is registered"),
        library_exists=False,
    )
    assert "msodbcsql" not in finding.hint


def test_a_library_that_is_gone_is_named() -> None:
    finding = only(404, library_exists=False)
    assert LIBRARY in finding.message
    assert "does not exist" in finding.message


def test_what_the_library_lacks_is_named_with_the_command() -> None:
    finding = only(
        404,
        missing_libraries=("libltdl.so.7 (package libltdl7)",),
        remedy="apt-get install -y libltdl7",
    )
    assert "libltdl.so.7 (package libltdl7)" in finding.message
    assert finding.hint == "Run: apt-get install -y libltdl7"


def test_a_library_that_does_not_load_for_another_reason_keeps_the_loaders_words() -> None:
    finding = only(404, load_error="wrong ELF class: ELFCLASS32")
    assert finding.severity is Severity.ERROR
    assert finding.driver_text == "wrong ELF class: ELFCLASS32"


def test_a_loader_that_could_not_be_asked_is_unknown() -> None:
    finding = only(404, missing_libraries=Unreadable("no interpreter"))
    assert finding.severity is Severity.UNKNOWN


def test_a_driver_chosen_by_the_environment_is_not_judged() -> None:
    assert findings(404, library=Unreadable("another provider")) == []


@pytest.mark.parametrize(
    ("version", "severity"),
    [
        ((18, 3, 2, 1), Severity.WARNING),
        ((18, 3, 3, 1), Severity.INFO),
        ((18, 3, 3), Severity.INFO),
        ((18, 6, 2, 1), Severity.INFO),
        ((17, 10, 5, 1), Severity.WARNING),
        ((17, 10, 6, 1), Severity.INFO),
        ((17, 9, 1, 1), Severity.WARNING),
        ((13, 1, 9, 2), Severity.WARNING),
        ((19, 0, 1, 1), Severity.INFO),
    ],
)
def test_the_version_is_judged_against_the_oldest_good_one(
    version: tuple[int, ...], severity: Severity
) -> None:
    finding = only(405, library_version=version)
    assert finding.severity is severity
    assert ".".join(map(str, version)) in finding.message


def test_the_version_of_a_driver_that_is_not_microsofts_is_not_judged() -> None:
    assert findings(405, library="/usr/lib/libtdsodbc.so.0.0.0", library_version=(0, 0, 0)) == []


def test_no_library_is_no_second_finding_about_its_version() -> None:
    assert findings(405, library=Unreadable("not registered"), library_exists=False) == []
    assert findings(405, library_exists=False) == []


def test_a_version_that_cannot_be_told_is_unknown() -> None:
    assert only(405, library_version=Unreadable("x")).severity is Severity.UNKNOWN


def test_no_fallback_is_no_finding() -> None:
    assert findings(406) == []


def test_a_fallback_warns_that_encryption_is_no_longer_the_default() -> None:
    finding = only(406, falls_back=True, driver="ODBC Driver 17 for SQL Server")
    assert finding.severity is Severity.WARNING
    assert "does not encrypt unless told to" in finding.message


@pytest.mark.parametrize("host", ["db.example.com", "shop.database.windows.net"])
@pytest.mark.parametrize("extra", ["", "Encrypt=", "APP=shop"])
def test_a_fallback_that_loses_encryption_on_the_way_to_another_machine_is_an_error(
    host: str, extra: str
) -> None:
    (finding,) = findings(406, extra, host=host, falls_back=True)
    assert finding.severity is Severity.ERROR
    assert not finding.fatal


@pytest.mark.parametrize(
    "extra", ["Encrypt=yes", "Encrypt=no", "Authentication=ActiveDirectoryMsi"]
)
def test_a_fallback_where_the_settings_decide_loses_no_default(extra: str) -> None:
    (finding,) = findings(406, extra, host="db.example.com", falls_back=True)
    assert finding.severity is Severity.WARNING
    assert "does not encrypt" not in finding.message
