"""An explanation of an error text, or a rule's page, as text, JSON or Markdown."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Final

from django_mssql_ops.errors import Diagnosis
from django_mssql_ops.errors.observed import ObservedRecord
from django_mssql_ops.reports.rule_list import RuleRow

SCHEMA: Final = "django-mssql-ops/explanation/1"
PAGE_SCHEMA: Final = "django-mssql-ops/rule/1"
_WIDTH: Final = 96


def render_diagnosis(format_name: str, diagnosis: Diagnosis) -> str:
    """``diagnosis`` as ``text``, ``json`` or ``markdown``, ending in a newline."""
    if format_name == "json":
        return json.dumps(_document(diagnosis), indent=2) + "\n"
    if format_name == "markdown":
        return _markdown(diagnosis)
    return "\n".join(_text(diagnosis)) + "\n"


def render_page(format_name: str, row: RuleRow, explanation: str) -> str:
    """A rule's own page; its text is Markdown that reads well as it is."""
    if format_name == "json":
        document = {
            "schema": PAGE_SCHEMA,
            "rule": row.number,
            "slug": row.slug,
            "stage": row.stage,
            "deploy_only": row.deploy_only,
            "page": row.page,
            "text": explanation,
        }
        return json.dumps(document, indent=2) + "\n"
    heading = f"{row.number} {row.slug}"
    underline = f"## {heading}" if format_name == "markdown" else heading
    return f"{underline}\n\n{explanation.strip()}\n"


def _text(diagnosis: Diagnosis) -> Iterator[str]:
    yield from _wrapped(diagnosis.meaning, "")
    for remedy in diagnosis.remedies:
        yield from _wrapped(remedy, "to do: ")
    if diagnosis.symptom is not None:
        yield f"  sure:  {_sureness(diagnosis)}"
    for record in diagnosis.records:
        yield from _wrapped(_recognised(record), "read:  ")
    for name, value in diagnosis.details.items():
        yield from _wrapped(f"{name} {value}", "with:  ")
    for other in diagnosis.alternatives:
        yield from _wrapped(other.meaning, "or:    ")
    for link in diagnosis.links:
        yield f"  see:   {link}"


def _wrapped(text: str, label: str) -> list[str]:
    indent = "  " if label else ""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent + label,
        subsequent_indent=indent + " " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sureness(diagnosis: Diagnosis) -> str:
    symptom = diagnosis.symptom
    if symptom is None:
        return diagnosis.confidence.value
    return (
        f"{diagnosis.confidence.value} (row {symptom.number} {symptom.slug}, "
        f"{symptom.evidence.value})"
    )


def _recognised(record: ObservedRecord) -> str:
    number = "" if record.number is None else str(record.number)
    if number and not record.is_told:
        number = f"~{number}"
    parts = (record.sqlstate or "", number, record.sentence)
    return " ".join(part for part in parts if part)


def _markdown(diagnosis: Diagnosis) -> str:
    paragraphs = [
        f"**{diagnosis.meaning}**",
        "\n".join(f"1. {remedy}" for remedy in diagnosis.remedies),
        f"Confidence: {_sureness(diagnosis)}." if diagnosis.symptom is not None else "",
        "\n".join(f"- Or: {other.meaning}" for other in diagnosis.alternatives),
        "\n".join(f"- <{link}>" for link in diagnosis.links),
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _document(diagnosis: Diagnosis) -> dict[str, object]:
    symptom = diagnosis.symptom
    return {
        "schema": SCHEMA,
        "row": None if symptom is None else symptom.number,
        "slug": None if symptom is None else symptom.slug,
        "confidence": diagnosis.confidence.value,
        "evidence": None if symptom is None else symptom.evidence.value,
        "meaning": diagnosis.meaning,
        "remedies": list(diagnosis.remedies),
        "links": list(diagnosis.links),
        "details": dict(diagnosis.details),
        "alternatives": [
            {"row": other.number, "slug": other.slug, "meaning": other.meaning}
            for other in diagnosis.alternatives
        ],
        "records": [
            {
                "sqlstate": record.sqlstate,
                "number": record.number,
                "number_was_told": record.is_told,
                "origin": record.origin,
                "phase": record.phase.value,
                "sentence": record.sentence,
            }
            for record in diagnosis.records
        ],
    }
