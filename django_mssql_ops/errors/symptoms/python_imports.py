"""Modules that Python cannot import: the Python drivers, their libraries, the backend."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom
from django_mssql_ops.errors.symptoms import pages

_IMPORT: Final = frozenset({"ImportError", "ModuleNotFoundError", "ImproperlyConfigured"})


def _python(text: str) -> tuple[Clue, Clue]:
    """A sentence of Python's: certain with its class, likely without."""
    return (Clue(text=text, exceptions=_IMPORT), Clue(text=text))


ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=7,
        slug="unixodbc-missing",
        meaning=(
            "pyodbc cannot be imported: it is not installed, or unixODBC's library is missing, as "
            "happens with a pyodbc that was built from source in a slim image."
        ),
        remedies=(
            "Install unixODBC: apt-get install unixodbc (apk add unixodbc, dnf install unixODBC).",
            "Or install pyodbc from its wheel, which brings the library along: "
            "pip install --only-binary=:all: pyodbc.",
            "On Windows 'DLL load failed' means that the Visual C++ redistributable is missing.",
        ),
        links=(f"{pages.PYODBC_ISSUES}/717", pages.DRIVER_MANAGER),
        evidence=Evidence.REPORTED,
        clues=(
            *_python(r"libodbc(?:inst)?\.so[.\d]{0,8}: cannot open shared object file"),
            *_python(r"Error loading pyodbc module"),
        ),
    ),
    Symptom(
        number=8,
        slug="unixodbc-wrong-on-mac",
        meaning=(
            "pyodbc was built on macOS against a unixODBC that is missing or made for the other "
            "processor."
        ),
        remedies=(
            "brew install unixodbc, with the Homebrew of Python's own architecture.",
            "pip install --force-reinstall --only-binary=:all: 'pyodbc>=5'.",
        ),
        links=(
            f"{pages.PYODBC_ISSUES}/885",
            f"{pages.PYODBC_ISSUES}/1124",
            f"{pages.SQL_DOCS_ISSUES}/9201",
        ),
        evidence=Evidence.REPORTED,
        clues=(
            *_python(r"symbol not found in flat namespace ['(]{0,2}_SQL\w{1,40}"),
            *_python(r"\bpyodbc\b.{0,600}?incompatible architecture"),
            *_python(r"Library not loaded: .{0,200}?libodbc\.\d?\.?dylib"),
        ),
    ),
    Symptom(
        number=10,
        slug="mssql-python-libraries-missing",
        meaning=(
            "mssql-python cannot load what it brings along: its wheel needs libltdl and the "
            "Kerberos libraries from the system."
        ),
        remedies=("apt-get install libltdl7 libkrb5-3 libgssapi-krb5-2.",),
        links=(f"{pages.MSSQL_PYTHON_ISSUES}/204",),
        evidence=Evidence.MEASURED,
        clues=(
            *_python(r"lib(?:ltdl|krb5|gssapi_krb5)\.so[.\d]{0,8}: cannot open shared object file"),
            Clue(text=r"DDBC Error: Failed to load the driver"),
            Clue(text=r"Failed to load the driver\. Please read the documentation"),
        ),
    ),
    Symptom(
        number=15,
        slug="backend-not-found",
        meaning=(
            "ENGINE names a backend that is not installed: an old name from before mssql-django "
            "(sql_server.pyodbc, django_pyodbc, sqlserver_ado), or mssql-django itself is missing."
        ),
        remedies=(
            "pip install mssql-django, into the environment that runs Django.",
            "Set 'ENGINE': 'mssql' and remove the packages of the old backends.",
        ),
        links=(pages.OPTIONS, "https://pypi.org/project/mssql-django/"),
        evidence=Evidence.REPORTED,
        clues=(
            *_python(r"pyodbc 3\.0 or newer is required"),
            *_python(
                r"'(?:mssql|sql_server|sql_server\.pyodbc|django_pyodbc|sqlserver_ado)' isn't an "
                r"available database backend"
            ),
            *_python(r"No module named '?(?:mssql|sql_server|django_pyodbc|sqlserver_ado)(?![\w])"),
        ),
    ),
)
