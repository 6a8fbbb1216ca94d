"""Rule 228: DEBUG in production."""

from __future__ import annotations

from typing import Any

from django_mssql_ops.diagnostics.facts import Project
from django_mssql_ops.diagnostics.registry import judge
from django_mssql_ops.findings import Finding
from tests.configuration.entries import project


def deployed(**changes: Any) -> tuple[Finding, ...]:
    found = judge(Project(project=project(**changes)), stage="project", deploy=True)
    return tuple(finding for finding in found if finding.rule == 228)


def test_debug_is_one_warning_about_the_project() -> None:
    (finding,) = deployed(debug=True, aliases=("default", "replica"))
    assert (finding.id, finding.subject) == ("mssql_ops.W228", "(project)")
    assert finding.message.startswith("DEBUG is True: every query to SQL Server")


def test_without_debug_all_is_well() -> None:
    assert deployed(debug=False) == ()


def test_without_sql_server_it_is_nobodys_business() -> None:
    assert deployed(debug=True, aliases=()) == ()


def test_it_is_not_said_in_development() -> None:
    assert judge(Project(project=project(debug=True)), stage="project") == ()
