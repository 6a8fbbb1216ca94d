"""JSON: one document, complete, stable, in ASCII."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import Finding, Report, Section, Severity, Status, Value
from django_mssql_ops.reports import RENDERERS, render
from django_mssql_ops.reports.json_report import SCHEMA, document
from tests.reports.building import ACCEPTED, EMPTY, REPORT, reports

#: Building a report of arbitrary texts takes milliseconds: fewer examples than usual.
few = settings(max_examples=min(40, settings().max_examples), deadline=None)

EXPECTED = """\
{
  "schema": "django-mssql-ops/report/1",
  "title": "mssql_check",
  "good": false,
  "exit_code": 1,
  "fail_level": "error",
  "subjects": [
    {
      "name": "default",
      "good": false,
      "tables": [],
      "stages": [
        {
          "name": "settings",
          "status": "ok",
          "summary": "db,1433",
          "milliseconds": null,
          "values": {
            "addresses": [],
            "host": "db",
            "names": [
              "a",
              "b"
            ],
            "port": 1433,
            "trusted": false
          },
          "findings": []
        },
        {
          "name": "login",
          "status": "failed",
          "summary": "rejected",
          "milliseconds": 12.346,
          "values": {},
          "findings": [
            {
              "id": "mssql_ops.E466",
              "rule": 466,
              "slug": "login",
              "severity": "error",
              "accepted": false,
              "about": "",
              "message": "the server rejected the login",
              "driver_text": "Login failed for user 'app'.",
              "hint": "Check USER and PASSWORD."
            },
            {
              "id": "mssql_ops.I420",
              "rule": 420,
              "slug": "engine-edition",
              "severity": "info",
              "accepted": false,
              "about": "",
              "message": "a new edition",
              "driver_text": "",
              "hint": ""
            }
          ]
        }
      ]
    },
    {
      "name": "replica",
      "good": true,
      "tables": [],
      "stages": [
        {
          "name": "tls",
          "status": "skipped",
          "summary": "--offline",
          "milliseconds": null,
          "values": {},
          "findings": []
        }
      ]
    }
  ]
}
"""


def rendered(report: Report, verbosity: int = 1) -> Any:
    return json.loads(render("json", report, verbosity))


def test_the_whole_document() -> None:
    assert render("json", REPORT) == EXPECTED


def test_an_empty_report_is_a_document_too() -> None:
    assert rendered(EMPTY) == {
        "schema": SCHEMA,
        "title": "mssql_check",
        "good": True,
        "exit_code": 0,
        "fail_level": "error",
        "subjects": [],
    }


@pytest.mark.parametrize("verbosity", [0, 1, 2, 3])
def test_verbosity_changes_nothing(verbosity: int) -> None:
    assert render("json", REPORT, verbosity) == EXPECTED


def test_values_are_sorted_whatever_order_they_came_in() -> None:
    def report(values: Mapping[str, Value]) -> Report:
        return Report(
            title="t",
            sections=(
                Section(subject="a", name="tls", status=Status.OK, summary="", values=values),
            ),
        )

    assert render("json", report({"b": 1, "a": 2})) == render("json", report({"a": 2, "b": 1}))


def test_only_an_error_makes_a_subject_bad() -> None:
    def section(severity: Severity) -> Section:
        finding = Finding(rule=400, slug="s", severity=severity, subject="x", message="m")
        return Section(
            subject=severity.name,
            name="tls",
            status=Status.OK,
            summary="",
            findings=(finding,),
        )

    found = rendered(Report(title="t", sections=tuple(section(s) for s in Severity)))
    assert {subject["name"]: subject["good"] for subject in found["subjects"]} == {
        "ERROR": False,
        "WARNING": True,
        "UNKNOWN": True,
        "INFO": True,
    }


@few
@given(reports())
def test_any_report_comes_back_from_its_json_as_it_was(report: Report) -> None:
    text = render("json", report)
    assert json.loads(text) == json.loads(json.dumps(document(report)))
    assert [subject["name"] for subject in json.loads(text)["subjects"]] == list(report.subjects)
    found = [
        finding["message"]
        for subject in json.loads(text)["subjects"]
        for stage in subject["stages"]
        for finding in stage["findings"]
    ]
    assert sorted(found) == sorted(finding.message for finding in report.findings)


@few
@given(reports())
def test_every_stream_can_carry_the_document_and_no_text_controls_a_terminal(
    report: Report,
) -> None:
    """Lone surrogates, C1 control characters and direction marks are escaped."""
    text = render("json", report)
    assert text.isascii()
    assert all(line.isprintable() for line in text.splitlines())


def test_what_is_accepted_is_told_and_the_subject_is_judged_by_the_level_of_the_report() -> None:
    (subject,) = rendered(ACCEPTED)["subjects"]
    found = subject["stages"][0]["findings"]
    assert [(f["accepted"], f["about"]) for f in found] == [(True, "a"), (False, ""), (False, "")]
    assert subject["good"]
    strict = rendered(replace(ACCEPTED, fail_level=Severity.WARNING))
    assert (strict["fail_level"], strict["subjects"][0]["good"]) == ("warning", False)


@given(st.sampled_from(["yaml", "", "TEXT", "json "]))
def test_a_format_there_is_not_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        render(name, EMPTY)
    assert str(caught.value) == (
        f"there is no format {name!r}; choose one of text, json, junit, github, markdown"
    )


def test_the_formats() -> None:
    assert list(RENDERERS) == ["text", "json", "junit", "github", "markdown"]
