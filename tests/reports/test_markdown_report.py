"""Markdown: read by a parser of GitHub's kind, it shows the texts and obeys none of them."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from django_mssql_ops.findings import Report
from django_mssql_ops.reports import render
from django_mssql_ops.reports.wording import one_line
from tests.reports.building import ACCEPTED, EMPTY, REPORT, finding, report, reports, stage

few = settings(max_examples=min(40, settings().max_examples), deadline=None)

READER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: The signs of this format itself; everything else has to arrive as text.
OWN: Final = {"text", "html_inline", "strong_open", "strong_close"}
NO_WIDTH: Final = "\N{ZERO WIDTH SPACE}"

EXPECTED = """\
## mssql_check: FAILED

1 failed, 0 warnings, 0 unknown.

### default: FAILED

|  | check | finding |
| --- | --- | --- |
| **FAIL** | mssql_ops.E466 | the server rejected the login<br>\
driver: Login failed for user 'app'.<br>to do: Check USER and PASSWORD. |

<details><summary>Stages</summary>

| stage | status | what was found | ms |
| --- | --- | --- | --- |
| settings | ok | db,1433 |  |
| login | failed | rejected | 12.3 |

</details>

### replica: ok

<details><summary>Stages</summary>

| stage | status | what was found | ms |
| --- | --- | --- | --- |
| tls | skipped | --offline |  |

</details>
"""

HOSTILE = [
    "a | b | c",
    "`code` ``more`` ```",
    "**bold** _slanted_ ._x_. ~~struck~~",
    "<script>alert(1)</script> <!-- --> <details> </td>",
    "[link](http://evil) ![image](x) [note][1] [^1]",
    "\\| \\` &lt; &#64;admin",
    "https://evil.example www.evil.example",
    "$x$ $$y$$",
    "# heading",
    "| --- | --- |",
    "</details>",
]


def inline(text: str) -> list[Token]:
    return [
        child
        for token in READER.parse(text)
        if token.type == "inline"
        for child in token.children or ()
    ]


def cells(text: str) -> list[str]:
    """The text of every cell, heading and paragraph, as a reader sees it."""
    return [
        "".join(child.content for child in token.children or () if child.type == "text")
        for token in READER.parse(text)
        if token.type == "inline"
    ]


def test_the_whole_text() -> None:
    assert render("markdown", REPORT) == EXPECTED


def test_an_empty_report_is_its_verdict() -> None:
    expected = "## mssql_check: ok\n\n0 failed, 0 warnings, 0 unknown.\n"
    assert render("markdown", EMPTY) == expected


def test_verbosity() -> None:
    assert render("markdown", REPORT, 0).splitlines()[4:] == [
        "### default: FAILED",
        "",
        "### replica: ok",
    ]
    assert {"names", "a, b", "addresses", "none"} <= set(cells(render("markdown", REPORT, 2)))


def test_what_is_accepted_comes_last() -> None:
    shown = [cell for cell in cells(render("markdown", ACCEPTED)) if cell.isupper()]
    assert shown == ["WARN", "UNKNOWN", "ACCEPTED"]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("place", ["subject", "message", "hint", "driver_text"])
def test_no_text_is_taken_for_markdown(place: str, hostile: str) -> None:
    places: dict[str, Any] = {place: hostile}
    told = report(stage(finding(**places), subject=hostile, summary=hostile))
    text = render("markdown", told)
    assert {token.type for token in inline(text)} <= OWN
    shown = [cell.replace(NO_WIDTH, "") for cell in cells(text)]
    assert shown.count(hostile) >= 1  # the summary
    assert f"{hostile}: FAILED" in shown
    assert text.count("</details>") == 1


@pytest.mark.parametrize(
    "reference", ["@admin", "@org/team", "#1", "owner/name#12", "GH-7", "gh-7", "a@b.example"]
)
def test_nobody_is_called_and_no_issue_is_linked(reference: str) -> None:
    text = render("markdown", report(stage(finding(message=f"see {reference} now"))))
    (shown,) = [cell for cell in cells(text) if cell.startswith("see ")]
    assert reference not in shown
    assert shown.replace(NO_WIDTH, "") == f"see {reference} now"


@few
@given(reports(), st.integers(0, 3))
def test_any_report_is_text_in_tables(told: Report, verbosity: int) -> None:
    text = render("markdown", told, verbosity)
    text.encode("utf-8")
    assert all(line.isprintable() for line in text.splitlines())
    assert {token.type for token in inline(text)} <= OWN
    shown = [cell.replace(NO_WIDTH, "") for cell in cells(text)]
    headings = [
        f"{one_line(s)}: {'ok' if told.about(s).is_good else 'FAILED'}" for s in told.subjects
    ]
    assert [cell for cell in shown if cell in headings][: len(headings)] == headings
    if verbosity > 0:
        summaries = [one_line(section.summary) for section in told.sections]
        assert all(summary in shown for summary in summaries)
        assert text.count("<details>") == len(told.subjects)
