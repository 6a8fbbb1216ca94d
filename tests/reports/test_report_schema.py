"""The JSON Schema that is shipped says what the JSON report is, no more and no less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from django_mssql_ops import reports as package
from django_mssql_ops.findings import Report
from django_mssql_ops.reports import render
from django_mssql_ops.reports.json_report import SCHEMA
from tests.reports.building import ACCEPTED, EMPTY, REPORT, reports

few = settings(max_examples=min(40, settings().max_examples), deadline=None)

TEXT: Final = resources.files(package).joinpath("report.schema.json").read_text("utf-8")
SHAPE: Final[dict[str, Any]] = json.loads(TEXT)
READER: Final = Draft202012Validator(SHAPE)


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object of the schema itself, from the outermost inwards."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


def document(told: Report) -> Any:
    return json.loads(render("json", told))


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SHAPE)


def test_it_names_the_version_that_the_report_names() -> None:
    assert SHAPE["properties"]["schema"]["const"] == SCHEMA


def test_every_field_is_described_required_and_the_only_one() -> None:
    objects = [part for part in parts(SHAPE) if "properties" in part and "type" in part]
    assert len(objects) == 5
    for part in objects:
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])
        assert all(field["description"].endswith(".") for field in part["properties"].values())


@pytest.mark.parametrize("told", [REPORT, EMPTY, ACCEPTED])
def test_our_reports_have_the_shape(told: Report) -> None:
    READER.validate(document(told))


@few
@given(reports())
def test_any_report_has_the_shape(told: Report) -> None:
    READER.validate(document(told))


def objects(told: Any) -> Iterator[dict[str, Any]]:
    yield told
    for subject in told["subjects"]:
        yield subject
        for stage in subject["stages"]:
            yield stage
            yield from stage["findings"]


def broken_documents() -> Iterator[tuple[str, Any]]:
    """REPORT with one thing wrong, for every field of every object."""
    for position, part in enumerate(objects(document(REPORT))):
        for name in [*part, "new"]:
            for change in ("missing", "another kind"):
                broken = document(REPORT)
                target = list(objects(broken))[position]
                target[name] = {"another": {"kind": {}}}
                if change == "missing" and name != "new":
                    del target[name]
                yield f"{position} {name} {change}", broken


def test_a_field_that_is_new_missing_or_of_another_kind_is_refused() -> None:
    accepted = [what for what, broken in broken_documents() if READER.is_valid(broken)]
    assert accepted == []
