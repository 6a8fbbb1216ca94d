"""The check run in this process against the stand-in, through either driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from django_mssql_ops import connections as ops_connections
from django_mssql_ops.diagnostics.run import Options, run_check
from django_mssql_ops.findings import Finding, Report, Section
from tests import project
from tests.standin import Configuration, StandIn
from tests.standin.logins import DEFAULT_DATABASE, DEFAULT_PASSWORD, DEFAULT_USER

#: Seconds for each probe: long enough for a loaded machine, short enough to wait for.
LIMIT = 2.0

Check = Callable[..., Report]


@pytest.fixture(params=["pyodbc", pytest.param("mssql_python", marks=pytest.mark.mssql_python)])
def python_driver(request: pytest.FixtureRequest) -> str:
    driver: str = request.param
    return driver


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(Configuration()) as server:
        yield server


@pytest.fixture
def entry(python_driver: str, standin: StandIn) -> dict[str, Any]:
    """An entry of DATABASES for the stand-in; tests change what they are about."""
    return entry_for(standin, python_driver)


def entry_for(standin: StandIn, python_driver: str, **changes: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"extra_params": "Encrypt=yes"}
    if python_driver == "pyodbc":
        options["driver"] = "ODBC Driver 18 for SQL Server"
    else:
        options["python_driver"] = python_driver
    return {
        "ENGINE": "mssql",
        "HOST": "localhost",
        "PORT": str(standin.port),
        "NAME": DEFAULT_DATABASE,
        "USER": DEFAULT_USER,
        "PASSWORD": DEFAULT_PASSWORD,
        "OPTIONS": options,
        **changes,
    }


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, standin: StandIn) -> Check:
    """``check({"default": entry}, limit=…)`` runs the whole check and returns its report."""
    monkeypatch.setenv("SSL_CERT_FILE", project.authority_file(standin.authority.pem))

    def run(entries: dict[str, dict[str, Any]], limit: float = LIMIT) -> Report:
        # Django insists on an alias "default"; only the entries given are checked.
        placeholder = {"default": {"ENGINE": "django.db.backends.dummy"}}
        handler = ConnectionHandler({**placeholder, **entries})
        monkeypatch.setattr(ops_connections, "connections", handler)
        settings = {alias: handler.settings[alias] for alias in entries}
        return run_check(settings, Options(limit=limit))

    return run


def stage(report: Report, name: str, alias: str = "default") -> Section:
    """The one section of this stage and alias."""
    [found] = [s for s in report.sections if s.name == name and s.subject == alias]
    return found


def errors(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity.value == "E"]
