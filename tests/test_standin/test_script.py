from __future__ import annotations

import re

import pytest

from tests.standin.counters import RequestRecord
from tests.standin.engine import Executed, Failure
from tests.standin.script import Delay, Drop, Phase, Script

DEADLOCK = Failure(number=1205, severity=13, message="deadlock", rolls_back=True)


def batch(text: str) -> RequestRecord:
    return RequestRecord("batch", text)


def test_text_is_compared_without_regard_to_white_space_and_case() -> None:
    script = Script()
    script.on("SELECT  a\nFROM t", Executed())
    assert script.for_request(batch("select a from T")) == (Executed(),)
    assert script.for_request(batch("select a from T where 1 = 1")) is None


def test_a_pattern_is_searched_for() -> None:
    script = Script()
    script.on(re.compile(r"INTO \[orders\]"), DEADLOCK)
    assert script.for_request(batch("INSERT INTO [orders] VALUES (1)")) == (DEADLOCK,)


def test_a_rule_ends_after_its_times_and_the_one_before_it_is_back() -> None:
    script = Script()
    script.on("TM_COMMIT", Executed())
    script.on("TM_COMMIT", Drop.RESET, times=2)
    answers = [script.for_request(RequestRecord("transaction", "TM_COMMIT")) for _ in range(3)]
    assert answers == [(Drop.RESET,), (Drop.RESET,), (Executed(),)]


def test_phases_and_statements_do_not_mix() -> None:
    script = Script()
    script.on(Phase.LOGIN, DEADLOCK)
    assert script.for_request(batch("login")) is None
    assert script.at(Phase.PRELOGIN) is None
    assert script.at(Phase.LOGIN) == (DEADLOCK,)


def test_clear_forgets_every_rule() -> None:
    script = Script()
    script.on(Phase.ACCEPT, Drop.CLOSE)
    script.clear()
    assert script.at(Phase.ACCEPT) is None


def test_only_a_login_can_fail_before_there_are_requests() -> None:
    with pytest.raises(ValueError, match="only a login can fail"):
        Script().on(Phase.PRELOGIN, DEADLOCK)


def test_times_below_one_make_no_sense() -> None:
    with pytest.raises(ValueError, match="expected at least 1"):
        Script().on("SELECT 1", Delay(1), times=0)
