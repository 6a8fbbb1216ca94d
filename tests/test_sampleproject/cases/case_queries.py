"""The queries that databases are compared by are worth asking."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from tests.test_sampleproject import queries

#: What is asked because the answer is nothing.
NOTHING = {"texts.contains_a_wildcard", "values.membership_of_nothing"}


@pytest.mark.usefixtures("committed")
def test_every_query_has_an_answer_that_says_something() -> None:
    call_command("flush", verbosity=0, interactive=False)
    queries.fill()
    answers = queries.answers()
    assert len(answers) >= 40
    assert [name for name, answer in answers.items() if "failed" in str(answer)] == []
    assert {name for name, answer in answers.items() if not answer} == NOTHING
    assert json.loads(json.dumps(answers)) == answers
