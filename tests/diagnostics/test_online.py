"""What ends the asking: a question that got no answer, alone or among others."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import NotRun, Unreadable
from django_mssql_ops.diagnostics.online import _timed_out
from tests.diagnostics.rules.building import database, latency, server, session
from tests.diagnostics.rules.building_database import permissions, schema

SILENT = Unreadable("no answer within 5 s", timed_out=True)
REFUSED = Unreadable("error 229", hint="GRANT it.")


@pytest.mark.parametrize(
    "found",
    [
        SILENT,
        session(encrypted=SILENT),
        permissions(tables=SILENT),
        schema(date_times=SILENT),
        schema(history_exists=True, pending=SILENT),
    ],
)
def test_a_question_without_an_answer_ends_the_asking(found: Any) -> None:
    assert _timed_out(found)


@pytest.mark.parametrize(
    "found",
    [
        REFUSED,
        NotRun("--offline"),
        session(),
        session(encrypted=REFUSED),
        permissions(),
        permissions(tables=REFUSED),
        schema(pending=REFUSED),
        server(),
        database(state=REFUSED),
        latency(),
    ],
)
def test_any_answer_lets_the_next_question_be_put(found: Any) -> None:
    assert not _timed_out(found)
