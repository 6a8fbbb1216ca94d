"""A report as one JSON document, always complete: verbosity changes nothing.

``schema`` names the shape and its version; a field is never removed or given another meaning
without a new number. ``report.schema.json`` beside this module describes the shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django_mssql_ops.findings import Finding, Report, Section, Severity, Table, Value

SCHEMA = "django-mssql-ops/report/1"


def render(report: Report, _verbosity: int = 1) -> str:
    # ASCII: every stream can carry it, lone surrogates included, and no C1 control character or
    # direction mark of a server's text reaches a terminal.
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, object]:
    """The report as plain data, in the order in which it is written."""
    return {
        "schema": SCHEMA,
        "title": report.title,
        "good": report.is_good,
        "exit_code": report.exit_code,
        "fail_level": _name(report.fail_level),
        "subjects": [_subject(report.about(subject), subject) for subject in report.subjects],
    }


def _subject(report: Report, subject: str) -> dict[str, object]:
    return {
        "name": subject,
        "good": report.is_good,
        "tables": [_table(table) for table in report.tables],
        "stages": [_section(section) for section in report.sections],
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "columns": list(table.columns),
        "rows": [[_listed(value) for value in row] for row in table.rows],
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "name": section.name,
        "status": section.status.value,
        "summary": section.summary,
        "milliseconds": _rounded(section.milliseconds),
        "values": {name: _listed(value) for name, value in _sorted(section.values)},
        "findings": [_finding(finding) for finding in section.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "slug": finding.slug,
        "severity": _name(finding.severity),
        "accepted": finding.accepted,
        "about": finding.about,
        "message": finding.message,
        "driver_text": finding.driver_text,
        "hint": finding.hint,
    }


def _name(severity: Severity) -> str:
    return severity.name.lower()


def _sorted(values: Mapping[str, Value]) -> list[tuple[str, Value]]:
    return sorted(values.items())


def _listed(value: Value) -> object:
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 3)
