from __future__ import annotations

from typing import Any

import pytest

from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python

#: Without it mssql-django takes MARS for granted, which is another rule's matter.
MARS = "MARS_Connection=yes;"


@pytest.mark.parametrize(
    ("extra", "keyword", "switched_off"),
    [
        ("QuotedId=no", "QuotedId", "QUOTED_IDENTIFIER"),
        ("quotedid={NO}", "QuotedId", "QUOTED_IDENTIFIER"),
        ("AnsiNPW=no", "AnsiNPW", "ANSI_PADDING"),
    ],
)
def test_switching_it_off_is_an_error(extra: str, keyword: str, switched_off: str) -> None:
    values = entry(extra=MARS + extra)
    (finding,) = findings(189, values)
    assert finding.id == "mssql_ops.E189"
    assert f"{keyword}=no switches off" in finding.message
    assert switched_off in finding.message
    assert finding.about == keyword
    assert all_ids(values) == ["mssql_ops.E189"]


def test_both_are_told_apart() -> None:
    named = findings(189, entry(extra="QuotedId=no;AnsiNPW=no"))
    assert [finding.about for finding in named] == ["QuotedId", "AnsiNPW"]


@pytest.mark.parametrize(
    "values",
    [
        entry(),
        entry(extra="QuotedId=yes;AnsiNPW=yes"),
        entry(extra="QuotedId=yes;QuotedId=no"),
        # Refused, ignored or unknown to the driver: other rules' matters.
        entry(extra="QuotedId=0"),
        entry(extra="QuotedId =no"),
        entry(extra="Regional=no"),
        mssql_python(extra="QuotedId=no"),
        entry(extra="QuotedId=no", options={"driver": "FreeTDS"}),
    ],
)
def test_on_is_fine(values: Any) -> None:
    assert ids(189, values) == []
