"""Tables of a report, in the formats that show them."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from django_mssql_ops.findings import Report, Table
from django_mssql_ops.reports import RENDERERS, render
from tests.reports.building import report, stage

TABLE = Table(
    subject="default",
    name="2 of 3 held",
    columns=("scenario", "tries", "verdict"),
    rows=(("login-40613", 2, "survived"), ("a|b\n*c*", None, "wedged"), ("x", 1.5, "")),
)


def told(*, verbosity: int = 1, format_name: str = "text") -> str:
    sections = (stage(name="s1", summary="told"), stage(name="s2", summary="told too"))
    return render(format_name, report(*sections, tables=(TABLE,)), verbosity)


def test_text_has_columns_and_numbers_to_the_right() -> None:
    assert told() == (
        "default: ok\n"
        "  2 of 3 held\n"
        "  scenario     tries  verdict\n"
        "  ----------------------------\n"
        "  login-40613      2  survived\n"
        "  a|b *c*          -  wedged\n"
        "  x              1.5\n"
        "\n"
        "mssql_check: ok (0 failed, 0 warnings, 0 unknown)\n"
    )


def test_text_says_the_stages_as_well_when_asked() -> None:
    assert "told too" in told(verbosity=2)


def test_verdicts_alone_have_no_table() -> None:
    assert "scenario" not in told(verbosity=0)


def test_json_has_the_values_as_they_are() -> None:
    (subject,) = json.loads(told(format_name="json"))["subjects"]
    assert subject["tables"] == [
        {
            "name": "2 of 3 held",
            "columns": ["scenario", "tries", "verdict"],
            "rows": [["login-40613", 2, "survived"], ["a|b\n*c*", None, "wedged"], ["x", 1.5, ""]],
        }
    ]


def test_markdown_is_a_table_whatever_the_cells_hold() -> None:
    html = MarkdownIt().enable("table").render(told(format_name="markdown"))
    assert "<td>a|b *c*</td>" in html
    assert html.count("<tr>") >= 4


@pytest.mark.parametrize("format_name", sorted(RENDERERS))
def test_a_table_belongs_to_its_subject(format_name: str) -> None:
    other = Table(subject="replica", name="elsewhere", columns=("c",))
    both = Report(title="t", sections=(stage(),), tables=(other,))
    assert "elsewhere" not in render(format_name, both, 2)
